"""Encodings a second beside PCA of the same size, and neighbours found a second beside raw features, all in this one run.

    python benchmarks/embeddings.py

Pictures of noise stand for pictures: nothing here depends on what is in them. Interleaved, the best of several.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo import embeddings  # noqa: E402

KNOWN, ASKED, SECONDS = 3000, 256, 8


def best(tasks: dict, times: int = 5) -> dict[str, float]:
    """Seconds that each task takes at best, the tasks taking turns."""
    took = {}
    for _ in range(times):
        for name, task in tasks.items():
            begun = time.perf_counter()
            task()
            took[name] = min(took.get(name, np.inf), time.perf_counter() - begun)
    return took


def row(title: str, count: float, unit: str, took: dict[str, float]) -> None:
    rates = {name: count / seconds for name, seconds in took.items()}
    ours = next(iter(rates))
    others = ", ".join(f"{name} {rate:,.0f} (ratio {rates[ours] / rate:.3g})" for name, rate in rates.items() if name != ours)
    print(f"{title}: {ours} {rates[ours]:,.0f} {unit} a second; {others}")


def main() -> None:
    rng = np.random.default_rng(0)
    print(f"CPU, {torch.get_num_threads()} threads")
    for name in ("infomax-emoji", "infomax-digits"):
        model = embeddings.load(name, "cpu")
        c = model.network.config
        x = torch.from_numpy(rng.random((KNOWN, c.channels, c.side, c.side), np.float32))
        flat = x.flatten(1).numpy()
        pca = PCA(min(c.latents, flat.shape[1] - 1), random_state=0).fit(flat[:600])
        with torch.inference_mode():
            row(name, ASKED, "pictures", best({"encoder": lambda: model.network.encoder(x[:ASKED]), "PCA": lambda: pca.transform(flat[:ASKED])}))
            codes = torch.cat([model.network.encoder(part)[1] for part in x.split(256)]).numpy()
        by_code, by_pixel = (NearestNeighbors(n_neighbors=5, algorithm="brute").fit(of) for of in (codes, flat))
        took = best({"codes": lambda: by_code.kneighbors(codes[:ASKED]), "pixels": lambda: by_pixel.kneighbors(flat[:ASKED])})
        row(f"{name}, five nearest of {KNOWN:,}", ASKED, "questions", took)
    model, wave = embeddings.load("cpc", "cpu"), rng.standard_normal(16_000 * SECONDS).astype(np.float32) * 0.1
    mel = model.mel(wave, 16_000)[0].T.numpy()
    pca = PCA(min(model.dim, 79), random_state=0).fit(mel)
    row(
        "cpc",
        len(mel),
        "frames",
        best({"encoder": lambda: model.encode(wave, 16_000), "PCA of mel": lambda: pca.transform(model.mel(wave, 16_000)[0].T.numpy())}),
    )
    sentences = [" ".join(rng.choice(["the", "ship", "sailed", "over", "a", "cold", "sea", "and", "law"], 14)) + "." for _ in range(200)]
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline

    words = make_pipeline(TfidfVectorizer(token_pattern=r"\w+"), TruncatedSVD(8, random_state=0)).fit(sentences)
    for name in ("quick-thought", "skip-thought"):
        encoder = embeddings.load(name, "cpu")
        row(
            name,
            len(sentences),
            "sentences",
            best({"encoder": lambda e=encoder: e.encode(sentences), "TF-IDF and SVD": lambda: words.transform(sentences)}),
        )


if __name__ == "__main__":
    main()
