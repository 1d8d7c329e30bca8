"""Verbs asked for by many at the same moment, put together and one at a time: `python benchmarks/batches.py [ASKING]`

Both ways in one run, on one thread, three times in turn; of each the fastest. Seconds are of the processor, so that what else the machine does
counts little. The page puts summaries together (`threads.together`); of the other verbs it says what each request would save, which is little
beside what a request costs in any case.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import torch  # noqa: E402
from PIL import Image  # noqa: E402

from aedemo import anomaly, codebook, embeddings, generate, summary  # noqa: E402
from aedemo.summary.tab import story, written  # noqa: E402

FACE = Path(__file__).resolve().parents[1] / "examples" / "anomaly" / "face.png"


def compared(name: str, asking: int, alone, together) -> None:
    best = {}
    for _ in range(3):
        for way, work in (("alone", alone), ("together", together)):
            begun = time.process_time()
            work()
            best[way] = min(best.get(way, float("inf")), time.process_time() - begun)
    saved = 1000 * (best["alone"] - best["together"]) / asking
    print(
        f"{name:24} {asking} in {best['alone']:.3f} s one at a time, {best['together']:.3f} s together: "
        f"{best['together'] / best['alone']:.2f} of the time, {saved:.1f} ms saved each"
    )


def main(asking: int) -> None:
    torch.set_num_threads(1)
    sentences = story("en-storm").split(". ")
    texts = [f"{'. '.join(sentences)} {i} people told reporters of it." for i in range(asking)]
    model = summary.load("en")
    model.summarize(texts[:1])

    def together() -> None:
        each = [threading.Thread(target=written, args=(text,), kwargs={"lang": "en", "regularized": True}) for text in texts]
        for one in each:
            one.start()
        for one in each:
            one.join()

    compared("summaries, as on the page", asking, lambda: [model.summarize([text]) for text in texts], together)
    pictures = [Image.open(FACE).rotate(3 * i) for i in range(asking)]
    faces, thoughts = generate.load("faces"), embeddings.load("quick-thought")
    codes, lines = faces.draw(asking, 1), [f"The king of town {i} is dead." for i in range(asking)]
    for name, verb, things in (
        ("anomaly.inspect", anomaly.load("faces").inspect, pictures),
        ("codebook.encode", codebook.load("image").encode, pictures),
        ("generate.encode", faces.encode, pictures),
        ("generate.decode", faces.decode, list(codes)),
        ("embeddings, pictures", embeddings.load("infomax-emoji").encode, pictures),
        ("embeddings, sentences", thoughts.encode, lines),
    ):
        verb(things[:1])
        compared(name, asking, lambda verb=verb, things=things: [verb([one]) for one in things], lambda verb=verb, things=things: verb(things))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 16)
