"""Sums over all binary trees of a sentence, and the best of them: vectorised over every span of one width.

Inside and outside (Baker 1979; here with rules whose left and right child are independent given their parent, Liu et al.
2023, arXiv 2310.14997). The outside algorithm is the derivative of the inside algorithm (Eisner 2016), written out because
expected spans are read off it, and because autograd would copy the chart once a width.

Probabilities of words are taken as multiples of their frequency, so a sentence's is a number that a float can hold and no
logarithms are needed in the chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch


@dataclass
class Chart:
    """Inside scores of sentences (B, n). K nonterminals, T preterminals.

    spans  : [(B, n - w + 1, K)] for w = 2 ... n, spans of w words by where they begin: p(words | symbol) over the words' frequencies
    left   : (B, n, n, K) at [where it begins, w - 1]: the same, of a span that is the left child of a symbol
    right  : (B, n, n, K) at [where it ends, n - w]: the same, of a right child. Turned round, so that the right children of
             the splits of one span lie in one slice
    total  : (B,) p(sentence) over the words' frequencies
    rough  : matrices are multiplied in bfloat16: as only positive numbers are added, each is off by half a percent at most
    """

    words: torch.Tensor  # (B, n, T)
    spans: list[torch.Tensor]
    left: torch.Tensor
    right: torch.Tensor
    total: torch.Tensor
    rough: bool = False


def inside(words: torch.Tensor, root: torch.Tensor, by_word: torch.Tensor, by_span: torch.Tensor, rough: bool = False) -> Chart:
    """Sum over all trees (Baker 1979), for every span at once that has the same width.

    words   : (B, n, T) p(word | preterminal) over the word's frequency; n >= 2
    root    : (K,) p(symbol of the whole sentence)
    by_word : (2 K, T) p(left child is this preterminal | parent), then the same of right children
    by_span : (2 K, K) the same of nonterminals
    """
    (b, n, _), k = words.shape, len(root)
    left, right = (words.new_empty(b, n, n, k) for _ in range(2))
    spans, x, rule = [], words, by_word
    for w in range(1, n + 1):
        if w > 1:
            x = (left[:, : n - w + 1, : w - 1] * right[:, w - 1 :, n - w + 1 :]).sum(2)  # (B, n - w + 1, K)
            spans.append(x)
            rule = by_span
        if w < n:
            left[:, : n - w + 1, w - 1], right[:, w - 1 :, n - w] = _matmul(x, rule.T, rough).split(k, -1)
    return Chart(words, spans, left, right, spans[-1][:, 0] @ root, rough)


def outside(chart: Chart, root: torch.Tensor, by_word: torch.Tensor, by_span: torch.Tensor):
    """The derivatives of sum(log total) by every entry of the chart, and by what it was made from.

    A span's inside scores times these derivatives, summed over symbols, is the probability that it is in the tree.

    -> by words (B, n, T), by spans [(B, n - w + 1, K)], by root (K,), by by_word (2 K, T), by by_span (2 K, K)
    """
    n = chart.words.shape[1]
    d_left, d_right = torch.zeros_like(chart.left), torch.zeros_like(chart.right)
    inverse = chart.total.reciprocal()
    d_root = inverse @ chart.spans[-1][:, 0]
    dx = (inverse[:, None] * root)[:, None]  # (B, 1, K)
    d_spans, d_rule = [], torch.zeros_like(by_span)
    for w in range(n, 1, -1):
        if w < n:
            both = torch.cat((d_left[:, : n - w + 1, w - 1], d_right[:, w - 1 :, n - w]), -1)  # (B, n - w + 1, 2 K)
            dx = _matmul(both, by_span, chart.rough)
            d_rule += _matmul(both.flatten(0, 1).T, chart.spans[w - 2].flatten(0, 1), chart.rough)
        d_spans.append(dx)
        to_left, to_right = (slice(None), slice(0, n - w + 1), slice(0, w - 1)), (slice(None), slice(w - 1, None), slice(n - w + 1, None))
        d_left[to_left].addcmul_(dx[:, :, None], chart.right[to_right])
        d_right[to_right].addcmul_(dx[:, :, None], chart.left[to_left])
    both = torch.cat((d_left[:, :, 0], d_right[:, :, n - 1]), -1)
    d_by_word = _matmul(both.flatten(0, 1).T, chart.words.flatten(0, 1), chart.rough)
    return _matmul(both, by_word, chart.rough), d_spans[::-1], d_root, d_by_word, d_rule


def _matmul(a, b, rough: bool):
    return (a.bfloat16() @ b.bfloat16()).float() if rough else a @ b


def chances(chart: Chart, d_spans: list[torch.Tensor]) -> torch.Tensor:
    """(B, n, n) at [where it begins, w - 1]: the probability that a span is in the tree, given the sentence; 1 for words and
    whole sentences, 0 where a span would go beyond the end"""
    b, n, _ = chart.words.shape
    found = chart.words.new_zeros(b, n, n)
    found[:, :, 0] = 1
    for w, (x, dx) in enumerate(zip(chart.spans, d_spans), 2):
        found[:, : n - w + 1, w - 1] = (x * dx).sum(-1)
    return found


def best(scores: torch.Tensor, k: int = 1) -> list[list[tuple[float, tuple]]]:
    """The k trees of each sentence with the highest sum of scores over their spans (CKY, by Huang & Chiang's 2005 lists).

    Of `chances` that is the tree with the most spans expected to be right (minimum Bayes risk, Goodman 1996).

    scores : (B, n, n) at [where it begins, w - 1]
    -> for each sentence, best first: the sum over spans of two words and more, and the tree as nested pairs of positions;
       fewer than k where there are not so many trees
    """
    b, n, _ = scores.shape
    begins, ends = (scores.new_full((b, n, n, k), -torch.inf) for _ in range(2))  # laid out as a chart's left and right
    begins[:, :, 0, 0] = ends[:, :, n - 1, 0] = 0
    steps: list[Any] = [None, None]
    for w in range(2, n + 1):
        pairs = begins[:, : n - w + 1, : w - 1, :, None] + ends[:, w - 1 :, n - w + 1 :, None]  # (B, n - w + 1, w - 1, k, k)
        pairs = pairs.flatten(2)
        top, step = pairs.topk(min(k, pairs.shape[2]), -1)
        top = top + scores[:, : n - w + 1, w - 1, None]
        begins[:, : n - w + 1, w - 1, : top.shape[2]] = ends[:, w - 1 :, n - w, : top.shape[2]] = top
        steps.append(step)
    totals = begins[:, 0, n - 1].tolist()
    if n > 1:  # all at once: a GPU waits at each passage to the host
        flat = torch.cat([step.flatten() for step in steps[2:]]).cpu()
        steps[2:] = [part.view(step.shape).tolist() for part, step in zip(flat.split([step.numel() for step in steps[2:]]), steps[2:])]

    def tree(sentence, begin, w, rank):
        if w == 1:
            return begin
        split, pair = divmod(steps[w][sentence][begin][rank], k * k)
        left, right = divmod(pair, k)
        return tree(sentence, begin, split + 1, left), tree(sentence, begin + split + 1, w - split - 1, right)

    return [[(total, tree(i, 0, n, rank)) for rank, total in enumerate(totals[i]) if total > -torch.inf] for i in range(b)]
