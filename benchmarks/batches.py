"""Summaries asked for at the same moment, put together as the page does, beside one at a time: `python benchmarks/batches.py [ASKING]`

Both ways in one run, on one thread, three times in turn; of each the fastest. Seconds are of the processor, so that what else the machine does
counts little.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import torch  # noqa: E402

from aedemo import summary  # noqa: E402
from aedemo.summary.tab import story, written  # noqa: E402


def main(asking: int) -> None:
    torch.set_num_threads(1)
    sentences = story("en-storm").split(". ")
    texts = [f"{'. '.join(sentences)} {i} people told reporters of it." for i in range(asking)]
    model = summary.load("en")
    model.summarize(texts[:1])

    def alone() -> None:
        for text in texts:
            model.summarize([text])

    def together() -> None:
        each = [threading.Thread(target=written, args=(text,), kwargs={"lang": "en", "regularized": True}) for text in texts]
        for one in each:
            one.start()
        for one in each:
            one.join()

    best = {}
    for _ in range(3):
        for way in (alone, together):
            begun = time.process_time()
            way()
            best[way.__name__] = min(best.get(way.__name__, float("inf")), time.process_time() - begun)
    for way, seconds in best.items():
        print(f"{way:9} {asking} summaries in {seconds:.2f} s, {seconds / asking:.3f} s each")
    print(f"together takes {best['together'] / best['alone']:.2f} of the time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 16)
