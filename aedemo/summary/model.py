"""The three networks around a summary: a generator that writes it, a reconstructor that reads it back into the article, and a
discriminator that says, word by word, whether people write like this (Wang & Lee 2018, arXiv 1810.02851).

Generator and reconstructor are of one kind: a bidirectional GRU reads, another GRU writes, looking back by attention, and each
word is either written from a small vocabulary or copied from what was read (pointer-generator, See et al. 2017,
arXiv 1704.04368).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from .tokens import BEGIN, PAD, UNKNOWN


@dataclass
class WriterConfig:
    vocabulary: int = 10_000
    dim: int = 192  # of a word
    hidden: int = 320
    dropout: float = 0.1


@dataclass
class Read:
    """What a writer has read: states (B, S, H), their keys for attention (B, S, H), numbers of the words with copies' own
    (B, S), which are padding (B, S), and the first state of the writing GRU (B, H)."""

    states: torch.Tensor
    keys: torch.Tensor
    copies: torch.Tensor
    padding: torch.Tensor
    first: torch.Tensor

    def select(self, rows: torch.Tensor) -> Read:
        return Read(*(getattr(self, name)[rows] for name in ("states", "keys", "copies", "padding", "first")))


class Writer(nn.Module, PyTorchModelHubMixin):
    """Words in, words out, some of them copied. Numbers from `vocabulary` on are words of the text read that the vocabulary
    does not hold."""

    def __init__(self, config: WriterConfig):
        super().__init__()
        self.config = config
        dim, hidden = config.dim, config.hidden
        self.words = nn.Embedding(config.vocabulary, dim, padding_idx=PAD)
        nn.init.normal_(self.words.weight, std=dim**-0.5)
        self.drop = nn.Dropout(config.dropout)
        self.reader = nn.GRU(dim, hidden // 2, batch_first=True, bidirectional=True)
        self.key = nn.Linear(hidden, hidden)
        self.begin = nn.Linear(hidden, hidden)
        self.writer = nn.GRU(dim, hidden, batch_first=True)
        self.query = nn.Linear(hidden, hidden)
        self.mix = nn.Linear(2 * hidden, dim)
        self.bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.gate = nn.Linear(2 * hidden + dim, 1)  # written, or copied
        never = torch.zeros(config.vocabulary)
        never[[PAD, UNKNOWN, BEGIN]] = -torch.inf
        self.register_buffer("never", never, persistent=False)

    def read(self, copies: torch.Tensor) -> Read:
        """(B, S) numbers, copies' own included -> what `step` needs"""
        padding = copies == PAD
        lengths = (~padding).sum(1).clamp_min(1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(self.drop(self.words(self._known(copies))), lengths, batch_first=True, enforce_sorted=False)
        states, last = self.reader(packed)
        states = nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=copies.shape[1])[0]
        return Read(states, self.key(states), copies, padding, torch.tanh(self.begin(torch.cat([last[0], last[1]], 1))))

    def write(self, read: Read, words: torch.Tensor, state: torch.Tensor | None = None):
        """What may come after each of `words` (B, T), which follow `state` (1, B, H), or nothing yet.

        Returns
        -------
        gate : (B, T, 1), how likely the next word is written and not copied
        written : (B, T, V), log P of the vocabulary if it is written
        attention : (B, T, S), where it is copied from otherwise
        state : (1, B, H) after the last of the words
        """
        embedded = self.drop(self.words(self._known(words)))
        states, state = self.writer(embedded, read.first[None] if state is None else state)
        scores = self.query(states) @ read.keys.transpose(1, 2) * read.keys.shape[2] ** -0.5
        attention = scores.masked_fill(read.padding[:, None], -torch.inf).softmax(2)
        both = torch.cat([states, attention @ read.states], 2)
        written = F.linear(self.drop(torch.tanh(self.mix(both))), self.words.weight, self.bias) + self.never
        gate = torch.sigmoid(self.gate(torch.cat([both, embedded], 2)))
        return gate, written.log_softmax(2), attention, state

    def distribution(self, read: Read, gate, written, attention, own: int) -> torch.Tensor:
        """P of every next word, the vocabulary's and the `own` of the texts read: (B, T, V + own), sums to 1"""
        every = F.pad(gate * written.exp(), (0, own))
        return every.scatter_add(2, read.copies[:, None].expand_as(attention), (1 - gate) * attention)

    def forward(self, copies: torch.Tensor, target: torch.Tensor, read: Read | None = None) -> torch.Tensor:
        """log P of each word of `target` (B, T) after those before it, given the text `copies` (B, S): (B, T), 0 at padding.

        Words that are neither in the vocabulary nor in the text read cannot be written; they count as nothing."""
        read = read or self.read(copies)
        before = torch.cat([torch.full_like(target[:, :1], BEGIN), target[:, :-1]], 1)
        gate, written, attention, _ = self.write(read, before)
        copied = (attention * (read.copies[:, None] == target[:, :, None])).sum(2)
        known = target < self.config.vocabulary
        p = gate[..., 0] * written.gather(2, (target * known)[..., None])[..., 0].exp() * known + (1 - gate[..., 0]) * copied
        nothing = (target == PAD) | (target == UNKNOWN)
        return torch.where(nothing, 1.0, p.clamp_min(1e-8)).log()

    def _known(self, numbers: torch.Tensor) -> torch.Tensor:
        return torch.where(numbers < self.config.vocabulary, numbers, UNKNOWN)
