from __future__ import annotations

import numpy as np
import pytest
import torch

from aedemo.trees import chart
from aedemo.trees.model import Grammar, GrammarConfig
from tests.trees import plain


def grammar(n: int, k: int = 3, t: int = 4, sentences: int = 2):
    """Words (B, n, T) and rules of a grammar by chance, in double precision."""
    torch.manual_seed(n)
    root = torch.rand(k).double().softmax(0)
    rules = (3 * torch.randn(2 * k, k + t)).double().softmax(1)
    return torch.rand(sentences, n, t).double(), root, rules[:, k:], rules[:, :k]


@pytest.mark.parametrize("n", range(2, 7))
def test_the_inside_total_is_the_sum_over_every_tree_written_out(n):
    words, *rules = grammar(n)
    found = chart.inside(words, *rules)
    for sentence, total in zip(words.numpy(), found.total):
        each = [plain.total_of_tree(tree, sentence, *(r.numpy() for r in rules)) for tree in plain.trees(0, n)]
        assert total.item() == pytest.approx(sum(each), rel=1e-9)


@pytest.mark.parametrize("n", range(2, 7))
def test_a_span_s_chance_is_the_share_of_the_trees_that_have_it(n):
    words, *rules = grammar(n)
    found = chart.inside(words, *rules)
    chances = chart.chances(found, chart.outside(found, *rules)[1])
    for sentence, mine in zip(words.numpy(), chances):
        each = {tree: plain.total_of_tree(tree, sentence, *(r.numpy() for r in rules)) for tree in plain.trees(0, n)}
        for begin in range(n):
            for end in range(begin + 2, n + 1):
                wanted = sum(p for tree, p in each.items() if (begin, end) in plain.spans(tree)) / sum(each.values())
                assert mine[begin, end - begin - 1].item() == pytest.approx(wanted, rel=1e-9)


def test_every_inside_score_is_that_of_the_nested_loops():
    words, *rules = grammar(9, 5, 6)
    found = chart.inside(words, *rules)
    for i, sentence in enumerate(words.numpy()):
        cells = plain.inside(sentence, *(r.numpy() for r in rules))
        for w in range(2, 10):
            for begin in range(10 - w):
                assert np.allclose(found.spans[w - 2][i, begin], cells[begin, begin + w], rtol=1e-9)


def test_outside_is_the_derivative_of_inside():
    words, *rules = grammar(7, 4, 5)
    given = [x.clone().requires_grad_() for x in (words, *rules)]

    def total(words, root, by_word, by_span):
        """as `inside`, cell by cell, so that autograd can follow"""
        n, k = words.shape[1], len(root)
        cells = {(i, i + 1): words[:, i] for i in range(n)}
        sides = {}
        for w in range(1, n + 1):
            for begin in range(n - w + 1):
                span = (begin, begin + w)
                if w > 1:
                    cells[span] = sum(sides[begin, m][0] * sides[m, begin + w][1] for m in range(begin + 1, begin + w))
                sides[span] = (cells[span] @ (by_word if w == 1 else by_span).T).split(k, -1)
        return (cells[0, n] @ root).log().sum()

    wanted = torch.autograd.grad(total(*given), given)
    found = chart.inside(words, *rules)
    d_words, _, *d_rules = chart.outside(found, *rules)
    for mine, theirs in zip((d_words, *d_rules), wanted):
        assert torch.allclose(mine, theirs, rtol=1e-8)


def test_chances_sum_to_the_number_of_spans_a_binary_tree_has():
    words, *rules = grammar(12)
    found = chart.inside(words, *rules)
    chances = chart.chances(found, chart.outside(found, *rules)[1])
    assert torch.allclose(chances[:, :, 1:].sum((1, 2)), torch.full((2,), 11.0).double())
    assert torch.allclose(chances[:, 0, 11], torch.ones(2).double()) and (chances >= 0).all() and (chances <= 1 + 1e-9).all()
    assert all((chances[:, 12 - w + 1 :, w - 1] == 0).all() for w in range(2, 13))


@pytest.mark.parametrize("n", range(2, 8))
@pytest.mark.parametrize("k", (1, 2, 7))
def test_the_best_trees_are_the_best_of_all_that_there_are(n, k):
    torch.manual_seed(n)
    scores = torch.rand(2, n, n).double()
    for sentence, found in zip(scores.numpy(), chart.best(scores, k)):
        every = sorted(((sum(sentence[b, e - b - 1] for b, e in plain.spans(tree)), tree) for tree in plain.trees(0, n)), reverse=True)
        assert [tree for _, tree in found] == [tree for _, tree in every[:k]]
        assert np.allclose([total for total, _ in found], [total for total, _ in every[:k]])


def test_a_sentence_beside_others_has_the_score_and_the_trees_that_it_has_alone():
    words, *rules = grammar(8, sentences=3)
    together, alone = chart.inside(words, *rules), chart.inside(words[1:2], *rules)
    assert torch.allclose(together.total[1], alone.total[0])
    scores = chart.chances(together, chart.outside(together, *rules)[1])
    assert chart.best(scores, 3)[1] == chart.best(scores[1:2], 3)[0]


def test_a_grammar_s_gradient_is_what_a_small_step_changes():
    torch.manual_seed(0)
    model = Grammar(GrammarConfig(vocabulary=20, nonterminals=4, preterminals=5, dim=8, word_dim=6))
    words = torch.randint(20, (3, 6))
    model(words).mean().backward()
    for parameter in (model.classes, model.parent_vectors, model.words):
        place = (0,) if parameter.dim() == 1 else (words[0, 0] % len(parameter), 1)
        with torch.no_grad():
            parameter[place] += 1e-2
            more = model(words).mean()
            parameter[place] -= 2e-2
            less = model(words).mean()
            parameter[place] += 1e-2
        assert parameter.grad[place].item() == pytest.approx(((more - less) / 2e-2).item(), rel=0.02, abs=1e-3)


def test_the_probabilities_of_all_sentences_of_a_length_add_to_at_most_one():
    torch.manual_seed(0)
    model = Grammar(GrammarConfig(vocabulary=4, nonterminals=3, preterminals=3, dim=8, word_dim=4))
    model.words.data *= 0.5
    sums = [model(torch.cartesian_prod(*[torch.arange(4)] * n)).exp().sum().item() for n in (2, 3, 4)]
    assert all(0 < one < 1 for one in sums) and sum(sums) < 1
