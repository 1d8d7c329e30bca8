"""The recipes: the evidence lower bound, at three betas at once; for the plain auto-encoder its first half alone. Then, for
sharpness, a discriminator beside the bound, which sees what is rebuilt and what is drawn (VAE/GAN, arXiv 1512.09300)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from .. import pretrained, training
from ..squares import read_folder, to_tensor
from . import axes, cards
from .data import Batches, grey
from .model import MIDDLE, THREE, Discriminator, Vae, VaeConfig

WARM = 1500  # steps over which the price of the code rises from 0: a code that is not yet any use would be given up
PULL = 0.5  # of the discriminator, beside the bound's
RIVAL_SHARE = 4.0  # of the learning rate: a discriminator that lags behind lets woodcuts pass for photographs


def train(
    data: str, name: str, steps: int, out: str, variational: bool = True, batch: int = 32, peak: float = 1e-3, start: list[str] = (), betas=None
) -> Path:
    """Train on a folder of pictures, which are seen at 64 x 64; write weights and card to `out`/`name`.

    betas : three, rising; the more there is to say of a picture, the higher they have to be to be felt
    start : names of models in `out` to take the first weights from
    """
    acc = training.accelerator()
    arrays = read_folder(data, 16)
    channels = 1 if grey(arrays) else 3
    torch.manual_seed(0)  # the same first weights on every process
    model = Vae(VaeConfig(channels, variational=variational, **({"betas": tuple(betas)} if betas else {})))
    training.begin_with(model, [Path(out) / one for one in start])
    model.to(acc.device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), peak, betas=(0.9, 0.98), weight_decay=0.01, fused=True)
    loop = training.Loop(f"runs/generate-{name}", steps, acc, model, peak=peak)
    batches = Batches(arrays, channels, 1000 * acc.process_index + 1)
    beta = torch.tensor(model.config.betas, device=acc.device)
    torch.manual_seed(1 + acc.process_index)
    for step in loop.over(optimizer):
        x = batches.draw(batch).to(acc.device, memory_format=torch.channels_last)
        which = torch.randint(THREE, (batch,), device=acc.device) if variational else torch.full((batch,), MIDDLE, device=acc.device)
        with acc.autocast():
            again, nats, kl = model(x, which)
        kl = kl.sum(1)
        warm = 1.0 if start else min(1.0, step / WARM)
        # divided by the price of the code where that is high, or its gradients would drown the others'
        loss = ((nats + warm * beta[which] * kl) / beta[which].clamp(min=1).sqrt()).mean() / x[0].numel()
        training.update(acc, optimizer, loss)
        error = (again.detach() - x).square().flatten(1).mean(1)
        usual = which == MIDDLE
        bound = (nats + kl).detach()[usual].sum() / usual.sum().clamp(min=1) / x[0].numel()
        loop.note(loss=loss, bound=bound, kl=kl.detach().mean(), psnr=-10 * error.log10().mean())
    folder = Path(out) / name
    if acc.is_main_process:
        finish(loop.average.module, arrays, folder)
        cards.write(folder, name, steps, batch, model.config, len(arrays), betas)
    return folder


def sharpen(data: str, name: str, start: str, steps: int, out: str, batch: int = 32, peak: float = 3e-4) -> Path:
    """Train the decoder of the model `start` on, against a discriminator, at the two lower betas; write it to `out`/`name`.

    The encoder stays as it is, and so does its part of the bound. The highest beta has the bound alone: that its code says
    too little to draw a sharp picture from is what it is there to show.
    """
    acc = training.accelerator()
    arrays = read_folder(data, 16)
    channels = 1 if grey(arrays) else 3
    model = pretrained.load_folder(Vae, Path(out) / start, acc.device)
    torch.manual_seed(0)
    rival = Discriminator(channels).to(acc.device)
    learned = [*model.decoder.parameters(), model.spread]
    for parameter in learned:
        parameter.requires_grad_(True)
    optimizer = torch.optim.Adam(learned, peak, betas=(0.5, 0.98), fused=True)
    rival_optimizer = torch.optim.Adam([{"params": rival.parameters(), "share": RIVAL_SHARE}], peak, betas=(0.5, 0.98), fused=True)
    loop = training.Loop(f"runs/generate-{name}", steps, acc, model, (rival,), peak=peak)
    batches = Batches(arrays, channels, 1000 * acc.process_index + 3)
    torch.manual_seed(3 + acc.process_index)
    prior = torch.full((batch,), MIDDLE, device=acc.device)
    for _ in loop.over(optimizer, rival_optimizer):
        x = batches.draw(batch).to(acc.device)
        which = torch.randint(THREE, (batch,), device=acc.device)
        with acc.autocast():
            again, nats, _ = model(x, which)
            drawn = model.decoder(torch.randn(batch, model.config.latents, device=acc.device), prior)
            low = again[which <= MIDDLE]
            made = torch.cat((low, drawn[: len(low)]))
            rival.requires_grad_(False)
            fooled = -rival(made).mean()
        nats = nats.mean() / x[0].numel()
        weight = share_of(nats, fooled, model.decoder.leave.weight)
        training.update(acc, optimizer, nats + weight * fooled)
        rival.requires_grad_(True)
        with acc.autocast():
            real, false = rival(x), rival(made.detach())
        hinge = F.relu(1 - real).mean() + F.relu(1 + false).mean()
        training.update(acc, rival_optimizer, hinge)
        loop.note(nats=nats, rival=hinge, real=real.detach().mean(), false=false.detach().mean(), weight=weight)
    folder = Path(out) / name
    if acc.is_main_process:
        finish(loop.average.module, arrays, folder)
        cards.sharpened(folder, name, start, steps, batch, peak)
    return folder


def share_of(loss: torch.Tensor, other: torch.Tensor, last: torch.Tensor) -> torch.Tensor:
    """The weight at which `other` pulls `PULL` times as hard as `loss` at the last layer (as in VQGAN, arXiv 2012.09841)."""
    pulls = [torch.autograd.grad(one, last, retain_graph=True)[0].norm() for one in (loss, other)]
    return (PULL * pulls[0] / (pulls[1] + 1e-6)).clamp(max=10).detach()


def finish(model: Vae, arrays: np.ndarray, folder: Path) -> None:
    """Write weights, where the codes lie, and what each number does."""
    model = model.cpu().eval().requires_grad_(False)
    training.save_pretrained(model, folder)
    write_codes(model, to_tensor(arrays[..., : model.config.channels]), folder)
    axes.write(model, folder)


@torch.no_grad()
def write_codes(model: Vae, x: torch.Tensor, folder: Path) -> None:
    """Where the codes of the training pictures lie: their mean and spread (betas, latents), which a fitted Gaussian needs."""
    rows = []
    for index in range(THREE):
        which = torch.full((len(x),), index)
        codes = torch.cat([model.encoder(part, w)[0] for part, w in zip(x.split(256), which.split(256))])
        rows.append((codes.mean(0), codes.std(0)))
    save_file({"mean": torch.stack([m for m, _ in rows]), "std": torch.stack([s for _, s in rows])}, folder / "codes.safetensors")
