"""Who teaches the voice auto-encoder: networks that listen, read and judge while it learns, and are then left behind."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from .. import training
from ..audio import N_MELS, in_quiet
from ..disturb import Disturb, in_noise, random_filters
from ..halves import MARGIN, STACK, TONES, TRAITS, Block, SpeakerEncoder
from ..speech import Corpus
from .data import Batches


def _mean(x):
    return x.mean(-1)


def _spread(x):
    return x.std(-1)


def style(heard, wanted):
    """Distance of two clips' activations (lists of (B, dim, T)) in their means and spreads over time."""
    return sum(F.l1_loss(moment(a), moment(b)) for a, b in zip(heard, wanted) for moment in (_mean, _spread))


def timbre(mel):
    """Mean and spread of each band while someone speaks: the average spectrum of a voice. (B, 80, T) -> (B, 160)"""
    mel = mel.float()
    energy = mel.detach().mean(1, keepdim=True)
    weight = torch.sigmoid(2 * (energy - energy.quantile(0.9, dim=2, keepdim=True) + 3))
    weight = weight / weight.sum(2, keepdim=True)
    mean = (weight * mel).sum(2)
    spread = (weight * (mel - mean[..., None]).square()).sum(2).clamp_min(1e-3).sqrt()
    return torch.cat([mean, spread], 1)


class Margin(nn.Module):
    """Additive angular margin classifier of speakers (ArcFace, arXiv 1801.07698)."""

    def __init__(self, dim: int, speakers: int, margin: float = 0.2, scale: float = 20.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(speakers, dim) * 0.1)
        self.margin, self.scale = margin, scale

    def forward(self, x, speaker):  # (B, dim), (B,) -> loss
        cosine = F.linear(F.normalize(x, dim=1), F.normalize(self.weight, dim=1)).clamp(-0.999, 0.999)
        true = F.one_hot(speaker, len(self.weight)).bool()
        harder = torch.where(true, torch.cos(cosine.acos() + self.margin), cosine)
        # no speaker known in the whole batch (all of them invented): nothing to tell apart
        return F.cross_entropy(self.scale * harder, speaker) if len(speaker) else x.sum() * 0


class Critic(nn.Module):
    """Speech or made? A verdict on every patch of a mel spectrogram. (B, 80, T) -> (B, patches), features"""

    def __init__(self, channels: int = 16):
        super().__init__()
        widths = [1, channels, 2 * channels, 3 * channels]
        self.layers = nn.ModuleList(nn.utils.parametrizations.spectral_norm(nn.Conv2d(i, o, 5, 2, 2)) for i, o in zip(widths, widths[1:]))
        self.last = nn.Conv2d(widths[-1], 1, 3, padding=1)

    def forward(self, mel):
        x, features = (mel[:, None] + 5) / 3, []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), 0.2)
            features.append(x)
        return self.last(x).flatten(1), features


class Spy(nn.Module):
    """The `adversarial` method's opponent: names the speaker from a clip's content half. (B, 49, T) -> (B, speakers)"""

    def __init__(self, speakers: int, dim: int = 128):
        super().__init__()
        self.enter = nn.Conv1d(TONES, dim, 3, padding=1)
        self.blocks = nn.ModuleList(Block(dim, "layer") for _ in range(2))
        self.leave = nn.Sequential(nn.Linear(2 * dim, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, speakers))

    def forward(self, content):
        x = self.enter(content)
        for block in self.blocks:
            x = block(x)
        return self.leave(torch.cat([_mean(x), _spread(x)], 1))


class Reader(nn.Module):
    """Reads letters off a mel spectrogram, by CTC (Graves et al. 2006). (B, 80, 2T) -> (B, T, 28) logits"""

    LETTERS = "_abcdefghijklmnopqrstuvwxyz "  # the first is CTC's blank

    def __init__(self, dim: int = 192, layers: int = 5):
        super().__init__()
        self.enter = nn.Conv1d(N_MELS, dim, 4, stride=STACK, padding=1)
        self.blocks = nn.ModuleList(Block(dim, "layer") for _ in range(layers))
        self.leave = nn.Linear(dim, len(self.LETTERS))

    def forward(self, mel):
        return self.read(self.hidden(mel)[-1])

    def hidden(self, mel):
        """Activations after each block, (B, dim, T) each."""
        x, layers = self.enter((mel + 5) / 3), []
        for block in self.blocks:
            x = block(x)
            layers.append(x)
        return layers

    def read(self, x):
        return self.leave(x.transpose(1, 2))

    def differ(self, mel, wanted):
        """How differently two clips of the same timing read: distance of the activations, divergence of the letters."""
        a = self.hidden(mel)
        with torch.no_grad():
            b = self.hidden(wanted)
        letters = F.kl_div(self.read(a[-1]).log_softmax(2), self.read(b[-1]).log_softmax(2), log_target=True, reduction="none").sum(2).mean()
        return sum(F.l1_loss(x, y) for x, y in zip(a[1:], b[1:])) / len(a[1:]) + letters


