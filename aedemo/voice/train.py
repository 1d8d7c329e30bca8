"""The voice recipe. Every step rebuilds speech and also swaps the speakers of the batch and listens to the result.

1. A listener learns to tell speakers by their mel spectrograms, and is then left as it is.
2. The auto-encoder rebuilds clips, half of them revoiced into speakers who do not exist. The content encoder hears them frequency-warped and through noise, or, a third of
   them, in another speaker's voice: what the model itself made of them some steps ago (arXiv 2310.09653). The speaker
   half comes from another clip of the speaker, so neither half can do the other's work.
3. Each step also gives clips another speaker's half. The listener must hear that speaker, in its verdict and in the
   statistics of its layers (style, arXiv 1508.06576), and no more of the first than the two have in common; the average spectrum must be that speaker's; the content encoder
   must read the words it was given (cycle); a patch discriminator must not tell the result from speech; and a
   detective, a listener that goes on learning to tell whose words they were by what of that voice is left in the
   result, must be led astray (as in StarGAN-VC2, arXiv 1907.12279).
4. Where some clips' words are known, a reader learns letters first, and must then read the same in the result as in
   the clip it was made of (as in StarGANv2-VC, arXiv 2107.10394). The auto-encoder itself is never shown a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from sklearn.decomposition import PCA
from torch import nn

from .. import pretrained, training
from ..audio import in_quiet
from ..disturb import Disturb
from ..halves import MARGIN, STACK, TRAITS, join_pitch, split_pitch
from ..speech import Corpus, prepare_corpus, read_texts
from .data import Batches, Revoice
from .model import VoiceAutoencoder, VoiceConfig
from .teachers import Critic, Margin, Spy, style, timbre, train_listener, train_reader

SPY_WEIGHT = 0.3
CONTENT_NOISE = 0.15  # of a content number's spread of 1: what is finer than this must come from the speaker half


def _over_time(mel):
    return mel.diff(dim=2)


def _over_bands(mel):
    return mel.diff(dim=1)


def train(data: str, name: str, steps: int, out: str, exclude: list[str], texts: Sequence[str] = (), method: str = "instance-norm", batch: int = 24,
          peak: float = 1.5e-3, listener_steps: int = 4000, reader_steps: int = 1800, start: Sequence[str] = ()) -> Path:  # fmt: skip
    """Train a voice auto-encoder on a folder of speech and write it to `out`/`name`.

    `texts`: tables of what is said in the clips, if it is known of some (`speech.read_texts`). `batch`: clips of two
    seconds on each process. `peak`: the highest learning rate. `start`: other trained models in `out` to take the first
    weights from, or their mean, where they fit; with 0 `steps` that mean is the model.
    """
    acc = training.accelerator()
    torch.manual_seed(0)  # the listener too begins with the same weights on every process
    with acc.main_process_first():
        corpus = Corpus(prepare_corpus(data, "runs/cache", exclude))
    if len(corpus.speakers) < 2:
        raise ValueError(f"Speech of at least two speakers is needed; {data} holds {len(corpus.speakers)}.")
    budget = batch * 64
    listener, _ = both = train_listener(corpus, listener_steps, "runs/listener", budget)
    reader = train_reader(corpus, read_texts(texts), reader_steps, "runs/reader", batch) if texts else None

    batches = Batches(corpus, budget, acc.process_index)
    disturb, revoice = Disturb(acc.device), Revoice(acc.device)
    torch.manual_seed(0)  # the same first weights on every process
    model = VoiceAutoencoder(VoiceConfig(method=method))
    training.begin_with(model, [Path(out) / one for one in start], strict=False)
    model = model.to(acc.device)
    margin, critic, spy = Margin(TRAITS, len(corpus.speakers)), Critic(), Spy(len(corpus.speakers))
    detective, suspects = deepcopy(both).train().requires_grad_(True)
    margin, rivals = margin.to(acc.device), nn.ModuleList([critic, spy, detective, suspects]).to(acc.device)
    optimizer = torch.optim.AdamW([*model.parameters(), *margin.parameters()], peak, betas=(0.9, 0.98), weight_decay=0.01)
    rival_optimizer = torch.optim.AdamW(rivals.parameters(), peak, betas=(0.5, 0.98))
    loop = training.Loop(f"runs/{name}", steps, acc, model, [margin, rivals], peak)
    torch.manual_seed(1 + acc.process_index)
    edge = MARGIN * STACK
    converted: dict[int, tuple] = {}  # by length: what the model made of a clip in another voice, and that clip as it was
    for step in loop.over(optimizer, rival_optimizer):
        mel, f0, other, speaker = (x.to(acc.device) for x in batches.draw())
        size, length = len(mel), mel.shape[-1]
        n = max(size // 3, 2)  # so many clips are also given another voice
        to = torch.roll(torch.arange(size, device=acc.device), n)[:n]
        mel, f0, other, new = revoice(mel, f0, other)
        known = ~new
        said = disturb(mel)
        if step > 0.1 * steps and length in converted and size > n:
            said[-n:], mel[-n:], f0[-n:], other[-n:], speaker[-n:], known[-n:] = converted[length]
        with acc.autocast():
            content = model.content_encoder(said)  # (B, 49, T)
            noisy = content + CONTENT_NOISE * torch.randn_like(content)
            traits = model.speaker_encoder(other)  # (B, 48)
            height, spread, melody = split_pitch(f0)
            half = torch.cat([traits, height, spread], 1)  # (B, 50)
            again = model.decoder(noisy, half, join_pitch(melody, half[:, TRAITS:]))
            rebuilt = sum(F.l1_loss(change(again), change(mel)) for change in (torch.clone, _over_time, _over_bands))
            named = margin(traits[known], speaker[known])
            swapped = model.decoder(noisy[:n], half[to].detach(), join_pitch(melody[:n], half[to, TRAITS:]))
            spoken = swapped[..., edge:-edge]  # without the quiet around it
            heard = listener.hidden(spoken + 0.1 * torch.randn_like(spoken))
            voice = listener.pool(heard[-1])
            with torch.no_grad():
                wanted = listener.hidden(other[to])
                target, source = listener.pool(wanted[-1]), listener(other[:n])
                colour = (timbre(other[to]) + timbre(mel[to][..., edge:-edge])) / 2
            likeness = 1 - F.cosine_similarity(voice, target).mean()
            # no more like the speaker whose words they are than the speaker whose voice it is
            betrayed = F.relu(F.cosine_similarity(voice, source) - F.cosine_similarity(target, source)).mean()
            manner, tone = style(heard, wanted), F.l1_loss(timbre(spoken), colour)
            cycle = F.mse_loss(model.content_encoder(swapped), content[:n].detach())
            # the detective below learns who really spoke the words; it must be led to the other speaker
            led = suspects(detective(spoken[known[to]]), speaker[to][known[to]])
            enough = min(1.0, (length - 2 * edge) / 96)  # half a second says little of a speaker's averages
            loss = rebuilt + 0.01 * named + likeness + 1.2 * betrayed + enough * (0.1 * manner + 0.8 * tone) + 0.2 * cycle + 0.02 * led
            loop.note(led=led, rebuilt=rebuilt, named=named, likeness=likeness, betrayed=betrayed, style=manner, tone=tone, cycle=cycle)
            made = torch.cat([again[:n], swapped])
            if reader is not None:
                misread = reader.differ(made, mel[:n].repeat(2, 1, 1))
                loss = loss + 2.0 * misread
                loop.note(misread=misread)
            if step > 0.1 * steps:
                verdict, features = critic(made)
                with torch.no_grad():
                    _, real = critic(mel[:n])
                match = sum(F.l1_loss(a[:n], b) for a, b in zip(features, real))
                loss = loss + 0.1 * (1 - verdict).square().mean() + 0.3 * match
            if method == "adversarial":
                clueless = -spy(content).log_softmax(1).mean()  # cross-entropy to "could be anyone"
                loss = loss + min(1.0, 5 * step / steps) * SPY_WEIGHT * clueless
                loop.note(clueless=clueless)
        converted[length] = swapped.detach().float(), mel[:n], f0[:n], other[:n], speaker[:n], known[:n]
        training.update(acc, optimizer, loss)

        rival_loss = torch.zeros((), device=acc.device)
        with acc.autocast():
            if step > 0.05 * steps:
                verdicts = critic(mel[: 2 * n])[0], critic(made.detach())[0]
                rival_loss = rival_loss + (1 - verdicts[0]).square().mean() + verdicts[1].square().mean()
            if method == "adversarial" and known.any():
                rival_loss = rival_loss + F.cross_entropy(spy(content[known].detach()), speaker[known])
            heard_before = known[:n]
            found = suspects(detective(spoken[heard_before].detach()), speaker[:n][heard_before])
            rival_loss = rival_loss + 0.2 * (found + suspects(detective(other[:n][heard_before]), speaker[:n][heard_before]))
        loop.note(found=found, rivals=rival_loss)
        training.update(acc, rival_optimizer, rival_loss)
    if acc.is_main_process:
        training.save_pretrained(loop.average.module, Path(out) / name)
        save_file(speaker_plane(loop.average.module, corpus), Path(out) / name / "speakers.safetensors")
    return Path(out) / name


def rebuilding(name: str):
    """What a trained model makes of clips, for the vocoder to learn from: mel (B, 80, 2T), f0 (B, 2T) -> mel."""
    model, edge = pretrained.load(VoiceAutoencoder, "voice", name), MARGIN * STACK

    @torch.no_grad()
    def through(mel, f0):
        quiet = mel.quantile(0.1, dim=2, keepdim=True).expand(-1, -1, edge)  # as `audio.in_quiet` does
        model.to(mel.device)
        again, _ = model.decode(*model.encode(torch.cat([quiet, mel, quiet], 2), F.pad(f0, (edge, edge), mode="replicate")))
        return again[..., edge:-edge]

    return through


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
    every = np.stack(halves)
    plane = PCA(2, random_state=0).fit(every)
    return {"mean": every.mean(0), "axes": plane.components_.astype(np.float32), "points": plane.transform(every).astype(np.float32)}
