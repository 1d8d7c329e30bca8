"""The recipes of the encoders of pictures and of speech, and of the plain auto-encoders on the same data for as many steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file

from .. import pretrained, training
from ..speech import Corpus, prepare_corpus
from . import cards
from .cpc import Cpc, CpcConfig, MelDecoder, centred
from .data import Views, Voices, read_pictures
from .infomax import Decoder, InfoMax, InfoMaxConfig

DIGITS: dict[str, Any] = {"side": 8, "patch": 1, "widths": (32, 48), "latents": 16}
AIMS: dict[str, float] = {"local": 0.0, "prior": 1.0}  # of digits: sixteen numbers are few, and a place of eight by eight says little alone
FRAMES = 128  # of a crop of speech: 2 s
HALF = 0.1  # of the steps, after which the encoder is kept as half-trained: verdicts are formed early


def train_pictures(data: str, name: str, objective: str, steps: int, out: str, batch: int = 128, peak: float = 2e-3) -> Path:
    """Train on a folder of pictures, or "digits"; write weights and card to `out`/`name`.

    objective : "infomax"; "plain", which rebuilds the pictures as they are; or "plain-views", which rebuilds the views that infomax is shown
    """
    acc = training.accelerator()
    x = read_pictures(data)
    torch.manual_seed(0)  # the same first weights on every process, and the untrained encoder that the page shows
    model = InfoMax(InfoMaxConfig(channels=x.shape[1], **(DIGITS if data == "digits" else {}))).to(acc.device)
    decoder = Decoder(model.config).to(acc.device)
    optimizer = torch.optim.AdamW([*model.parameters(), *decoder.parameters()], peak, betas=(0.9, 0.98), weight_decay=0.01)
    loop = training.Loop(f"runs/embeddings-{name}", steps, acc, model, (decoder,), peak=peak)
    aims = AIMS if data == "digits" else {}
    views = Views(x, 1000 * acc.process_index + 1, mirrored=data != "digits", plain=objective == "plain")
    half = loop.folder / "half.safetensors"
    for step in loop.over(optimizer):
        view, other = (one.to(acc.device) for one in views.draw(batch))
        with acc.autocast():
            if objective == "infomax":
                loss, found = model.loss(view, other, **aims)
            else:
                loss = found = F.l1_loss(decoder(model.encoder(view)[1]), view)
        training.update(acc, optimizer, loss)
        loop.note(loss=loss, found=found)
        if step == round(HALF * steps) and acc.is_main_process:
            save_file(pretrained.in_eight_bits({key: value.cpu() for key, value in model.state_dict().items()}), half)
    folder = Path(out) / name
    if acc.is_main_process:
        training.save_pretrained(loop.average.module.cpu(), folder, eight=True)
        if objective == "infomax":
            (folder / half.name).write_bytes(half.read_bytes())
        cards.write_pictures(folder, name, data, objective, steps, batch, len(x), model.config.latents)
    return folder


def train_speech(data: str, name: str, objective: str, steps: int, out: str, exclude=(), batch: int = 32, peak: float = 1e-3) -> Path:
    """Train on a folder of speech; write weights and card to `out`/`name`.

    objective : "cpc", or "plain", which rebuilds each frame, as it is, from its code
    """
    acc = training.accelerator()
    if acc.is_main_process:
        prepare_corpus(data, "runs/cache", exclude)
    acc.wait_for_everyone()
    corpus = Corpus(prepare_corpus(data, "runs/cache", exclude))
    torch.manual_seed(0)
    model = Cpc(CpcConfig()).to(acc.device)
    decoder = MelDecoder(model.config).to(acc.device)
    optimizer = torch.optim.AdamW([*model.parameters(), *decoder.parameters()], peak, betas=(0.9, 0.98), weight_decay=0.01)
    loop = training.Loop(f"runs/embeddings-{name}", steps, acc, model, (decoder,), peak=peak)
    rng = np.random.default_rng(1 + acc.process_index)
    voices = Voices(1000 * acc.process_index + 1)
    share = corpus.frames / corpus.frames.sum()
    for _ in loop.over(optimizer):
        clips = rng.choice(len(share), batch, p=share)
        mel = torch.from_numpy(np.stack([corpus.crop(clip, FRAMES, rng=rng)[1] for clip in clips])).transpose(1, 2)
        view, other = (voices.view(mel).to(acc.device) if objective == "cpc" else mel.to(acc.device) for _ in range(2))
        with acc.autocast():
            if objective == "cpc":
                loss, found = model.loss(view, other)
            else:
                loss = found = F.l1_loss(decoder(model(view)[1]), centred(view))
        training.update(acc, optimizer, loss)
        loop.note(loss=loss, found=found)
    folder = Path(out) / name
    if acc.is_main_process:
        training.save_pretrained(loop.average.module.cpu(), folder, eight=True)
        cards.write_speech(folder, name, objective, steps, batch, len(corpus.index), model.config.latents, model.config.look)
    return folder
