"""The codebook recipes.

image   Rebuild pictures through a grid of codes. The first steps have no codebook; it then begins with the means of what
        the encoder says (k-means) and follows it as a moving average.
flip    The lecture's question: a picture is a top half over a bottom half, one code of 9 bits for the whole. Some pairs of
        halves are never shown. Does the code cope with them?
speech  Rebuild speech from codes and a speaker half. The encoder hears clips frequency-warped and through noise, with
        instance normalisation; the speaker half comes from another clip; so the codes need not say who speaks. They must not
        either: the clip, disturbed in two ways, has to fall to the same codes (as in Spin, arXiv 2305.11072). Where texts
        are known, a reader that sees one code at a time must name the phone (as SpeechTokenizer, arXiv 2308.16692, guides
        its first codes by a teacher); it is left behind after training. Pitch is sung anew from the codes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn
from torch.optim.swa_utils import update_bn

from .. import pretrained, training
from ..disturb import Disturb
from ..halves import HALF, MARGIN, STACK, TRAITS, split_pitch
from ..phones import PHONES, UNKNOWN, label_corpus
from ..speech import Corpus, prepare_corpus, read_texts
from ..squares import read_folder, to_tensor
from . import atlas, cards
from .data import Crops, Pictures, flip_book
from .evaluate import pictures_of
from .model import FlipAutoencoder, FlipConfig, ImageAutoencoder, ImageConfig, SpeechAutoencoder, SpeechConfig
from .quantiser import draw

REPEAT_WEIGHT = 0.2  # binary: against bits that say what other bits say
ALIKE_WEIGHT = 2.5  # speech: against codes that differ where only the throat and the room do
KEPT = 30_000  # so many of the encoder's latest vectors the codebook begins with


def temperature(step: int, steps: int) -> float:
    """Of Gumbel-softmax: from 1 (mixtures) down to 0.15 (all but choices) over the first two thirds, by equal ratios."""
    return 0.15 ** min(1.0, 1.5 * step / steps)


class Beginning:
    """A codebook's start: the encoder learns without one until `after`, then the means of what it last said are the keys."""

    def __init__(self, quantiser, after: int):
        self.quantiser, self.after = quantiser, after
        self.kept: list[torch.Tensor] = []

    def __call__(self, z: torch.Tensor, step: int):
        """(..., D) -> as the quantiser returns; before the start the vector itself, with a little noise"""
        if bool(self.quantiser.started):
            return self.quantiser(z)
        rows = z.detach().reshape(-1, z.shape[-1]).float()
        self.kept = [*self.kept, rows][-24:]
        # by the count of steps alone: several processes must begin at the same one, also after a pause
        if step >= self.after and len(self.kept) >= min(12, self.after + 1):
            self.quantiser.start(draw(torch.cat(self.kept), KEPT), len(rows))
            self.kept = []
        return z + 0.2 * torch.randn_like(z), None, z.new_zeros(())


def least_use(step: int, steps: int) -> float:
    """Of an entry, in shares of the average (`VectorQuantiser.dead`): entries move freely at first, and settle."""
    return 0.2 if step < 0.6 * steps else 0.02


