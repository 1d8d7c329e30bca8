"""What the summary recipe asks of each network, and what it pays the generator."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from .corpus import Line
from .model import Critic, Writer
from .tokens import BEGIN, END, PAD, UNKNOWN

GUESSED = 0.3  # weight of the critic's guesses at people's next word
SHARP = 4.0  # plain: scores times this, or the noise drowns what they say


def likelihood(writer: Writer, copies: torch.Tensor, target: torch.Tensor, guess: float = 0.0) -> torch.Tensor:
    """Mean log P a word; `guess` as in `Writer.forward`"""
    return writer(copies, target, guess=guess).sum() / ((target != PAD) & (target != UNKNOWN)).sum().clamp_min(1)


def per_word(writer: Writer, summary: torch.Tensor, article: torch.Tensor) -> torch.Tensor:
    """The reconstructor's mean log P of each article's words, given its summary: (B,)"""
    return writer(summary, article).sum(1) / (article != PAD).sum(1).clamp_min(1)


def without_end(words: torch.Tensor) -> torch.Tensor:
    return torch.where(words == END, PAD, words)


def realism(critic: Critic, words: torch.Tensor) -> torch.Tensor:
    """How likely people wrote up to each word: (B, T)"""
    return torch.sigmoid(critic(words)[0].float())


def verdicts(critic: Critic, words: torch.Tensor, people: float) -> torch.Tensor:
    """The critic's loss on what people wrote (1) or did not (0). Its certainty stays below 1, or the generator learns nothing.
    What people wrote it also learns to guess, word by word."""
    odds, log_p = critic(words)
    odds, shown = odds.float(), words != PAD
    loss = F.binary_cross_entropy_with_logits(odds[shown], torch.full_like(odds[shown], 0.05 + 0.9 * people))
    return loss - GUESSED * log_p[shown].mean() if people else loss


def false_headlines(headlines: list[Line], found: list[tuple[Line, Line]], rng: np.random.Generator) -> list[Line]:
    """What people would not write: headlines shuffled, an article's words in a row or picked, words of many headlines, searched
    summaries."""
    out = []
    for i, headline in enumerate(headlines):
        article, summary = found[i % len(found)]
        kind, size = int(rng.integers(5)), min(len(headline), len(article))
        if kind == 0:
            out.append([headline[j] for j in rng.permutation(len(headline))])
        elif kind == 1:
            at = int(rng.integers(len(article) - size + 1))
            out.append(article[at : at + size])
        elif kind == 2:
            out.append([article[j] for j in np.sort(rng.choice(len(article), size, replace=False))])
        elif kind == 3:
            out.append([rng.choice(headlines[rng.integers(len(headlines))]) for _ in headline])
        else:
            out.append(summary)
    return out


def advantage(real: torch.Tensor, told: torch.Tensor, shown: torch.Tensor, weight: float) -> torch.Tensor:
    """What each drawn word is worth, beside the greedy ones: (B, T).

    real : (B, T), the critic's pay for every prefix over the baseline's; a word answers for itself and all after it
    told : (B,), the reconstructor's pay for the whole, over the baseline's; counts with `weight`
    shown : (B, T), which words there are
    """
    future = (real * shown).flip(1).cumsum(1).flip(1) / shown.sum(1, keepdim=True).clamp_min(1)
    return (future / future[shown].std().clamp_min(1e-4) + weight * (told / told.std().clamp_min(1e-4))[:, None]) * shown


def cipher(generator: Writer, copies: torch.Tensor, length: int, temperature: float, hard: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A code of `length` words through which gradients pass: mixtures of words that become choices as it gets colder, or
    choices straight away (`hard`, straight-through).

    Returns the likeliest words' numbers (B, length), the words as shares of all (B, length, V), and how much (nats) the words say
    about which article and place it is: entropy of their use on the whole, less what is left of it when one knows."""
    read, state, chosen, use, unsure = generator.read(copies), None, [], 0, 0
    word = torch.full_like(copies[:, :1], BEGIN)
    for t in range(length):
        left = torch.full_like(copies[:, :1], length - t)
        _, written, _, state = generator.write(read, word, state, left)
        written = written[:, 0].float()
        written = written.masked_fill(torch.arange(written.shape[1], device=written.device) == END, -torch.inf)
        chosen.append(F.gumbel_softmax(SHARP * written, temperature, hard))
        share = (SHARP * written).softmax(1).clamp_min(1e-9)  # entropy has no slope at 0
        use, unsure = use + share.mean(0) / length, unsure + torch.special.entr(share).sum(1).mean() / length
        word = (chosen[-1] @ generator.words.weight)[:, None]
    chosen = torch.stack(chosen, 1)
    return chosen.argmax(2), chosen, torch.special.entr(use).sum() - unsure
