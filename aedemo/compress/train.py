"""The codec's recipe: squared error and bits, at six exchange rates between the two at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch

from .. import training
from . import cards, tables
from .data import Crops
from .model import BLOCK, COARSE, CodecConfig, CodecNetwork, Transform, worth

PATCHES = 30_000  # that the linear maps begin with

LINEAR_SHARE = 0.03  # of the learning rate


def price(quality: torch.Tensor) -> torch.Tensor:
    """Bits that a squared error of one grey level of 255 may cost at qualities (B,)."""
    return worth(torch.tensor(COARSE, device=quality.device)[quality])


def patches(crops: Crops, count: int) -> torch.Tensor:
    """Blocks (N, 3, 16, 16), about zero"""
    found, have = [], 0
    while have < count:
        x = crops.draw(16) - 0.5
        rows = x.unfold(2, BLOCK, BLOCK).unfold(3, BLOCK, BLOCK).permute(0, 2, 3, 1, 4, 5).reshape(-1, 3, BLOCK, BLOCK)
        found.append(rows)
        have += len(rows)
    return torch.cat(found)


def parts(model: CodecNetwork) -> list[dict]:
    """Parameters in two groups: the linear maps begin near where they end, and go in smaller steps."""
    maps = [p for part in (model.analysis, model.synthesis) for layer in (part.linear, part.detail) for p in layer.parameters()]
    others = [p for p in model.parameters() if not any(p is one for one in maps)]
    return [{"params": others}, {"params": maps, "share": LINEAR_SHARE}]


def train(data: str, name: str, steps: int, out: str, batch: int = 8, peak: float = 1e-3, start: Sequence[str] = ()) -> Path:
    """Train a codec on crops of the photographs under a folder; write weights, tables and card to `out`/`name`.

    batch : crops of 96 x 96 a step and process; of 128 x 128 half as many
    start : names of models in `out` to take the first weights from; of several, their mean
    """
    acc = training.accelerator()
    torch.manual_seed(0)  # the same first weights on every process
    model = CodecNetwork(CodecConfig())
    model.begin(patches(Crops(data, 0), PATCHES))
    training.begin_with(model, [Path(out) / one for one in start], strict=False)
    if start:
        tables.restore(model, Path(out) / start[0])
    model.to(acc.device, memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(parts(model), peak, betas=(0.9, 0.98), fused=True)
    loop = training.Loop(f"runs/compress-{name}", steps, acc, model, peak=peak)
    crops = Crops(data, 1000 * acc.process_index + 1)
    torch.manual_seed(1 + acc.process_index)
    for _ in loop.over(optimizer):
        x = crops.draw(batch).to(acc.device, memory_format=torch.channels_last)
        quality = torch.randint(len(COARSE), (len(x),), device=acc.device)
        with acc.autocast():
            again, bits = model(x, quality)
        error = (255 * (again.float() - x)).square().flatten(1).sum(1)
        spent = bits.float().flatten(1).sum(1)
        pixels = x[0, 0].numel()
        # each quality's sum is of its own size; by its price's root none drowns the others
        weight = (price(quality) * 100).rsqrt()
        loss = (weight * (price(quality) * error + spent)).mean() / pixels
        training.update(acc, optimizer, loss)
        psnr = 10 * torch.log10(255**2 * 3 * pixels / error.detach())
        loop.note(loss=loss, psnr=psnr.mean(), bpp=spent.detach().mean() / pixels)
    folder = Path(out) / name
    if acc.is_main_process:
        finish(loop.average.module.cpu().eval(), Crops(data, 2), folder)
        cards.write(folder, name, steps, batch, peak, start)
    return folder


def finish(network: CodecNetwork, crops: Crops, folder: Path) -> None:
    """Write the transform's weights, and the coder's whole weights and tables, counted with the weights as rounded."""
    transform = Transform(network.config)
    transform.load_state_dict({key: value for key, value in network.state_dict().items() if not key.startswith("foresee")})
    training.save_pretrained(transform, folder)
    network.load_state_dict(transform.state_dict(), strict=False)
    tables.write(network, crops, folder)
