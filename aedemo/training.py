"""What every recipe needs around its one interesting step: resuming, averaging, logging, a schedule.

`accelerate` decides where and on how many processes it runs; the same recipe runs on a CPU, a GPU, or many.
"""

from __future__ import annotations

import json
import math
import time
from collections import defaultdict
from pathlib import Path

import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from tqdm import tqdm

from . import memory, pretrained


def accelerator() -> Accelerator:
    """bf16 autocast on CUDA and on processors that multiply matrices of it (AMX: four times as fast), else plain float32."""
    memory.for_training()
    fast = torch.cuda.is_available() or torch.cpu._is_amx_tile_supported()
    return Accelerator(mixed_precision="bf16" if fast else "no")


def update(acc: Accelerator, optimizer: torch.optim.Optimizer, loss: torch.Tensor, clip: float = 1.0) -> None:
    """One step of an optimiser on one loss: gradients averaged over the processes, clipped, applied, cleared.

    The networks of a recipe with rivals call each other in parts, which DistributedDataParallel's wrapper does not
    follow; averaging the gradients here does the same for any of them.
    """
    optimizer.zero_grad()
    loss.backward()
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    if acc.num_processes > 1:
        # as one vector: two processes that meet once a step wait for each other less than at every parameter
        whole = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in parameters])
        for p, grad in zip(parameters, acc.reduce(whole, "mean").split([p.numel() for p in parameters])):
            p.grad = grad.view_as(p)
    nn.utils.clip_grad_norm_(parameters, clip)
    optimizer.step()
    optimizer.zero_grad()


def learning_rate(step: int, steps: int, peak: float, warmup: int = 200) -> float:
    """Linear warm-up, a plateau, then half a cosine down to 2% over the last half of the run."""
    if step < warmup:
        return peak * (step + 1) / warmup
    late = max(0.0, (step / steps - 0.5) / 0.5)
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * late)))


class Loop:
    """Iterate over training steps; resume from `folder` if a checkpoint lies there. Each loop has its own `acc`.

    The weights that ship are an exponential moving average of the trained ones (`self.average`), which costs nothing
    and removes the noise of the last steps.
    """

    def __init__(
        self, folder: str | Path, steps: int, acc: Accelerator, averaged: nn.Module, others=(), peak: float = 1e-3, save_every: float = 240.0
    ):
        self.folder, self.steps, self.acc, self.peak, self.save_every = Path(folder), steps, acc, peak, save_every
        self.average = AveragedModel(averaged, multi_avg_fn=get_ema_multi_avg_fn(0.998))
        self._averaged, self.step = averaged, 0
        self._kept = (averaged, *others, self.average, self)

    def state_dict(self):
        return {"step": self.step}

    def load_state_dict(self, state):
        self.step = state["step"]

    def over(self, *optimizers):
        """Yield the number of each step still to be done, with a progress bar, setting the optimisers' rate."""
        state = self.folder / "state"
        self.acc.register_for_checkpointing(*self._kept, *optimizers)
        if state.exists():
            self.acc.load_state(str(state))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sums, self._count, saved = defaultdict(float), 0, time.monotonic()
        main = self.acc.is_main_process
        with tqdm(total=self.steps, initial=self.step, disable=not main, mininterval=5) as bar:
            while self.step < self.steps:
                for optimizer in optimizers:
                    for group in optimizer.param_groups:
                        group["lr"] = learning_rate(self.step, self.steps, self.peak) * group.get("share", 1.0)
                yield self.step
                self.average.update_parameters(self._averaged)
                self.step += 1
                self._count += 1
                bar.update()
                if self.step % 100 == 0 and main:
                    self._log(bar)
                # by the clock on one process; by the count on several, which must save together
                due = time.monotonic() - saved > self.save_every if self.acc.num_processes == 1 else self.step % 500 == 0
                if due or self.step == self.steps:
                    self.acc.save_state(str(state))
                    saved = time.monotonic()

    def note(self, **values):
        """Add figures of this step to the log (`log.jsonl`: their means over each hundred steps)."""
        for key, value in values.items():
            self._sums[key] += float(value.detach() if torch.is_tensor(value) else value)

    def _log(self, bar):
        row = {"step": self.step} | {k: round(v / self._count, 5) for k, v in self._sums.items()}
        with open(self.folder / "log.jsonl", "a") as file:
            file.write(json.dumps(row) + "\n")
        bar.set_postfix({k: f"{v:.3f}" for k, v in row.items() if k != "step"})
        self._sums, self._count = defaultdict(float), 0


def begin_with(model: nn.Module, folders: list[Path], strict: bool = True) -> None:
    """Load trained weights to begin with; of several models their mean. If not `strict`, those that fit.

    Models trained one from the other lie in one valley of the loss, and their mean in its middle, which on new data is
    often better than either end (model soups, Wortsman et al. 2022, arXiv 2203.05482).
    """
    several = [load_file(folder / "model.safetensors") for folder in folders]
    if several:
        mean = {key: sum(one[key].float() for one in several) / len(several) for key in several[0]}
        if not strict:
            own = model.state_dict()
            mean = {key: value for key, value in mean.items() if key in own and own[key].shape == value.shape}
        model.load_state_dict(mean, strict=strict)


def save_pretrained(model: nn.Module, folder: str | Path, eight: bool = False) -> None:
    """Write model.safetensors in half precision and config.json; what `pretrained.load_folder` reads back.

    eight : matrices and kernels in eight bits, each row in steps of its own: half the bytes
    """
    card = Path(folder) / "README.md"
    written = card.exists()
    model.half().save_pretrained(folder)
    if not written:
        card.unlink(missing_ok=True)  # the mixin's own card says nothing; recipes write theirs
    config = Path(folder) / "config.json"
    config.write_text(config.read_text().rstrip() + "\n")
    model.float()  # what ships is what is measured from here on: rounded
    if eight:
        packed = pretrained.in_eight_bits(model.state_dict())
        save_file(packed, Path(folder) / "model.safetensors", {"format": "pt"})
        model.load_state_dict(packed, strict=False)
        pretrained.stretch(model, packed)
