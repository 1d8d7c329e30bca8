from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from aedemo.codebook.quantiser import Binary, OneHot, VectorQuantiser, kmeans, nearest, repetition


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 40), st.integers(1, 12), st.integers(0, 10**6))
def test_the_nearest_key_is_the_one_that_brute_force_finds(queries, keys, dim, seed):
    rng = np.random.default_rng(seed)
    q, k = rng.normal(size=(queries, dim)).astype(np.float32), rng.normal(size=(keys, dim)).astype(np.float32)
    found = nearest(torch.from_numpy(q), torch.from_numpy(k)).numpy()
    distance = np.array([[sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) for y in k.astype(float)] for x in q.astype(float)])
    # equal to float32's last digits: the one found is as near as the nearest
    assert np.all(distance[np.arange(queries), found] <= distance.min(1) + 1e-4)


@pytest.mark.parametrize("decay", [0.8, 0.99])
def test_codes_codebook_and_loss_are_those_of_vector_quantize_pytorch_step_by_step(decay):
    VectorQuantize = pytest.importorskip("vector_quantize_pytorch").VectorQuantize
    torch.manual_seed(0)
    peer = VectorQuantize(dim=6, codebook_size=20, decay=decay, threshold_ema_dead_code=0, commitment_weight=1.0).train()
    mine = VectorQuantiser(20, 6, decay, dead=0).train()
    start = torch.randn(20, 6)
    peer._codebook.embed.data.copy_(start[None])
    peer._codebook.embed_avg.data.copy_(start[None])
    mine.codebook.copy_(start)
    mine.total.copy_(start)
    for _ in range(12):
        x = torch.randn(3, 50, 6)
        theirs, their_codes, their_loss = peer(x)
        ours, codes, loss = mine(x)
        assert torch.equal(codes, their_codes)
        assert torch.allclose(ours, theirs, atol=1e-5) and torch.allclose(loss, their_loss.squeeze(), atol=1e-5)
        assert torch.allclose(mine.codebook, peer._codebook.embed[0], atol=1e-4)


def test_the_gradient_passes_as_if_nothing_was_quantised():
    quantiser = VectorQuantiser(8, 4).eval()
    z = torch.randn(2, 5, 4, requires_grad=True)
    quantised, codes, _ = quantiser(z)
    weight = torch.randn_like(quantised)
    (quantised * weight).sum().backward()
    assert torch.equal(z.grad, weight)
    assert torch.allclose(quantised, quantiser.codebook[codes], atol=1e-6)


def test_kmeans_finds_the_means_of_well_parted_heaps():
    torch.manual_seed(0)
    centres = 20 * torch.eye(5)
    points = (centres[:, None] + 0.1 * torch.randn(5, 200, 5)).reshape(-1, 5)[torch.randperm(1000)]
    best = min((kmeans(points, 5) for _ in range(8)), key=lambda m: torch.cdist(centres, m[0]).min(1).values.max())
    assert torch.cdist(centres, best[0]).min(1).values.max() < 0.1 and best[1].sum() == 1000


def test_a_dead_key_comes_back_to_life_where_queries_are():
    torch.manual_seed(0)
    quantiser = VectorQuantiser(16, 3, 0.9, dead=0.2).train()
    quantiser.codebook[4:] += 1000  # nobody will ever choose these
    quantiser.total.copy_(quantiser.codebook)
    x = torch.randn(500, 3)
    for _ in range(40):
        _, codes, _ = quantiser(x)
    assert len(codes.unique()) == 16 and quantiser.codebook.abs().max() < 10


def test_a_key_that_stands_for_too_much_is_split():
    torch.manual_seed(0)
    x = torch.cat([0.05 * torch.randn(3000, 4), 3 * torch.randn(1000, 4) + 5])
    quantiser = VectorQuantiser(32, 4, 0.9, dead=0.2).train()
    quantiser.start(x[3000:], 4000)  # one key or so for three quarters of all queries
    for _ in range(200):
        quantiser(x)
    quantiser.eval()
    share = torch.bincount(quantiser(x)[1], minlength=32) / len(x)
    assert share.max() < 0.2


