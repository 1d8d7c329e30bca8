"""A grammar as an auto-encoder's code: sentences are written by a tree, and the tree is inferred from the words.

A probabilistic context-free grammar says how likely each binary tree is and, summed over all trees, how likely a sentence.
It is trained on that sum alone, so no tree is ever shown; what it takes for the most likely trees afterwards are parses.
Its rules are made by small networks from vectors of its symbols (neural PCFG, Kim, Dyer & Rush 2019, arXiv 1906.10225), and
a rule's left and right child are independent given their parent, which makes hundreds of symbols affordable (SN-PCFG, Liu,
Yang, Kim & Tu 2023, arXiv 2310.14997).
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from huggingface_hub import PyTorchModelHubMixin
from torch import nn

from .chart import inside, outside

SHARPNESS = 16.0  # what the cosine of a word and a class counts to begin with, so that a class is mostly its own words


@dataclass
class GrammarConfig:
    vocabulary: int = 8192
    nonterminals: int = 128  # what a phrase can be
    preterminals: int = 256  # what a word can be
    dim: int = 128  # of the vectors of symbols
    word_dim: int = 64  # of the vectors of words: most of the file
    lean: float = 2.0  # to the right, to begin with: without it subjects and verbs are taken for phrases, and it stays so


class _LogTotal(torch.autograd.Function):
    @staticmethod
    def forward(ctx, rough, words, *rules):
        with torch.autocast(words.device.type, enabled=False):
            root, by_word, by_span = ctx.rules = rules
            ctx.chart = inside(words, root, by_word, by_span, rough)
            return ctx.chart.total.log()

    @staticmethod
    def backward(ctx, grad):
        # a batch's mean is taken, so every sentence has the same gradient, and one number will do
        with torch.autocast(grad.device.type, enabled=False):
            words, _, *rules = outside(ctx.chart, *ctx.rules)
        return None, *(grad[0] * d for d in (words, *rules))


class Residual(nn.Module):
    """(N, dim) -> (N, dim)"""

    def __init__(self, dim: int):
        super().__init__()
        self.first, self.second = nn.Linear(dim, dim), nn.Linear(dim, dim)

    def forward(self, x):
        return x + F.relu(self.second(F.relu(self.first(x))))


class Grammar(nn.Module, PyTorchModelHubMixin):
    """Sentences (B, n) of word numbers to their log-probabilities (B,)."""

    def __init__(self, config: GrammarConfig):
        super().__init__()
        self.config = c = config
        k, t = c.nonterminals, c.preterminals
        self.parent_vectors, self.child_vectors = nn.Parameter(torch.randn(k, c.dim)), nn.Parameter(torch.randn(k, c.dim))
        self.start = nn.Sequential(nn.Linear(c.dim, c.dim), Residual(c.dim), Residual(c.dim), nn.Linear(c.dim, 1))
        # of left children that are words, of right ones that are phrases, for each parent; English leans to the right
        self.lean = nn.Parameter(torch.full((2, k, 1), c.lean))
        self.to_left, self.to_right = Residual(c.dim), Residual(c.dim)
        self.words, self.classes = nn.Parameter(torch.randn(c.vocabulary, c.word_dim)), nn.Parameter(torch.randn(t, c.word_dim))
        self.class_as_child = nn.Linear(c.word_dim, c.dim)
        self.register_buffer("frequency", torch.full((c.vocabulary,), 1 / c.vocabulary).log())

    @torch.no_grad()
    def begin(self, words: torch.Tensor, classes: torch.Tensor, counts: torch.Tensor) -> None:
        """Set vectors of words (V, word_dim) and preterminals (T, word_dim), of length 1, and how often words occur (V,)."""
        self.words.copy_(SHARPNESS**0.5 * words)
        self.classes.copy_(SHARPNESS**0.5 * classes)
        self.class_as_child.weight.normal_(std=SHARPNESS**-0.5)  # about as long as the nonterminals' vectors
        self.frequency.copy_((counts / counts.sum()).log())

    def rules(self):
        """p(symbol of a sentence) (K,), p(preterminal child | parent) (2 K, T) and p(nonterminal child | parent) (2 K, K),
        left children first"""
        k, scale = self.config.nonterminals, self.config.dim**-0.5
        root = self.start(self.parent_vectors).float().squeeze(1).softmax(0)
        children = torch.cat((self.child_vectors, self.class_as_child(self.classes)))  # (K + T, dim)
        left, right = (to(self.parent_vectors) @ children.T * scale for to in (self.to_left, self.to_right))  # (K, K + T)
        left = torch.cat((left[:, :k], left[:, k:] + self.lean[0]), 1)
        right = torch.cat((right[:, :k] + self.lean[1], right[:, k:]), 1)
        both = torch.cat((left, right)).float().softmax(1)
        return root, both[:, k:], both[:, :k]

    def norms(self):
        """(T,): log of what a preterminal's words add up to"""
        return torch.logsumexp((self.classes @ self.words.T).float() + self.frequency, 1)

    def emissions(self, words, norms=None):
        """p(word | preterminal) over the word's frequency (B, n, T); norms: known ones"""
        norms = self.norms() if norms is None else norms
        return ((self.words[words] @ self.classes.T).float() - norms).exp()

    def forward(self, words, emissions=None):
        """(B, n) numbers of words, 2 <= n -> log p(sentence) (B,); emissions: known ones (B, n, T)"""
        if emissions is None:
            emissions = self.emissions(words)
        log_ratio = _LogTotal.apply(torch.is_autocast_enabled(words.device.type), emissions, *self.rules())
        return log_ratio + self.frequency[words].sum(1)
