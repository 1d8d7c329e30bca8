"""The quantiser against vector-quantize-pytorch, and how fast the map is drawn, all in this one run.

    python benchmarks/codebook.py            # needs vector-quantize-pytorch; for the map playwright and Chromium

Speed: vectors a second through one training step of the quantiser alone, interleaved, the best of several. Quality: both
follow the same stream of vectors (a mixture with many rare parts) with the same settings; squared error and perplexity on
fresh vectors every so many steps. The map: milliseconds a frame with 512 and 10,000 points, in a real browser.
"""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import numpy as np
import torch
from vector_quantize_pytorch import VectorQuantize

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo.codebook import tab  # noqa: E402
from aedemo.codebook.quantiser import VectorQuantiser  # noqa: E402

DECAY = 0.99


def ours(codes, dim, **options):
    quantiser = VectorQuantiser(codes, dim, DECAY, **options).train()

    def step(x):
        if not quantiser.started and options.get("dead"):
            quantiser.start(x, len(x))
        return quantiser(x)[:2]

    return quantiser, step


def theirs(codes, dim, revive):
    quantiser = VectorQuantize(dim=dim, codebook_size=codes, decay=DECAY, kmeans_init=revive, threshold_ema_dead_code=0.4 if revive else 0).train()
    return quantiser, lambda x: quantiser(x[None])[:2]


def speed(device: str) -> None:
    print(f"{device}, {torch.get_num_threads()} threads: million vectors a second, one training step of the quantiser")
    for codes, dim in ((128, 32), (512, 16), (1024, 64)):
        x = torch.randn(4096, dim, device=device)
        rows = {}
        pair = {"aedemo": ours(codes, dim, dead=0), "vector-quantize-pytorch": theirs(codes, dim, False)}
        for _ in range(5):
            for name, (quantiser, step) in pair.items():
                quantiser.to(device)
                step(x)
                begun = time.perf_counter()
                for _ in range(5):
                    step(x)
                if device == "cuda":
                    torch.cuda.synchronize()
                rows[name] = max(rows.get(name, 0), 5 * len(x) / (time.perf_counter() - begun) / 1e6)
        ratio = rows["aedemo"] / rows["vector-quantize-pytorch"]
        print(f"  {codes:5d} x {dim:2d}: " + ", ".join(f"{k} {v:.2f}" for k, v in rows.items()) + f"; ratio {ratio:.2f}")


def quality(codes: int = 512, dim: int = 16, steps: int = 300) -> None:
    generator = torch.Generator().manual_seed(0)
    centres = 3 * torch.randn(1000, dim, generator=generator)
    weight = 1 / torch.arange(1, 1001).float()  # few parts make up most of it, as white paper does of pictures

    def draw(n):
        return centres[torch.multinomial(weight, n, True, generator=generator)] + 0.3 * torch.randn(n, dim, generator=generator)

    torch.manual_seed(0)
    rows = {"aedemo": ours(codes, dim, dead=0.1), "aedemo, with a price of popularity": ours(codes, dim, dead=0.1, balance=0.5)}
    rows["vector-quantize-pytorch"] = theirs(codes, dim, True)
    fresh = draw(8192)
    print(f"mean squared error and perplexity of {codes} codes after so many steps of 2,048 vectors")
    for done in range(1, steps + 1):
        x = draw(2048)
        for _, step in rows.values():
            step(x)
        if done in (1, 10, 100, steps):
            for name, (quantiser, step) in rows.items():
                quantiser.eval()
                again, code = step(fresh)
                quantiser.train()
                share = torch.bincount(code.flatten(), minlength=codes) / len(fresh)
                print(
                    f"  {done:4d} {name:36s} {(again.reshape(fresh.shape) - fresh).square().mean():.4f}  {torch.special.entr(share).sum().exp():.0f}"
                )


def map_drawing() -> None:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        print("the map: Chromium is not installed")
        return
    from playwright.sync_api import sync_playwright

    script = (tab.HERE / "map.js").read_text()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 900, "height": 600})
        for count in (512, 1000, 10_000):
            rng = np.random.default_rng(0)
            value = {"points": rng.uniform(-1, 1, (count, 2)).tolist(), "fill": ["#2f6fed"] * count, "size": [4] * count, "names": [""] * count}
            page.set_content(f'<style>canvas{{width:800px;height:430px}}</style><div id="m">{tab.MAP_HTML}</div>')
            took = page.evaluate(
                """([script, value]) => { const element = document.querySelector('#m');
                new Function('element', 'props', 'trigger', 'watch', script)(element, {value}, () => {}, () => {});
                const c = element.querySelector('canvas'), pen = c.getContext('2d'); c.frame();
                const begun = performance.now(); for (let i = 0; i < 30; i++) c.frame(); pen.getImageData(0, 0, 1, 1);
                return (performance.now() - begun) / 30; }""",
                [script, value],
            )
            print(f"map, {count:6d} points: {took:.2f} ms a frame")
        browser.close()


if __name__ == "__main__":
    torch.set_num_threads(2)
    for device in ["cpu"] + (["cuda"] if torch.cuda.is_available() else []):
        speed(device)
    quality()
    map_drawing()