def train_reader(corpus: Corpus, texts: dict[str, str], steps: int, folder: str, size: int, longest: int = 400) -> Reader:
    """A network that reads the clips whose words are known. `longest`: frames of the longest clip used."""
    acc = training.accelerator()
    letters = {}
    for clip, entry in enumerate(corpus.index):
        text = " ".join("".join(c if c in Reader.LETTERS[1:] else " " for c in texts.get(entry["file"], "").lower()).split())
        if text and entry["frames"] <= longest:
            letters[clip] = torch.tensor([Reader.LETTERS.index(c) for c in text])
    if not letters:
        raise ValueError("None of the clips to train on is in the tables of texts.")
    clips = np.array(sorted(letters))
    weight = np.array([1.0 / (corpus.speaker[clips] == s).sum() ** 0.3 for s in corpus.speaker[clips]])
    rng = np.random.default_rng(2000 + acc.process_index)
    reader = Reader().to(acc.device)
    optimizer = torch.optim.AdamW(reader.parameters(), 1.5e-3, weight_decay=0.05)
    loop = training.Loop(folder, steps, acc, reader, peak=1.5e-3)
    disturb, waiting, edge = Disturb(acc.device), list[np.ndarray](), MARGIN * STACK
    for _ in loop.over(optimizer):
        if not waiting:  # clips of about one length go together
            drawn = rng.choice(clips, 4 * size, p=weight / weight.sum())
            drawn = drawn[np.argsort(corpus.frames[drawn], kind="stable")].reshape(4, size)
            waiting = list(drawn[rng.permutation(4)])
        batch = waiting.pop()
        most = int(corpus.frames[batch].max()) // STACK * STACK + 2 * edge
        mel = []
        for clip in batch:
            frames = int(corpus.frames[clip])
            m, f = corpus.crop(int(clip), frames, start=0)[1:3]
            mel.append(in_quiet(m, f, edge, most + STACK - frames)[0][:most].T)
        mel = disturb(torch.from_numpy(np.stack(mel)).to(acc.device))
        with acc.autocast():
            scores = reader(mel + 0.2 * torch.randn_like(mel)).float().log_softmax(2).transpose(0, 1)  # (T, B, 28)
        said = [letters[int(clip)] for clip in batch]
        lengths = torch.tensor([len(x) for x in said])
        whole = torch.full((size,), len(scores))
        loss = F.ctc_loss(scores, torch.cat(said).to(acc.device), whole, lengths, zero_infinity=True)
        training.update(acc, optimizer, loss)
        loop.note(reader=loss)
    return loop.average.module.eval().requires_grad_(False)


def train_listener(corpus: Corpus, steps: int, folder: str, budget: int) -> nn.ModuleList:
    """A network that knows the training speakers by ear, and its classifier of them.

    It hears every clip through a filter and noise of its own: left to itself it would go by the microphone alone.
    """
    acc = training.accelerator()
    batches = Batches(corpus, budget, 1000 + acc.process_index)
    listener, margin = SpeakerEncoder(224), Margin(TRAITS, len(corpus.speakers))
    both = nn.ModuleList([listener, margin]).to(acc.device)
    optimizer = torch.optim.AdamW(both.parameters(), 1e-3, weight_decay=0.05)
    loop = training.Loop(folder, steps, acc, both)
    for _ in loop.over(optimizer):
        mel, _, other, speaker = (x.to(acc.device) for x in batches.draw())
        loss = 0.0
        with acc.autocast():
            for heard in (mel, other):
                heard = in_noise(heard + random_filters(len(heard), acc.device))
                loss = loss + margin(listener(heard + 0.2 * torch.randn_like(heard)), speaker)
        training.update(acc, optimizer, loss)
        loop.note(listener=loss / 2)
    return loop.average.module.eval().requires_grad_(False)
