"""Three ways to make a code discrete. Each turns vectors (..., D) into whole numbers 0..K-1, and those into vectors again.

`VectorQuantiser`  The nearest of K learned vectors (VQ-VAE, van den Oord et al. 2017, arXiv 1711.00937). The encoder's
                   vector is the *query*; the K vectors are *key and value* at once: the key that is most like the query
                   wins, and it is also what is handed on.
`OneHot`           K numbers of which one is 1: drawn by Gumbel-softmax while training, so that gradients pass (Jang et
                   al. 2016, arXiv 1611.01144), the largest afterwards.
`Binary`           log2 K numbers, each 0 or 1, drawn in the same way: K codes too, but made of parts.
"""

from __future__ import annotations

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import nn


def nearest(queries: torch.Tensor, keys: torch.Tensor, price: torch.Tensor | None = None) -> torch.Tensor:
    """Which key is nearest. (N, D), (K, D) -> (N,); a key's squared distances are multiplied by its `price` (K,)."""
    # |q - k|^2 less |q|^2, which is the same for every key: one matrix product instead of N x K differences
    distance = keys.square().sum(1) - 2 * queries @ keys.T
    if price is not None:
        distance = (distance + queries.square().sum(1, keepdim=True)).clamp_min(0) * price
    return distance.argmin(1)


