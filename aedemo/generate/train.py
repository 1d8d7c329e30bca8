"""The recipes: the evidence lower bound, at three betas at once, then the flow that knows where codes are; for the plain auto-encoder
the bound's first half alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .. import training
from ..squares import read_folder, to_tensor
from . import axes, cards
from .data import Batches, grey
from .model import LOG_VAR, MIDDLE, THREE, Vae, VaeConfig

WARM = 1500  # steps over which the price of the code rises from 0: a code that is not yet any use would be given up
FLOW_STEPS, FLOW_BATCH, FLOW_PEAK = 10_000, 384, 1e-3


def train(
    data: str, name: str, steps: int, out: str, variational: bool = True, batch: int = 32, peak: float = 1e-3, start: Sequence[str] = (), betas=None
) -> Path:
    """Train on a folder of pictures, which are seen at 64 x 64; write weights and card to `out`/`name`.

    betas : three, rising; the more there is to say of a picture, the higher they have to be to be felt
    start : names of models in `out` to take the first weights from
    """
    acc = training.accelerator()
    arrays = read_folder(data, 16)
    channels = 1 if grey(arrays) else 3
    torch.manual_seed(0)  # the same first weights on every process
    model = Vae(VaeConfig(channels, variational=variational, betas=tuple(betas or VaeConfig.betas)))
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
        if variational:
            fit_flow(loop.average.module, to_tensor(arrays[..., :channels]))
        finish(loop.average.module, arrays, folder)
        cards.write(folder, name, steps, batch, model.config, len(arrays), betas)
    return folder


def fit_flow(model: Vae, x: torch.Tensor) -> None:
    """Fit the flow to the codes of pictures (N, C, 64, 64) and of their mirror images; the rest stays as it is."""
    device, flow = next(model.parameters()).device, model.eval().flow.requires_grad_(True)
    x = torch.cat((x, x.flip(3)))
    with torch.no_grad():
        codes = [[model.encoder(p.to(device), torch.full((len(p),), i, device=device)) for p in x.split(256)] for i in range(THREE)]
        means, log_vars = (torch.stack([torch.cat([part[k] for part in rows]) for rows in codes]) for k in (0, 1))
        spreads = (0.5 * log_vars.clamp(*LOG_VAR)).exp()
        flow.mean.weight.copy_(means.mean(1))
        flow.log_std.weight.copy_(0.5 * (means.var(1) + spreads.square().mean(1)).log())
    flow.mean.requires_grad_(False)
    flow.log_std.requires_grad_(False)
    optimizer = torch.optim.AdamW([p for p in flow.parameters() if p.requires_grad], FLOW_PEAK, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, FLOW_PEAK, total_steps=FLOW_STEPS)
    average = AveragedModel(flow, multi_avg_fn=get_ema_multi_avg_fn(0.998))
    torch.manual_seed(5)
    for _ in range(FLOW_STEPS):
        which, row = torch.randint(THREE, (FLOW_BATCH,), device=device), torch.randint(len(x), (FLOW_BATCH,), device=device)
        loss = flow.loss(means[which, row] + spreads[which, row] * torch.randn(FLOW_BATCH, means.shape[2], device=device), which)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        average.update_parameters(flow)
    flow.load_state_dict(average.module.state_dict())


def finish(model: Vae, arrays: np.ndarray, folder: Path) -> None:
    """Write weights, where the codes lie, and what each number does."""
    model = model.cpu().eval().requires_grad_(False)
    training.save_pretrained(model, folder, eight=True)
    write_codes(model, to_tensor(arrays[..., : model.config.channels]), folder)
    axes.write(model, folder)


@torch.no_grad()
def write_codes(model: Vae, x: torch.Tensor, folder: Path) -> None:
    """Where the codes of the training pictures lie: their mean and spread (betas, latents), which a fitted Gaussian needs."""
    rows = []
    for index in range(THREE):
        which = torch.full((len(x),), index)
        codes = torch.cat([model.place(part, w) for part, w in zip(x.split(256), which.split(256))])
        rows.append((codes.mean(0), codes.std(0)))
    save_file({"mean": torch.stack([m for m, _ in rows]), "std": torch.stack([s for _, s in rows])}, folder / "codes.safetensors")
