"""Sentences to codes: quick-thought (Logeswaran & Lee 2018, arXiv 1803.02893), skip-thought (Kiros et al. 2015, arXiv
1506.06726), and the plain auto-encoder of sentences beside them. The encoder is the same; what is asked of its code is not.

Skip-thought: a decoder must write the sentences before and after from it. The auto-encoder: the sentence itself. Quick-thought
writes nothing: of all sentences of the batch it must pick the one that comes next. Without the others, which it must not pick,
the codes of all sentences become alike: the collapsed variant.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from .thought_data import BEGIN, Tokens

OBJECTIVES = ("quick-thought", "skip-thought", "plain", "collapsed")


@dataclass
class ThoughtConfig:
    objective: str = "quick-thought"
    words: int = 7400  # with a row of their own
    buckets: int = 1024  # rows that the pieces of all other words share
    width: int = 40  # of a row; small, for most of the weights are rows
    features: int = 96  # of a word among its neighbours
    # of a sentence: their mean and their maximum over its words

    @property
    def code(self) -> int:
        return 2 * self.features


class Encoder(nn.Module):
    """Sentences (n) -> features (n, D)

    A convolution over three words and a pool, where the papers had a GRU: as good on short sentences and far faster (Gan et al.
    2017, arXiv 1611.07897).
    """

    def __init__(self, c: ThoughtConfig):
        super().__init__()
        self.table = nn.EmbeddingBag(c.words + c.buckets, c.width, mode="mean")
        nn.init.normal_(self.table.weight, std=0.3)
        self.drop = nn.Dropout(0.2)
        self.mix = nn.Conv1d(c.width, 2 * c.features, 3, padding=1)

    def forward(self, tokens: Tokens) -> torch.Tensor:
        lengths = tokens.lengths
        x = self.drop(self.table(tokens.rows, tokens.offsets))  # (W, width)
        within = torch.arange(tokens.longest, device=lengths.device)
        real = (within < lengths[:, None])[..., None]  # (n, T, 1)
        begins = lengths.cumsum(0) - lengths
        x = x[(begins[:, None] + within).clamp(max=len(x) - 1)] * real  # (n, T, width), 0 beyond a sentence's end
        h = F.glu(self.mix(x.transpose(1, 2)), 1).transpose(1, 2).float()  # (n, T, features)
        mean = (h * real).sum(1) / lengths[:, None].float().sqrt()  # by the root: sums of words that agree in nothing are alike in size
        return torch.cat((mean, h.masked_fill(~real, -torch.inf).amax(1)), 1)


class Readout(nn.Module):
    """How well one sentence follows another: scale * cosine of a linear map of the one with a linear map of the other.

    The two maps are what is left of quick-thought's two encoders f and g when they share all but their last layer. Without
    training they are the identity, and the score the plain cosine.
    """

    def __init__(self, dim: int):
        super().__init__()
        self.ahead, self.behind = nn.Linear(dim, dim), nn.Linear(dim, dim)
        for one in (self.ahead, self.behind):
            nn.init.eye_(one.weight)
            nn.init.zeros_(one.bias)
        self.log_scale = nn.Parameter(torch.tensor(2.3))

    def forward(self, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
        """features (n, D), (m, D) -> logits (n, m): of each of the n how well each of the m follows it"""
        f, g = F.normalize(self.ahead(before), dim=1), F.normalize(self.behind(after), dim=1)
        return self.log_scale.clamp(max=4.0).exp() * (f @ g.T)


def following_loss(logits: torch.Tensor, runs: int) -> torch.Tensor:
    """Quick-thought's: of all sentences of a batch, which comes next, and which came before?

    logits (n, n) of sentences that are `runs` runs, one after the other. A sentence is no candidate for its own neighbour.
    """
    n = len(logits)
    logits = logits.masked_fill(torch.eye(n, dtype=torch.bool, device=logits.device), -1e4)
    at = torch.arange(n, device=logits.device).view(runs, -1)
    first, second = at[:, :-1].flatten(), at[:, 1:].flatten()
    return 0.5 * (F.cross_entropy(logits[first], second) + F.cross_entropy(logits.T[second], first))


class SentenceNetwork(nn.Module, PyTorchModelHubMixin):
    """What ships: an encoder, and what reads off two codes whether one sentence follows the other."""

    def __init__(self, config: ThoughtConfig):
        super().__init__()
        if config.objective not in OBJECTIVES:
            raise ValueError(f"There is no objective {config.objective!r}; there are: {', '.join(OBJECTIVES)}.")
        self.config = config
        self.encoder, self.readout = Encoder(config), Readout(config.code)

    def forward(self, tokens: Tokens) -> torch.Tensor:
        """Sentences (n) -> features (n, D), which the readout and the decoders read"""
        return self.encoder(tokens)

    def code(self, features: torch.Tensor) -> torch.Tensor:
        """Features (n, D) -> codes (n, D): what the objective is about.

        Quick-thought compares what its first map makes of the features (f of the paper). The others' are the features: the
        decoders write from them, and the collapsed variant has no maps.
        """
        return self.readout.ahead(features) if self.config.objective == "quick-thought" else features


class Decoder(nn.Module):
    """Writes a sentence from a code, word by word; needed in training alone.

    The code stands beside each word that goes in (as in Kiros et al.), and words come out through the encoder's table. Each is
    told from the other words of the batch and some by chance, not from the whole vocabulary, which would take most of the time
    (sampled softmax, Jean et al. 2015, arXiv 1412.2007).
    """

    SOME = 500  # words by chance

    def __init__(self, c: ThoughtConfig, state: int = 96):
        super().__init__()
        self.begin = nn.Linear(c.code, state)
        self.gru = nn.GRU(c.width + c.code, state, batch_first=True)
        self.leave = nn.Linear(state, c.width)
        self.bias = nn.Parameter(torch.zeros(c.words))

    def forward(self, codes: torch.Tensor, wanted: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
        """codes (n, D), words to write (n, T) with -1 after their end, the encoder's rows (words + buckets, width) ->
        cross-entropy in nats a word"""
        given = F.pad(wanted.clamp(min=0), (1, 0), value=BEGIN)[:, :-1]  # each word is written knowing those before it
        x = torch.cat((F.embedding(given, table), codes[:, None].expand(-1, given.shape[1], -1)), 2)
        h, _ = self.gru(x, torch.tanh(self.begin(codes))[None])  # (n, T, state)
        real = wanted >= 0
        chance = torch.randint(len(self.bias), (self.SOME,), device=wanted.device)
        others, number = torch.cat((wanted[real], chance)).unique(return_inverse=True)
        logits = self.leave(h[real]) @ table[others].T + self.bias[others]
        return F.cross_entropy(logits.float(), number[: int(real.sum())])