def decibels(again: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Mean over the batch of the log of each picture's squared error: what PSNR measures, so an easy picture counts too."""
    return ((again - x).float().square().flatten(1).mean(1) + 1e-4).log().mean()


def train_image(data: str, name: str, steps: int, out: str, method: str = "vq", codes: int = 512, batch: int = 16, balance: float = 0.25,
                peak: float = 2e-3) -> Path:  # fmt: skip
    """Train an image codebook on a folder of pictures; write weights, atlas and card to `out`/`name`.

    method : "vq", "one-hot" or "binary"
    codes : K; bits a picture are 256 log2 K
    balance : of vq, see `VectorQuantiser`: the higher, the more evenly codes are used, at some cost in error
    """
    acc = training.accelerator()
    arrays = read_folder(data, 16)
    torch.manual_seed(0)  # the same first weights on every process
    config = ImageConfig(method, codes)
    model = ImageAutoencoder(config).to(acc.device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(model.parameters(), peak, betas=(0.9, 0.98), weight_decay=0.01)
    loop = training.Loop(f"runs/codebook-{name}", steps, acc, model, peak=peak)
    pictures = Pictures(arrays, 1000 * acc.process_index + 1)
    begin = Beginning(model.quantiser, min(300, steps // 10)) if method == "vq" else None
    model.quantiser.balance = balance
    torch.manual_seed(1 + acc.process_index)
    for step in loop.over(optimizer):
        x = pictures.draw(batch).to(acc.device, memory_format=torch.channels_last)
        with acc.autocast():
            z = model.latents(x)
            if begin:
                model.quantiser.dead = least_use(step, steps)
                quantised, chosen, asked = begin(z, step)
                asked = 0.25 * asked
            else:
                model.quantiser.temperature = temperature(step, steps)
                quantised, chosen, asked = model.quantiser(z)
                asked = REPEAT_WEIGHT * asked
            again = model.draw(quantised)
        loss = decibels(again, x) + asked
        training.update(acc, optimizer, loss)
        loop.note(psnr=-4.343 * decibels(again.detach(), x), asked=asked, perplexity=0 if chosen is None else perplexity(chosen, codes))
    folder = Path(out) / name
    if acc.is_main_process:
        update_bn((pictures.draw(batch) for _ in range(100)), loop.average.module, acc.device)
        network = finished(loop, folder)
        atlas.write(folder, atlas.of_images(network, arrays))
        bits = f"{method}, {codes} codes on 16 x 16, {batch * acc.num_processes} pictures a step, {steps:,} steps"
        cards.write(folder, name, "image" if method == "vq" else method, bits, _command(name, "image", method, codes, steps, batch))
    return folder


def train_flip(data: str, name: str, steps: int, out: str, method: str = "binary", codes: int = 512, batch: int = 64, starts: int = 6,
               peak: float | None = None) -> Path:  # fmt: skip
    """Train the lecture's small auto-encoder on a flip book of 16 x 16 halves, a fifth of the pairs held out.

    data : a sheet of 64 x 64 drawings (one file) or a folder of pictures; the first 16 are used
    starts : a choice of codes that falls badly at the beginning is seldom mended later, so training begins so many times and
        the start that rebuilds the pairs it has *seen* best is kept; the held-out pairs have no say
    peak : learning rate; None: what was found best for the method
    """
    # a choice among many wants its score straight from the features, and slower steps
    code_dim, rate = {"binary": (64, 3e-3), "one-hot": (2048, 1e-3)}[method]
    peak = peak or rate
    pages, unseen = flip_book(pictures_of(data))
    seen = to_tensor(pages[~unseen])
    kept: training.Loop | None = None
    least = math.inf
    for start in range(starts):
        acc = training.accelerator()
        torch.manual_seed(start)
        model = FlipAutoencoder(FlipConfig(method, codes, code_dim)).to(acc.device)
        optimizer = torch.optim.AdamW(model.parameters(), peak, weight_decay=1e-3)
        loop = training.Loop(f"runs/codebook-{name}/{start}", steps, acc, model, peak=peak)
        rng = np.random.default_rng(1000 * start + acc.process_index + 1)
        torch.manual_seed(1000 * start + acc.process_index + 1)
        for step in loop.over(optimizer):
            x = seen[torch.from_numpy(rng.integers(len(seen), size=batch))].to(acc.device)
            model.quantiser.temperature = temperature(step, steps)
            again, _, asked = model(x)
            loss = 50 * F.mse_loss(again, x) + REPEAT_WEIGHT * asked
            training.update(acc, optimizer, loss)
            loop.note(psnr=-4.343 * F.mse_loss(again.detach(), x).log(), asked=asked)
        network = loop.average.module
        update_bn([seen], network, acc.device)
        with torch.inference_mode():
            error = float(F.mse_loss(network.eval().cpu()(seen)[0], seen))
        if kept is None or error < least:
            kept, least = loop, error
    folder = Path(out) / name
    if kept and acc.is_main_process:
        finished(kept, folder)
        what = f"{method}, {codes} codes a picture, {batch * acc.num_processes} pictures a step, {steps:,} steps; of {starts} such starts the one "
        what += "that rebuilds the pairs it has seen best"
        cards.write(folder, name, "flip", what, _command(name, "flip", method, codes, steps, batch, data, starts=starts))
    return folder


def train_speech(data: str, name: str, steps: int, out: str, exclude: list[str], texts: Sequence[str] = (), codes: int = 128, batch: int = 24,
                 hint: float = 1.0, balance: float = 0.25, speaker_from: str = "instance-norm", workers: int | None = None, peak: float = 1.5e-3) -> Path:  # fmt: skip
    """Train a speech codebook on a folder of speech; write weights, atlas and card to `out`/`name`.

    texts : tables (.tsv) of what is said in the clips (`speech.read_texts`), for the hint at phones
    hint : weight of that hint; 0 is the plain VQ-VAE, which never hears of phones (texts then only serve the table of codes
        against phones)
    balance : see `VectorQuantiser`: the higher, the more evenly codes are used
    batch : clips of two seconds, or more of shorter ones, on each process
    speaker_from : the voice model whose speaker half is used; it is not trained further
    workers : processes that lay the texts along the clips, once
    """
    acc = training.accelerator()
    with acc.main_process_first():
        folder = prepare_corpus(data, "runs/cache", exclude)
        labels = label_corpus(folder, read_texts(texts), workers) if texts else None
    corpus = Corpus(folder)
    torch.manual_seed(0)  # the same first weights on every process
    model = SpeechAutoencoder(SpeechConfig(codes))
    model.speaker_encoder.load_state_dict(speaker_weights(speaker_from))
    model.speaker_encoder.requires_grad_(False)
    reader = nn.Linear(model.config.code_dim, len(PHONES))
    model, reader = model.to(acc.device), reader.to(acc.device)
    learned = [p for p in (*model.parameters(), *reader.parameters()) if p.requires_grad]
    optimizer = torch.optim.AdamW(learned, peak, betas=(0.9, 0.98), weight_decay=0.01)
    loop = training.Loop(f"runs/codebook-{name}", steps, acc, model, [reader], peak)
    crops = Crops(corpus, labels, batch * 70, 1000 * acc.process_index + 1)
    disturb, edge = Disturb(acc.device, 1.2), MARGIN * STACK
    # a good while without a codebook: what it begins with should already know phones
    begin = Beginning(model.quantiser, steps // 6)
    model.quantiser.balance = balance
    torch.manual_seed(1 + acc.process_index)
    for step in loop.over(optimizer):
        mel, f0, voiced, phones, other = (x.to(acc.device) for x in crops.draw())
        spoken = mel[..., edge:-edge]
        with acc.autocast():
            model.quantiser.dead = least_use(step, steps)
            quantised, chosen, commitment = begin(model.latents(disturb(mel)), step)
            height, spread, melody = split_pitch(f0)
            half = torch.cat([model.speaker_encoder(other), height, spread], 1)  # (B, 50)
            again = model.read(quantised, half, f0)
            rebuilt = sum(F.l1_loss(change(again), change(spoken)) for change in (torch.clone, _over_time, _over_bands))
            heard = voiced.view(len(voiced), -1, STACK).float().mean(2)  # (B, T)
            sung = ((model.sing(quantised.detach(), half) - melody).abs() * heard).sum() / heard.sum().clamp_min(1)
            loss = rebuilt + 0.5 * commitment + 0.1 * sung
            if chosen is not None:
                alike = F.mse_loss(model.latents(disturb(mel)), quantised.detach())
                loss = loss + ALIKE_WEIGHT * alike
                loop.note(alike=alike)
            named = reader(quantised).float()
            if hint and (phones != UNKNOWN).any():
                misnamed = F.cross_entropy(named.flatten(0, 1), phones.flatten(), ignore_index=UNKNOWN)
                loss = loss + hint * misnamed
                right = (named.argmax(2) == phones)[phones != UNKNOWN].float().mean()
                loop.note(misnamed=misnamed, named=right)
            else:
                loss = loss + 0 * named.sum()  # the reader is in the optimiser, so it is in the graph
        training.update(acc, optimizer, loss)
        loop.note(rebuilt=rebuilt, commitment=commitment, sung=sung, perplexity=0 if chosen is None else perplexity(chosen, codes))
    folder = Path(out) / name
    if acc.is_main_process:
        network = loop.average.module
        network.average.copy_(average_speaker(network, corpus))
        network = finished(loop, folder)
        atlas.write(folder, atlas.of_speech(network, corpus, labels))
        what = f"{codes} codes, 31.25 a second, {steps:,} steps of {acc.num_processes} x {batch} clips of two seconds (or more of shorter ones); "
        what += f"hint at phones: {hint if texts else 0:g}; speaker half of the voice model `{speaker_from}`"
        cards.write(folder, name, "speech", what, _command(name, "speech", "vq", codes, steps, batch, hint=hint if texts else 0))
    return folder


def perplexity(codes: torch.Tensor, count: int) -> torch.Tensor:
    """How many codes, used equally often, would be used as unevenly as these: exp of the entropy."""
    share = torch.bincount(codes.flatten(), minlength=count) / codes.numel()
    return torch.special.entr(share).sum().exp()


def speaker_weights(name: str) -> dict[str, torch.Tensor]:
    """The speaker encoder's weights out of a trained voice model."""
    every = load_file(pretrained.folder("voice", name) / "model.safetensors")
    return {k.removeprefix("speaker_encoder."): v.float() for k, v in every.items() if k.startswith("speaker_encoder.")}


@torch.inference_mode()
def average_speaker(model: SpeechAutoencoder, corpus: Corpus) -> torch.Tensor:
    """The mean speaker half of all training speakers, of up to four clips each: (50,). As long as any other half."""
    device, halves = next(model.parameters()).device, []
    for clips in corpus.by_speaker:
        for clip in clips[:4]:
            _, mel, f0, _ = corpus.crop(int(clip), int(corpus.frames[clip]) // STACK * STACK, start=0)
            if len(mel):
                traits = model.speaker_encoder(torch.from_numpy(mel.T.copy())[None].to(device))[0].cpu()
                height, spread, _ = split_pitch(torch.from_numpy(f0)[None])
                halves.append(torch.cat([traits, height[0], spread[0]]))
    mean = torch.stack(halves).mean(0)
    assert mean.shape == (HALF,)
    mean[:TRAITS] *= TRAITS**0.5 / mean[:TRAITS].norm()
    return mean.to(device)


def finished(loop: training.Loop, folder: Path) -> nn.Module:
    """Store the averaged weights and go on with what was stored: rounded."""
    network = loop.average.module.eval().requires_grad_(False)
    training.save_pretrained(network, folder, eight=isinstance(network, FlipAutoencoder))  # a row for each of many codes
    return network


def _over_time(mel):
    return mel.diff(dim=2)


def _over_bands(mel):
    return mel.diff(dim=1)


def _command(name, kind, method, codes, steps, batch, data="DIR", hint=None, starts=None) -> str:
    text = f"python -m aedemo train codebook --kind {kind} --name {name} --codes {codes} --steps {steps} --batch {batch} --data "
    text += "DIR" if kind != "flip" or Path(data).is_dir() else "examples/codebook/drawings.png"
    text += f" --method {method}" if method != "vq" else ""
    text += f" --starts {starts}" if starts else ""
    if kind == "speech":
        text += " --exclude training/speech-reserved.txt"
        text += f" --texts TABLE.tsv --hint {hint:g}" if hint else ""
    return text