def test_a_price_on_popularity_splits_the_crowd_and_is_gone_after_training():
    torch.manual_seed(0)
    # three quarters of the queries are nearly alike, as white paper is
    crowd, rest = 0.05 * torch.randn(3000, 4), 3 * torch.randn(1000, 4) + 5
    x = torch.cat([crowd, rest])
    perplexity = {}
    for balance in (0.0, 0.5):
        torch.manual_seed(1)
        quantiser = VectorQuantiser(32, 4, 0.9, dead=1, balance=balance).train()
        quantiser.start(x[torch.randperm(len(x))[:500]], 4000)
        for _ in range(60):
            quantiser(x)
        quantiser.eval()
        codes = quantiser(x)[1]
        assert torch.equal(codes, nearest(x, quantiser.codebook))
        share = torch.bincount(codes, minlength=32) / len(x)
        perplexity[balance] = float(torch.special.entr(share).sum().exp())
    assert perplexity[0.5] > perplexity[0.0]


@pytest.mark.parametrize("kind, codes", [(VectorQuantiser, 16), (OneHot, 16), (Binary, 16)])
def test_a_code_and_its_vector_find_each_other(kind, codes):
    torch.manual_seed(0)
    quantiser = kind(codes, 8).eval()
    every = torch.arange(codes)
    assert torch.allclose(quantiser.vectors(every), quantiser.table(), atol=1e-6)
    z = torch.randn(4, 7, 8)
    quantised, chosen, _ = quantiser(z)
    assert torch.equal(chosen, quantiser.codes(z)) and torch.allclose(quantised, quantiser.vectors(chosen), atol=1e-5)


def test_binary_codes_are_sums_of_their_bits():
    torch.manual_seed(0)
    quantiser = Binary(8, 5)
    table = quantiser.table()
    # flipping bit 0 changes the vector by the same amount, whatever the other bits are
    steps = table[1::2] - table[0::2]
    assert torch.allclose(steps, steps[:1].expand_as(steps), atol=1e-6)
    with pytest.raises(ValueError, match="not 12"):
        Binary(12, 5)


@pytest.mark.parametrize("kind", [OneHot, Binary])
def test_gumbel_choices_are_random_follow_the_scores_and_pass_a_gradient(kind):
    torch.manual_seed(0)
    quantiser = kind(4, 6).train()
    scores = torch.tensor([1.0, -0.5, 0.3, -1.2])[: 4 if kind is OneHot else 2]
    quantiser.score = torch.nn.Identity()
    quantiser.temperature = 0.01  # all but choices
    z = scores.expand(4000, -1).clone().requires_grad_()
    quantised, codes, _ = quantiser(z)
    quantised.sum().backward()
    assert z.grad.abs().sum() > 0
    assert (codes == (0 if kind is OneHot else 1)).all(), "the code itself is the likeliest, without noise"
    drawn = nearest(quantised.detach(), quantiser.table())
    share = torch.bincount(drawn, minlength=4) / len(drawn)
    if kind is OneHot:
        wanted = scores.softmax(0)
    else:
        p = torch.sigmoid(scores)
        wanted = torch.stack([(1 - p[0]) * (1 - p[1]), p[0] * (1 - p[1]), (1 - p[0]) * p[1], p[0] * p[1]])
    assert torch.allclose(share, wanted, atol=0.03)


@pytest.mark.parametrize("kind", [OneHot, Binary])
def test_scores_are_spread_alike_over_a_batch(kind):
    torch.manual_seed(0)
    quantiser = kind(16, 6).train()
    scores = quantiser.score(3 + torch.randn(50, 7, 6)).detach().flatten(0, 1)
    assert scores.mean(0).abs().max() < 1e-2 and torch.allclose(scores.std(0), torch.full((scores.shape[1],), kind.SPREAD), rtol=0.15)


def test_bits_that_repeat_each_other_are_told_from_those_that_do_not():
    torch.manual_seed(0)
    bits = 20.0 * torch.randint(0, 2, (20_000, 3)).float() - 10
    assert repetition(bits) < 1e-3
    twice = torch.cat([bits, -bits[:, :1]], 1)  # the opposite says as much
    assert repetition(twice) == pytest.approx(2, abs=1e-2)
