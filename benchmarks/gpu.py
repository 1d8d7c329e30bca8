"""Every verb on the CPU and on CUDA: how many times as fast, and the greatest difference of what comes out. python benchmarks/gpu.py

Results are equal within the tolerance beside each: convolutions sum in another order there, and TF32 is left off. Without CUDA it says so, and that is all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
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
    """load(device) gives a model; verb(model) gives arrays, texts or pictures. tolerance: of differences, in the result's own unit."""

    name: str
    load: Callable[[Any], Any]
    verb: Callable[[Any], Any]
    tolerance: float


def clip(name: str):
    return soundfile.read(EXAMPLES / "voice" / f"{name}.wav", dtype="float32")


def picture(name: str) -> Image.Image:
    return Image.open(EXAMPLES / "anomaly" / f"{name}.png")


def article(name: str) -> str:
    return (EXAMPLES / "summary" / f"{name}.txt").read_text(encoding="utf-8")


def inspected(detector):
    return [part for one in detector.inspect([picture("face"), picture("cartoon")] * 8) for part in (one.score, one.heatmap)]


def codes_of(model):
    return model.encode(*clip("en-slt"))


CASES = [
    Case("voice.encode", lambda d: voice.load(device=d), lambda m: (m.encode(*clip("en-slt")).content, m.encode(*clip("en-slt")).speaker), 1e-3),
    Case("voice.swap", lambda d: voice.load(device=d), lambda m: m.swap(*clip("en-rms"), *clip("en-slt")).a_words_b_voice, 0.02),
    *(
        Case(f"anomaly.inspect, {name}", lambda d, name=name: anomaly.load(name, d), inspected, 0.02)
        for name in ("faces", "tiles", "paper", "faces-plain")
    ),
    Case("codebook.encode, image", lambda d: codebook.load("image", d), lambda m: m.encode(picture("cartoon")), 0.02),
    Case("codebook.decode, image", lambda d: codebook.load("image", d), lambda m: m.decode(np.arange(256).reshape(16, 16)), 1),
    Case("codebook.encode, speech", lambda d: codebook.load("speech", d), codes_of, 0.02),
    Case("codebook.decode, speech", lambda d: codebook.load("speech", d), lambda m: m.decode(np.arange(60)), 0.02),
    Case("summary.summarize, en", lambda d: summary.load("en", device=d), lambda m: m.summarize([article("en-storm")])[0].text, 0),
    Case("summary.summarize, zh", lambda d: summary.load("zh", device=d), lambda m: m.summarize([article("zh-storm")])[0].text, 0),
    Case("summary.judge, en", lambda d: summary.load("en", device=d), lambda m: m.judge(article("en-storm"), "storm hits harbour").realism, 1e-3),
    Case("generate.sample", lambda d: generate.load("faces", d), lambda m: np.stack([np.asarray(one) for one in m.sample(64, 1)]), 2),
    Case("generate.encode", lambda d: generate.load("faces", d), lambda m: m.encode([picture("face")] * 16), 1e-3),
    Case(
        "compress.decompress(compress)", lambda d: compress.load(d), lambda m: m.decompress(m.compress(EXAMPLES / "compress" / "drawing.png", 3)), 2
    ),
    Case("embeddings.encode, pictures", lambda d: embeddings.load("infomax-emoji", d), lambda m: m.encode([picture("cartoon")] * 16), 1e-3),
    Case("embeddings.encode, speech", lambda d: embeddings.load("cpc", d), lambda m: m.encode(*clip("en-slt")), 1e-3),
    Case(
        "embeddings.encode, sentences", lambda d: embeddings.load("quick-thought", d), lambda m: m.encode(["The storm came in the night."] * 16), 1e-3
    ),
    Case("trees.parse", lambda d: trees.load(d), lambda m: m.parse("The old man who lived by the sea opened the window of his house.").score, 1e-6),
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
    return float(np.abs(a.astype(np.float64) - b.astype(np.float64)).max())


def seconds(verb: Callable[[], Any], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        verb()  # every verb ends on the CPU: what was asked of the GPU is done by then
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken))


def compared(case: Case, device: str, times: int = 5) -> tuple[float, float, float]:
    """Seconds on the CPU, seconds on the device, the greatest difference."""
    here, there = case.load("cpu"), case.load(device)
    apart = difference(case.verb(here), case.verb(there))  # and both are warm
    return seconds(lambda: case.verb(here), times), seconds(lambda: case.verb(there), times), apart


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda", help="cuda, cuda:1, ...; cpu to try this script where there is none")
    parser.add_argument("--times", type=int, default=5, help="runs of each, of which the median counts")
    a = parser.parse_args()
    if a.device.startswith("cuda") and not torch.cuda.is_available():
        print("There is no CUDA device on this machine: nothing was measured.")
        return
    name = torch.cuda.get_device_name(a.device) if a.device.startswith("cuda") else "the CPU again"
    print(
        f"{torch.get_num_threads()} CPU threads against {name}\n\n| verb | CPU, ms | {a.device}, ms | times as fast | greatest difference | tolerance |\n|---|---|---|---|---|---|"
    )
    for case in CASES:
        cpu, gpu, apart = compared(case, a.device, a.times)
        print(
            f"| {case.name} | {1000 * cpu:.1f} | {1000 * gpu:.1f} | {cpu / gpu:.2f} | {apart:.2g} | {case.tolerance:g}{'' if apart <= case.tolerance else ' EXCEEDED'} |"
        )


if __name__ == "__main__":
    main()
