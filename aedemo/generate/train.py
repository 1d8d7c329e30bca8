"""The recipe: the evidence lower bound, at three betas at once; for the plain auto-encoder its first half alone."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from .. import training
from ..squares import read_folder, to_tensor
from . import axes, cards
from .data import Batches, grey
from .model import BETAS, Vae, VaeConfig

WARM = 1500  # steps over which the price of the code rises from 0: a code that is not yet any use would be given up
USUAL = BETAS.index(1.0)


def train(data: str, name: str, steps: int, out: str, variational: bool = True, batch: int = 32, peak: float = 1e-3, start: list[str] = ()) -> Path:
    """Train on a folder of pictures, which are seen at 64 x 64; write weights and card to `out`/`name`.

    start : names of models in `out` to take the first weights from
    """
    acc = training.accelerator()
    arrays = read_folder(data, 16)
    channels = 1 if grey(arrays) else 3
    torch.manual_seed(0)  # the same first weights on every process
    model = Vae(VaeConfig(channels, variational=variational))
    training.begin_with(model, [Path(out) / one for one in start])
    model.to(acc.device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    loop = training.Loop(f"runs/generate-{name}", steps, acc, model, peak=peak)
    batches = Batches(arrays, channels, 1000 * acc.process_index + 1)
    beta = torch.tensor(BETAS, device=acc.device)
    torch.manual_seed(1 + acc.process_index)
    for step in loop.over(optimizer):
        x = batches.draw(batch).to(acc.device, memory_format=torch.channels_last)
        which = torch.randint(len(BETAS), (batch,), device=acc.device) if variational else torch.full((batch,), USUAL, device=acc.device)
        with acc.autocast():
            again, nats, kl = model(x, which)
        kl = kl.sum(1)
        warm = 1.0 if start else min(1.0, step / WARM)
        # divided by the price of the code where that is high, or its gradients would drown the others'
        loss = ((nats + warm * beta[which] * kl) / beta[which].clamp(min=1).sqrt()).mean() / x[0].numel()
        training.update(acc, optimizer, loss)
        error = (again.detach() - x).square().flatten(1).mean(1)
        usual = which == USUAL
        bound = (nats + kl).detach()[usual].sum() / usual.sum().clamp(min=1) / x[0].numel()
        loop.note(loss=loss, bound=bound, kl=kl.detach().mean(), psnr=-10 * error.log10().mean())
    folder = Path(out) / name
    if acc.is_main_process:
        model = loop.average.module.cpu().eval()
        training.save_pretrained(model, folder)
        write_codes(model, to_tensor(arrays[..., :channels]), folder)
        axes.write(model, folder)
        cards.write(folder, name, steps, batch, variational, channels, len(arrays))
    return folder


@torch.no_grad()
def write_codes(model: Vae, x: torch.Tensor, folder: Path) -> None:
    """Where the codes of the training pictures lie: their mean and spread (betas, latents), which a fitted Gaussian needs."""
    rows = []
    for index in range(len(BETAS)):
        which = torch.full((len(x),), index)
        codes = torch.cat([model.encoder(part, w)[0] for part, w in zip(x.split(256), which.split(256))])
        rows.append((codes.mean(0), codes.std(0)))
    save_file({"mean": torch.stack([m for m, _ in rows]), "std": torch.stack([s for _, s in rows])}, folder / "codes.safetensors")