def kmeans(points: torch.Tensor, count: int, rounds: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    """Lloyd's algorithm from random points. (N, D) -> means (count, D), how many points each has (count,)"""
    means = draw(points, count)
    for _ in range(rounds):
        code = nearest(points, means)
        members = torch.zeros(count, device=points.device).index_add_(0, code, torch.ones_like(code, dtype=points.dtype))
        sums = torch.zeros_like(means).index_add_(0, code, points)
        means = torch.where(members[:, None] > 0, sums / members.clamp_min(1)[:, None], draw(points, count))
    return means, members


def draw(points: torch.Tensor, count: int) -> torch.Tensor:
    """`count` of the points, each at most once while there are enough."""
    if len(points) >= count:
        return points[torch.randperm(len(points), device=points.device)[:count]]
    return points[torch.randint(len(points), (count,), device=points.device)]


def straight_through(z: torch.Tensor, quantised: torch.Tensor) -> torch.Tensor:
    """The quantised vector forward; backward as if nothing had happened, since a choice has no gradient."""
    return z + (quantised - z).detach()


class VectorQuantiser(nn.Module):
    """The codebook is no parameter: each key is the moving average of the queries that chose it (EMA, the paper's
    appendix A.1).

    decay : of the moving average, a step
    dead : a key used less than this share of the average is put where some query is (revival); 0: never. Since queries
        are many where keys are too few, that also splits keys that stand for too much
    balance : while training, a key's distances are multiplied by its use, over the average, to this power (frequency-
        sensitive competitive learning, Ahalt et al. 1990). Much-used keys then leave some queries to their neighbours.
        After training the nearest key wins, always.
    """

    def __init__(self, codes: int, dim: int, decay: float = 0.99, dead: float = 0.1, balance: float = 0.0, eps: float = 1e-5):
        super().__init__()
        self.decay, self.dead, self.balance, self.eps = decay, dead, balance, eps
        self.register_buffer("codebook", torch.randn(codes, dim))
        self.register_buffer("count", torch.ones(codes))  # moving number of queries a step that chose each key
        self.register_buffer("total", self.codebook.clone())  # moving sum of those queries
        self.register_buffer("started", torch.tensor(False))

    @torch.no_grad()
    def start(self, queries: torch.Tensor, each_step: int) -> None:
        """Begin with the means of the queries (N, D), of which a training step brings `each_step`."""
        means, members = kmeans(queries.float(), len(self.codebook))
        if _many():
            dist.broadcast(means, 0)
            dist.broadcast(members, 0)
        self.count.copy_(members * (each_step / len(queries)))
        self.codebook.copy_(means)
        self.total.copy_(means * self.count[:, None])
        self.started.fill_(True)

    def table(self) -> torch.Tensor:
        """(K, D)"""
        return self.codebook

    def codes(self, z: torch.Tensor) -> torch.Tensor:
        """(..., D) -> (...) of 0..K-1"""
        return nearest(z.reshape(-1, z.shape[-1]).float(), self.codebook).view(z.shape[:-1])

    def vectors(self, codes: torch.Tensor) -> torch.Tensor:
        """(...) -> (..., D)"""
        return F.embedding(codes, self.codebook)

    def forward(self, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(..., D) -> quantised (..., D), codes (...), commitment loss ()"""
        queries = z.detach().reshape(-1, z.shape[-1]).float()
        price = None
        if self.training and self.balance:
            price = (self.count / self.count.mean()).clamp(1e-2, 1e2) ** self.balance
        code = nearest(queries, self.codebook, price)
        quantised = F.embedding(code, self.codebook).view(z.shape)
        commitment = F.mse_loss(z, quantised)
        if self.training:
            self._learn(queries, code)
        return straight_through(z, quantised), code.view(z.shape[:-1]), commitment

    @torch.no_grad()
    def _learn(self, queries: torch.Tensor, code: torch.Tensor) -> None:
        count = torch.zeros_like(self.count).index_add_(0, code, torch.ones(len(code), device=code.device))
        total = torch.zeros_like(self.total).index_add_(0, code, queries)
        if _many():
            dist.all_reduce(count)
            dist.all_reduce(total)
        self.count.lerp_(count, 1 - self.decay)
        self.total.lerp_(total, 1 - self.decay)
        # as if each key had been chosen a tiny bit more: one that never was must not divide by zero (Laplace)
        whole = self.count.sum()
        smooth = (self.count + self.eps) / (whole + len(self.count) * self.eps) * whole
        self.codebook.copy_(self.total / smooth[:, None])
        least = self.dead * self.count.mean()
        forgotten = self.count < least
        if self.dead and forgotten.any():
            fresh = draw(queries, len(self.count))
            if _many():
                dist.broadcast(fresh, 0)
            self.codebook[forgotten] = fresh[forgotten]
            self.count[forgotten] = least  # a short life on trust
            self.total[forgotten] = fresh[forgotten] * least


class Scores(nn.Module):
    """A score for each choice, spread alike while training: normalised over the batch (arXiv 1502.03167), then scaled.

    Without it the noise of Gumbel-softmax is at first larger than any difference between pictures, the decoder learns to
    do without the code, and most choices are never made again.
    """

    def __init__(self, dim: int, choices: int, spread: float):
        super().__init__()
        self.spread = spread
        self.linear = nn.Linear(dim, choices)
        self.norm = nn.BatchNorm1d(choices, affine=False)

    def forward(self, z):
        """(..., D) -> (..., choices)"""
        scores = self.linear(z).float()
        return self.spread * self.norm(scores.flatten(0, -2)).view(scores.shape)


class OneHot(nn.Module):
    """K scores, one of which is chosen. While training several are mixed, the fewer the lower `temperature`, see `train`."""

    SPREAD = 3.0  # standard deviations of the scores; the noise has 1.3

    def __init__(self, codes: int, dim: int):
        super().__init__()
        self.score = Scores(dim, codes, self.SPREAD)
        self.embedding = nn.Parameter(torch.randn(codes, dim) * 0.5)
        self.temperature = 1.0

    def table(self):
        return self.embedding.detach()

    def codes(self, z):
        return self.score(z).argmax(-1)

    def vectors(self, codes):
        return F.embedding(codes, self.embedding)

    def forward(self, z):
        """(..., D) -> chosen vector (..., D), codes (...), nothing asked for ()"""
        scores = self.score(z)  # (..., K)
        codes = scores.argmax(-1)
        if not self.training:
            return self.vectors(codes), codes, scores.new_zeros(())
        return F.gumbel_softmax(scores, self.temperature) @ self.embedding, codes, scores.new_zeros(())


class Binary(nn.Module):
    """log2 K bits, each thrown for itself; the vector handed on is a sum of one vector a bit."""

    SPREAD = 6.0  # standard deviations of the scores; the noise has 1.8

    def __init__(self, codes: int, dim: int):
        super().__init__()
        self.bits = (codes - 1).bit_length()
        if 1 << self.bits != codes:
            raise ValueError(f"Bits make 2, 4, 8, ... codes, not {codes}.")
        self.score = Scores(dim, self.bits, self.SPREAD)
        self.embedding = nn.Parameter(torch.randn(self.bits, dim) * 0.5)
        self.shift = nn.Parameter(torch.zeros(dim))
        self.temperature = 1.0
        self.register_buffer("powers", 1 << torch.arange(self.bits), persistent=False)

    def table(self):
        return self.vectors(torch.arange(1 << self.bits, device=self.embedding.device)).detach()

    def codes(self, z):
        return ((self.score(z) > 0).long() * self.powers).sum(-1)

    def vectors(self, codes):
        bits = (codes[..., None] // self.powers % 2).float()  # (..., bits)
        return self._sum(bits)

    def _sum(self, bits):
        return (2 * bits - 1) @ self.embedding + self.shift

    def forward(self, z):
        """(..., D) -> summed vector (..., D), codes (...), how much the bits repeat each other ()"""
        scores = self.score(z)  # (..., bits)
        bits = (scores > 0).float()
        codes = (bits.long() * self.powers).sum(-1)
        if self.training:
            uniform = torch.rand_like(scores).clamp(1e-6, 1 - 1e-6)
            # Gumbel-softmax of two classes: a logistic noise on the score, then a sigmoid
            bits = torch.sigmoid((scores + uniform.log() - (-uniform).log1p()) / self.temperature)
        return self._sum(bits), codes, repetition(scores)


def repetition(scores: torch.Tensor) -> torch.Tensor:
    """Squared correlations of each two of the expected bits, summed: 0 if no bit says what another says. (..., bits) -> ()"""
    expected = torch.tanh(scores.flatten(0, -2) / 2)
    together = expected.T @ expected / len(expected)
    return (together - torch.diag(together.diagonal())).square().sum()


def _many() -> bool:
    return dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1
