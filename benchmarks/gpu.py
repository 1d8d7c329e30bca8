"""Every verb on the CPU and on CUDA: how many times as fast, and the greatest difference of what comes out. python benchmarks/gpu.py

Results are equal within the tolerance beside each: sums are made in another order there, and TF32 is left off. Where a verb uses half precision if
it is asked to (AEDEMO_AUTOCAST=1, see `aedemo.device.autocast`) it is measured both ways, within the same tolerance. Not compared are `anomaly.fit`,
which learns by the clock and so never the same twice, and the live training of `generate`, which stays on the CPU: its network has two layers of
about a hundred units. Without CUDA this says so, and that is all; `tests/test_gpu.py` then compares the same verbs on a pretended device.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from aedemo import anomaly, codebook, compress, embeddings, generate, summary, trees, voice  # noqa: E402

EXAMPLES = ROOT / "examples"


@dataclass(frozen=True)
class Case:
    """load(device) gives a model; verb(model) gives arrays, texts or pictures. tolerance: of differences, in the result's own unit; halves:
    whether the verb computes in half precision where that is asked for."""

    name: str
    load: Callable[[Any], Any]
    verb: Callable[[Any], Any]
    tolerance: float
    halves: bool = False


def clip(name: str):
    return soundfile.read(EXAMPLES / "voice" / f"{name}.wav", dtype="float32")


def picture(name: str) -> Image.Image:
    return Image.open(EXAMPLES / "anomaly" / f"{name}.png")


def article(name: str) -> str:
    return (EXAMPLES / "summary" / f"{name}.txt").read_text(encoding="utf-8")


def inspected(detector):
    return [part for one in detector.inspect([picture("face"), picture("cartoon")] * 8) for part in (one.score, one.heatmap)]


ARTICLES = [article(f"en-{name}") for name in ("doping", "olympics", "storm", "mistake-who")] * 4


def rebuilt(parser):
    return " ".join(leaves(parser.rebuild(parser.parse(SENTENCE), {(0, 3): parser.phrase("a red house")})))


def leaves(tree):
    return [tree] if isinstance(tree, str) else [word for child in tree for word in leaves(child)]


SENTENCE = "The old man who lived by the sea opened the window of his house."
STORY = ["The storm came in the night.", "It broke two boats.", "Nobody in the old harbour town was hurt."]
IMAGE_BOOKS = ("image", "image-one-hot", "image-binary")

CASES = [
    Case("voice.encode", lambda d: voice.load(device=d), lambda m: (m.encode(*clip("en-slt")).content, m.encode(*clip("en-slt")).speaker), 1e-3),
    Case("voice.swap", lambda d: voice.load(device=d), lambda m: m.swap(*clip("en-rms"), *clip("en-slt")).a_words_b_voice, 0.02, True),
    # each round of Griffin-Lim makes more of a difference of the last digit
    Case("voice.decode, Griffin-Lim", lambda d: voice.load(device=d), lambda m: m.decode(m.encode(*clip("en-slt")), "griffin-lim"), 0.1),
    *(
        Case(f"anomaly.inspect, {name}", lambda d, name=name: anomaly.load(name, d), inspected, 0.02, True)
        for name in ("faces", "tiles", "paper", "faces-plain")
    ),
    *(
        Case(f"codebook.encode, {name}", lambda d, name=name: codebook.load(name, d), lambda m: m.encode(picture("cartoon")), 0.02)
        for name in IMAGE_BOOKS
    ),
    *(
        Case(f"codebook.decode, {name}", lambda d, name=name: codebook.load(name, d), lambda m: m.decode(np.arange(256).reshape(16, 16)), 1, True)
        for name in IMAGE_BOOKS
    ),
    Case("codebook.encode, speech", lambda d: codebook.load("speech", d), lambda m: m.encode(*clip("en-slt")), 0.02),
    Case("codebook.speaker", lambda d: codebook.load("speech", d), lambda m: m.speaker(*clip("en-slt")), 1e-3),
    Case("codebook.decode, speech", lambda d: codebook.load("speech", d), lambda m: m.decode(np.arange(60)), 0.02, True),
    Case(
        "codebook.decode(encode), flip book", lambda d: codebook.load("flip-binary", d), lambda m: m.decode(np.array(m.encode(picture("cartoon")))), 1
    ),
    Case("summary.summarize, en", lambda d: summary.load("en", device=d), lambda m: m.summarize([article("en-storm")])[0].text, 0),
    Case("summary.summarize, zh", lambda d: summary.load("zh", device=d), lambda m: m.summarize([article("zh-storm")])[0].text, 0),
    Case("summary.summarize, 16 at once", lambda d: summary.load("en", device=d), lambda m: [s.text for s in m.summarize(ARTICLES)], 0),
    Case(
        "summary.summarize, drawn", lambda d: summary.load("en", device=d), lambda m: m.summarize([article("en-storm")], temperature=1.0)[0].text, 0
    ),
    Case("summary.judge, en", lambda d: summary.load("en", device=d), lambda m: m.judge(article("en-storm"), "storm hits harbour").realism, 1e-3),
    Case("summary.reward, en", lambda d: summary.load("en", device=d), lambda m: m.reward(article("en-storm"), seed=2).credit, 1e-3),
    Case("generate.sample", lambda d: generate.load("faces", d), lambda m: np.stack([np.asarray(one) for one in m.sample(64, 1)]), 2, True),
    Case("generate.encode", lambda d: generate.load("faces", d), lambda m: m.encode([picture("face")] * 16), 1e-3),
    Case(
        "compress.decompress(compress)",
        lambda d: compress.load(d),
        lambda m: m.decompress(m.compress(EXAMPLES / "compress" / "drawing.png", 3)),
        2,
        True,
    ),
    Case("embeddings.encode, pictures", lambda d: embeddings.load("infomax-emoji", d), lambda m: m.encode([picture("cartoon")] * 16), 1e-3),
    Case("embeddings.verdicts", lambda d: embeddings.load("infomax-emoji", d), lambda m: m.verdicts([picture("cartoon"), picture("face")]), 1e-3),
    Case("embeddings.encode, speech", lambda d: embeddings.load("cpc", d), lambda m: m.encode(*clip("en-slt")), 1e-3),
    Case("embeddings.ahead", lambda d: embeddings.load("cpc", d), lambda m: np.nan_to_num(m.ahead(*clip("en-slt")).sure), 1e-3),
    Case("embeddings.encode, sentences", lambda d: embeddings.load("quick-thought", d), lambda m: m.encode(STORY * 6), 1e-3),
    Case("embeddings.following", lambda d: embeddings.load("quick-thought", d), lambda m: m.following(STORY), 1e-3),
    Case("trees.parse", lambda d: trees.load(d), lambda m: m.parse(SENTENCE).score, 1e-6),
    Case("trees.alternatives", lambda d: trees.load(d), lambda m: [one.probability for one in m.alternatives(SENTENCE)], 1e-6),
    Case("trees.rebuild", lambda d: trees.load(d), rebuilt, 0),
]


def difference(a, b) -> float:
    """The greatest one between two results; of texts, and of numbers that are whole, the share that differs."""
    if isinstance(a, (list, tuple)):
        return max(difference(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, str):
        return float(a != b)
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return float("inf")
    if a.dtype.kind == "i":
        return float((a != b).mean())
    apart = float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max())
    return apart if np.isfinite(apart) else float("inf")


def seconds(verb: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        verb()  # every verb ends on the CPU: what was asked of the GPU is done by then
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken))


@contextmanager
def autocast(asked: bool):
    """Half precision where it is used, asked for or not."""
    before = os.environ.get("AEDEMO_AUTOCAST")
    os.environ["AEDEMO_AUTOCAST"] = str(int(asked))
    try:
        yield
    finally:
        os.environ.pop("AEDEMO_AUTOCAST")
        if before is not None:
            os.environ["AEDEMO_AUTOCAST"] = before


def compared(case: Case, device: str, times: int = 5) -> list[tuple[float, float]]:
    """Seconds and the greatest difference from the CPU: of the CPU, which differs by 0, of the device, and with autocast if the verb uses it."""
    here, there = case.load("cpu"), case.load(device)
    usual = case.verb(here)
    rows = [(seconds(lambda: case.verb(here), times), 0.0)]
    for halved in (False, True)[: 1 + case.halves]:
        with autocast(halved):
            apart = difference(usual, case.verb(there))  # and it is warm
            rows.append((seconds(lambda: case.verb(there), times), apart))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1, ...; cpu to try this script where there is none")
    parser.add_argument("--times", type=int, default=5, help="runs of each, of which the median counts")
    a = parser.parse_args()
    if a.device.startswith("cuda") and not torch.cuda.is_available():
        print("There is no CUDA device on this machine: nothing was measured.")
        return
    name = torch.cuda.get_device_name(a.device) if a.device.startswith("cuda") else "the CPU again"
    print(f"{torch.get_num_threads()} CPU threads against {name}; times as fast as the CPU, and the greatest difference from it\n")
    print(
        f"| verb | CPU, ms | {a.device}, ms | ratio | difference | autocast, ms | ratio | difference | tolerance |\n|---|---|---|---|---|---|---|---|---|"
    )
    for case in CASES:
        (cpu, _), *others = compared(case, a.device, a.times)
        cells = [f"{1000 * took:.1f} | {cpu / took:.2f} | {apart:.2g}" for took, apart in others] + ["– | – | –"] * (2 - len(others))
        exceeded = " EXCEEDED" if any(apart > case.tolerance for _, apart in others) else ""
        print(f"| {case.name} | {1000 * cpu:.1f} | {' | '.join(cells)} | {case.tolerance:g}{exceeded} |")


if __name__ == "__main__":
    main()
