"""The voice recipe. Every step rebuilds speech and also swaps the speakers of the batch and listens to the result.

1. A listener learns to tell speakers by their mel spectrograms, and is then left as it is.
2. The auto-encoder rebuilds clips. The content encoder hears them frequency-warped and through noise, the speaker half
   comes from another clip of the speaker, so neither half can do the other's work.
3. Each step also gives clips another speaker's half. The listener must hear that speaker, in its verdict and in the
   statistics of its layers (style, arXiv 1508.06576); the content encoder must read the words it was given (cycle); a
   patch discriminator must not tell the result from speech; and a detective, a listener that goes on learning to tell
   whose words they were by what of that voice is left in the result, must be led astray (as in StarGAN-VC2,
   arXiv 1907.12279).
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from safetensors.torch import load_file
from sklearn.decomposition import PCA
from torch import nn

from .. import training
from ..audio import in_quiet
from ..speech import Corpus, prepare_corpus
from .data import Batches, warp_matrices
from .model import MARGIN, STACK, TONES, TRAITS, Block, SpeakerEncoder, VoiceAutoencoder, VoiceConfig, join_pitch, split_pitch

SPY_WEIGHT = 1.0


def _over_time(mel):
    return mel.diff(dim=2)


def _over_bands(mel):
    return mel.diff(dim=1)


def _mean(x):
    return x.mean(-1)


def _spread(x):
    return x.std(-1)


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
        return F.cross_entropy(self.scale * harder, speaker)


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
        self.leave = nn.Sequential(nn.Linear(2 * dim + 2 * TONES, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, speakers))

    def forward(self, content):
        x = self.enter(content)
        for block in self.blocks:
            x = block(x)
        # also the plain averages, so that the simplest leak is the first it finds
        return self.leave(torch.cat([f(y) for y in (x, content) for f in (_mean, _spread)], 1))


def train_listener(corpus: Corpus, steps: int, folder: str, budget: int) -> nn.ModuleList:
    """A network that knows the training speakers by ear, and its classifier of them."""
    acc = training.accelerator()
    batches = Batches(corpus, budget, 1000 + acc.process_index)
    listener, margin = SpeakerEncoder(VoiceConfig(speaker_dim=160)), Margin(TRAITS, len(corpus.speakers))
    both = nn.ModuleList([listener, margin]).to(acc.device)
    optimizer = torch.optim.AdamW(both.parameters(), 1e-3, weight_decay=0.05)
    loop = training.Loop(folder, steps, acc, both)
    for _ in loop.over(optimizer):
        mel, _, other, speaker = (x.to(acc.device) for x in batches.draw())
        loss = 0.0
        with acc.autocast():
            for heard in (mel, other):
                loss = loss + margin(listener(heard + 0.2 * torch.randn_like(heard)), speaker)
        training.update(acc, optimizer, loss)
        loop.note(listener=loss / 2)
    return loop.average.module.eval().requires_grad_(False)


def train(data: str, name: str, steps: int, out: str, exclude: list[str], method: str = "instance-norm", batch: int = 24, peak: float = 1.5e-3,
          listener_steps: int = 666, start: str | None = None) -> Path:  # fmt: skip
    """Train a voice auto-encoder on a folder of speech and write it to `out`/`name`.

    `batch`: clips of two seconds. `start`: another trained model in `out` to take the first weights from where they fit.
    """
    acc = training.accelerator()
    torch.manual_seed(0)  # the listener too begins with the same weights on every process
    with acc.main_process_first():
        corpus = Corpus(prepare_corpus(data, "runs/cache", exclude))
    if len(corpus.speakers) < 2:
        raise ValueError(f"Speech of at least two speakers is needed; {data} holds {len(corpus.speakers)}.")
    budget = batch * 64
    listener, _ = both = train_listener(corpus, listener_steps, "runs/listener", budget)

    batches = Batches(corpus, budget, acc.process_index)
    warps = warp_matrices().to(acc.device)
    torch.manual_seed(0)  # the same first weights on every process
    model = VoiceAutoencoder(VoiceConfig(method=method))
    if start:
        model.load_state_dict(load_file(Path(out) / start / "model.safetensors"), strict=False)
    model = model.to(acc.device)
    margin, critic, spy = Margin(TRAITS, len(corpus.speakers)), Critic(), Spy(len(corpus.speakers))
    detective, suspects = deepcopy(both).train().requires_grad_(True)
    margin, rivals = margin.to(acc.device), nn.ModuleList([critic, spy, detective, suspects]).to(acc.device)
    optimizer = torch.optim.AdamW([*model.parameters(), *margin.parameters()], peak, betas=(0.9, 0.98), weight_decay=0.01)
    rival_optimizer = torch.optim.AdamW(rivals.parameters(), peak, betas=(0.5, 0.98))
    loop = training.Loop(f"runs/{name}", steps, acc, model, [margin, rivals], peak)
    torch.manual_seed(1 + acc.process_index)
    for step in loop.over(optimizer, rival_optimizer):
        mel, f0, other, speaker = (x.to(acc.device) for x in batches.draw())
        size = len(mel)
        n = max(size // 3, 2)  # so many clips are also given another voice
        to = torch.roll(torch.arange(size, device=acc.device), n)[:n]
        with acc.autocast():
            # wide stretching and strong noise teach what to leave out; as a stretched formant cannot be put back exactly,
            # the later part of the run, which learns to be sharp, has little of either
            early = not start and step < 0.55 * steps
            choice = (
                torch.randint(len(warps), (size,), device=acc.device) if early else torch.randint(-3, 4, (size,), device=acc.device) + len(warps) // 2
            )
            content = model.content_encoder(torch.einsum("bnm,bmt->bnt", warps[choice], mel))  # (B, 49, T)
            noisy = content + (0.25 if early else 0.15) * torch.randn_like(content)
            traits = model.speaker_encoder(other)  # (B, 48)
            height, spread, melody = split_pitch(f0)
            half = torch.cat([traits, height, spread], 1)  # (B, 50)
            again = model.decoder(noisy, half, join_pitch(melody, half[:, TRAITS:]))
            rebuilt = sum(F.l1_loss(change(again), change(mel)) for change in (torch.clone, _over_time, _over_bands))
            named = margin(traits, speaker)
            swapped = model.decoder(noisy[:n], half[to].detach(), join_pitch(melody[:n], half[to, TRAITS:]))
            heard = listener.hidden(swapped + 0.1 * torch.randn_like(swapped))
            with torch.no_grad():
                wanted = listener.hidden(other[to])
            likeness = 1 - F.cosine_similarity(listener.pool(heard[-1]), listener.pool(wanted[-1])).mean()
            style = sum(F.l1_loss(moment(a), moment(b)) for a, b in zip(heard, wanted) for moment in (_mean, _spread))
            cycle = F.mse_loss(model.content_encoder(swapped), content[:n].detach())
            # the detective below learns who really spoke the words; it must be led to the other speaker
            led = suspects(detective(swapped), speaker[to])
            loss = rebuilt + 0.05 * named + 0.5 * likeness + 0.2 * style + 0.2 * cycle + 0.05 * led
            loop.note(led=led, rebuilt=rebuilt, named=named, likeness=likeness, style=style, cycle=cycle)
            made = torch.cat([again[:n], swapped])
            if step > 0.25 * steps:
                verdict, features = critic(made)
                with torch.no_grad():
                    _, real = critic(mel[:n])
                match = sum(F.l1_loss(a[:n], b) for a, b in zip(features, real))
                loss = loss + 0.1 * (1 - verdict).square().mean() + 0.3 * match
            if method == "adversarial":
                clueless = -spy(content).log_softmax(1).mean()  # cross-entropy to "could be anyone"
                loss = loss + SPY_WEIGHT * min(1.0, 5 * step / steps) * clueless
                loop.note(clueless=clueless)
        training.update(acc, optimizer, loss)

        rival_loss = torch.zeros((), device=acc.device)
        with acc.autocast():
            if step > 0.2 * steps:
                verdicts = critic(mel[: 2 * n])[0], critic(made.detach())[0]
                rival_loss = rival_loss + (1 - verdicts[0]).square().mean() + verdicts[1].square().mean()
            if method == "adversarial":
                rival_loss = rival_loss + F.cross_entropy(spy(content.detach()), speaker)
            found = suspects(detective(swapped.detach()), speaker[:n])
            rival_loss = rival_loss + 0.2 * (found + suspects(detective(other[:n]), speaker[:n]))
        loop.note(found=found, rivals=rival_loss)
        training.update(acc, rival_optimizer, rival_loss)
    if acc.is_main_process:
        training.save_pretrained(loop.average.module, Path(out) / name)
        save_file(speaker_plane(loop.average.module, corpus), Path(out) / name / "speakers.safetensors")
    return Path(out) / name


@torch.inference_mode()
def speaker_plane(model: VoiceAutoencoder, corpus: Corpus) -> dict[str, np.ndarray]:
    """Where the training speakers' halves lie on their two main axes; a speaker is the mean of up to four clips."""
    device, halves = next(model.parameters()).device, []
    for clips in corpus.by_speaker:
        mine = []
        for clip in clips[:4]:
            frames = int(corpus.frames[clip]) // STACK * STACK
            _, mel, f0, _ = corpus.crop(int(clip), frames, start=0)
            mel, f0 = in_quiet(mel, f0, MARGIN * STACK, MARGIN * STACK)
            mine.append(model.encode(torch.from_numpy(mel.T.copy()[None]).to(device), torch.from_numpy(f0[None]).to(device))[1][0])
        halves.append(torch.stack(mine).mean(0).cpu().numpy())
    halves = np.stack(halves)
    plane = PCA(2, random_state=0).fit(halves)
    return {"mean": halves.mean(0), "axes": plane.components_.astype(np.float32), "points": plane.transform(halves).astype(np.float32)}
