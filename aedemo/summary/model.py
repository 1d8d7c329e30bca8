"""The three networks around a summary: a generator that writes it, a reconstructor that reads it back into the article, and a
discriminator that says, word by word, whether people write like this (Wang & Lee 2018, arXiv 1810.02851).

Generator and reconstructor are of one kind: a bidirectional GRU reads, another GRU writes, looking back by attention, and each
word is either written from a small vocabulary or copied from what was read (pointer-generator, See et al. 2017,
arXiv 1704.04368).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from .tokens import BEGIN, END, PAD, UNKNOWN

LEAST = 1e-4  # the probability of what cannot be written: no word costs more than that, in training and in rewards


@dataclass
class WriterConfig:
    vocabulary: int = 10_000
    dim: int = 160  # of a word
    hidden: int = 256
    lengths: int = 0  # up to how many words a wanted length is told apart; 0: no length is wanted
    copies: bool = True  # whether words may be copied
    # the least share of writing and of copying: without it a pointer that finds nearly every word forgets how to write
    mixed: float = 0.0
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

    def select(self, rows: torch.Tensor) -> "Read":
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
        if config.lengths:
            # how many words are still to come, at every word (Kikuchi et al. 2016, arXiv 1609.09552)
            self.left = nn.Embedding(config.lengths + 1, dim)
            nn.init.normal_(self.left.weight, std=dim**-0.5)
        never = torch.zeros(config.vocabulary)
        never[[PAD, UNKNOWN, BEGIN]] = -torch.inf
        self.register_buffer("never", never, persistent=False)

    def read(self, copies: torch.Tensor, embedded: torch.Tensor | None = None, lengths: list[int] | None = None) -> Read:
        """(B, S) numbers, copies' own included -> what `write` needs. `embedded` (B, S, dim): what the words are, if not
        what their numbers say. `lengths`: how many of each row are words, if known; a GPU would have to be asked, and waited for."""
        padding = copies == PAD
        lengths = (~padding).sum(1).tolist() if lengths is None else lengths
        embedded = self.drop(self.words(self._known(copies)) if embedded is None else embedded)
        if all(length == copies.shape[1] for length in lengths):
            states, last = self.reader(embedded)
        else:  # PyTorch would sort them too, and ask the GPU for its own order again
            order = sorted(range(len(lengths)), key=lambda row: -lengths[row])
            sort, back = torch.tensor([order, sorted(range(len(order)), key=order.__getitem__)]).to(copies.device)
            packed = nn.utils.rnn.pack_padded_sequence(embedded[sort], [max(lengths[row], 1) for row in order], batch_first=True)
            states, last = self.reader(packed)
            states = nn.utils.rnn.pad_packed_sequence(states, batch_first=True, total_length=copies.shape[1])[0][back]
            last = last[:, back]
        return Read(states, self.key(states), copies, padding, torch.tanh(self.begin(torch.cat([last[0], last[1]], 1))))

    def write(self, read: Read, words: torch.Tensor, state: torch.Tensor | None = None, left: torch.Tensor | None = None):
        """What may come after each of `words` (B, T), or of their vectors (B, T, dim), which follow `state` (1, B, H), or
        nothing yet. `left` (B, T): how many words are wanted from there on, for a network that minds lengths.

        Returns
        -------
        gate : (B, T, 1), how likely the next word is written and not copied
        written : (B, T, V), log P of the vocabulary if it is written
        attention : (B, T, S), where it is copied from otherwise
        state : (1, B, H) after the last of the words
        """
        embedded = words if words.is_floating_point() else self.words(self._known(words))
        if left is not None:
            embedded = embedded + self.left(left.clamp(0, self.config.lengths))
        embedded = self.drop(embedded)
        states, state = self.writer(embedded, read.first[None] if state is None else state)
        scores = self.query(states) @ read.keys.transpose(1, 2) * read.keys.shape[2] ** -0.5
        attention = scores.masked_fill(read.padding[:, None], -torch.inf).softmax(2)
        both = torch.cat([states, attention @ read.states], 2)
        written = F.linear(self.drop(torch.tanh(self.mix(both))), self.words.weight, self.bias) + self.never
        gate = self.config.mixed + (1 - 2 * self.config.mixed) * torch.sigmoid(self.gate(torch.cat([both, embedded], 2)))
        if not self.config.copies:
            gate = torch.ones_like(gate)
        return gate, written.log_softmax(2), attention, state

    def distribution(self, read: Read, gate, written, attention, own: int) -> torch.Tensor:
        """P of every next word, the vocabulary's and the `own` of the texts read: (B, T, V + own), sums to 1"""
        every = F.pad(gate * written.exp(), (0, own))
        return every.scatter_add(2, read.copies[:, None].expand_as(attention), (1 - gate) * attention)

    def forward(self, copies: torch.Tensor, target: torch.Tensor, read: Read | None = None, guess: float = 0.0) -> torch.Tensor:
        """log P of each word of `target` (B, T) after those before it, given the text `copies` (B, S): (B, T), 0 at padding.

        Words that are neither in the vocabulary nor in the text read cannot be written; they count as nothing. With `guess`,
        so much of log P under the vocabulary alone is added: what can be copied is learned to be written, too."""
        read = read or self.read(copies)
        before = torch.cat([torch.full_like(target[:, :1], BEGIN), target[:, :-1]], 1)
        left = None
        if self.config.lengths:
            ends = (target != PAD).sum(1, keepdim=True) - 1  # END itself is no word
            left = ends - torch.arange(target.shape[1], device=target.device)
        gate, written, attention, _ = self.write(read, before, left=left)
        copied = (attention * (read.copies[:, None] == target[:, :, None])).sum(2)
        known = target < self.config.vocabulary
        by_hand = written.gather(2, (target * known)[..., None])[..., 0]
        p = gate[..., 0] * by_hand.exp() * known + (1 - gate[..., 0]) * copied
        nothing = (target == PAD) | (target == UNKNOWN)
        p = p + (LEAST - p).clamp_min(0).detach()  # the floor hides no gradient
        log_p = torch.where(nothing, 1.0, p).log()
        return log_p + guess * torch.where(nothing | ~known, 0.0, by_hand) if guess else log_p

    @torch.no_grad()
    def sample(self, read: Read, own: int, lengths: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
        """Words drawn one by one, or the likeliest at temperature 0: (B, longest + 1), of row i `lengths[i]` and END."""
        word, state, done = torch.full_like(lengths[:, None], BEGIN), None, []
        for t in range(int(lengths.max())):
            left = (lengths - t)[:, None] if self.config.lengths else None
            gate, written, attention, state = self.write(read, word, state, left)
            every = self.distribution(read, gate, written, attention, own)[:, 0]
            every[:, END] = 0  # lengths are kept
            if temperature:
                word = torch.multinomial((every.clamp_min(1e-12).log() / temperature).softmax(1) if temperature != 1 else every, 1)
            else:
                word = every.argmax(1, keepdim=True)
            done.append(word)
        words = torch.cat([*done, torch.full_like(word, END)], 1)
        places = torch.arange(words.shape[1], device=words.device)
        words = torch.where(places == lengths[:, None], END, words)
        return torch.where(places > lengths[:, None], PAD, words)

    def _known(self, numbers: torch.Tensor) -> torch.Tensor:
        return torch.where(numbers < self.config.vocabulary, numbers, UNKNOWN)


@dataclass
class CriticConfig:
    vocabulary: int = 10_000
    dim: int = 128
    hidden: int = 256
    dropout: float = 0.2


class Critic(nn.Module, PyTorchModelHubMixin):
    """The discriminator: after every word, how likely is it that people wrote so far? It has read unpaired headlines and what
    machines made (Wang & Lee 2018: a score for every prefix, so that every word gets its own reward).

    It is a language model of headlines too, and its verdict sees how surprising each word was to it: of words in a wrong
    order it knows so at once."""

    def __init__(self, config: CriticConfig):
        super().__init__()
        self.config = config
        self.words = nn.Embedding(config.vocabulary, config.dim, padding_idx=PAD)
        nn.init.normal_(self.words.weight, std=config.dim**-0.5)
        self.drop = nn.Dropout(config.dropout)
        self.reader = nn.GRU(config.dim, config.hidden, batch_first=True)
        self.guess = nn.Linear(config.hidden, config.dim)
        self.bias = nn.Parameter(torch.zeros(config.vocabulary))
        self.verdict = nn.Sequential(nn.Linear(config.hidden + 2, 64), nn.GELU(), nn.Linear(64, 1))

    def forward(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(B, T) numbers, ending with END -> log odds that people wrote up to each (B, T), and log P of each after those before
        it (B, T). Words it does not know are UNKNOWN to it."""
        words = torch.where(words < self.config.vocabulary, words, UNKNOWN)
        begun = torch.cat([torch.full_like(words[:, :1], BEGIN), words], 1)
        states = self.reader(self.drop(self.words(begun)))[0]
        every = F.linear(self.drop(self.guess(states[:, :-1])), self.words.weight, self.bias).float().log_softmax(2)
        log_p = every.gather(2, words[..., None])[..., 0]
        # how much likelier than a word among many; the mean so far beside it
        expected = (log_p - self.bias.detach().log_softmax(0)[words]).detach() / 5
        mean = expected.cumsum(1) / torch.arange(1, words.shape[1] + 1, device=words.device)
        told = torch.cat([self.drop(states[:, 1:]), expected[..., None], mean[..., None]], 2)
        return self.verdict(told)[..., 0], log_p
