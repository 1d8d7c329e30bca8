"""Load a grammar; sentences to trees, trees to what their nodes mean, and back to words."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from .. import device as devices
from .. import pretrained
from . import brackets, chart
from .data import KINDS, Vocabulary
from .model import Grammar
from .sentences import words_of

NAME = "en"
PHRASES = Path(__file__).with_name("phrases.txt")  # sentences whose phrases are the index
LONGEST_PHRASE = 8  # words
CELLS = 20_000  # of charts computed at once (sentences times words squared): bounds memory
MOST = 20  # alternatives
CANDIDATES = 40  # trees that they are chosen from
COMMON = 2e-5  # of all words: rarer ones are not written by the decoder


@dataclass(frozen=True)
class Node:
    """A phrase of a tree, or a word.

    begin, end : its place among the words
    chance : the probability that this span is a phrase, over all trees of the sentence; 1 for words
    vector : (K + T,) the probability of each symbol here, given the sentence and that this span is a phrase: nonterminals,
        then preterminals
    """

    begin: int
    end: int
    words: tuple[str, ...]
    chance: float
    vector: np.ndarray


@dataclass(frozen=True)
class Parse:
    """What was found of a sentence.

    tree : nested tuples of words
    score : log-probability of the words, in nats, summed over all trees
    nodes : of the tree, parents before children, left before right
    chances : (n, n) at [begin, words - 1], the probability that a span is a phrase
    unknown : words that are not in the vocabulary, known by their looks alone
    """

    tree: tuple | str
    score: float
    nodes: tuple[Node, ...]
    chances: np.ndarray
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Alternative:
    """Another tree of a sentence.

    probability : of this tree, given the words; exact
    expected : how many of its phrases are expected to be right, whole sentence included
    """

    tree: tuple | str
    probability: float
    expected: float


@dataclass(frozen=True)
class Phrase:
    """Words that can take a node's place.

    vector : (K + T,) as of a `Node`
    similarity : to the vector that was asked for, 0 to 1
    """

    text: str
    tree: tuple | str
    vector: np.ndarray
    similarity: float


class Parser:
    """Sentences to trees and back; see `load`."""

    def __init__(self, network: Grammar, vocabulary: Vocabulary):
        self.network, self.vocabulary = network, vocabulary
        self.device = next(network.parameters()).device
        with torch.inference_mode():
            # in double precision, for what is 1e30 times as likely as by frequency is common in long sentences
            self._rules = [rule.double() for rule in network.rules()]
            self._by_word, self._by_span = (rule.cpu().numpy() for rule in self._rules[1:])
            self._norms, self._frequency = network.norms(), network.frequency.double()
            # p(word | preterminal) of words that can be written; of the rest it is too little sure what they mean
            common = torch.arange(len(vocabulary), device=self.device)[len(KINDS) :]
            common = common[network.frequency[common].exp() > COMMON]
            self._written = (network.emissions(common, self._norms) * network.frequency[common].exp()[:, None]).T.double().cpu().numpy()  # (T, words)
            self._spoken = [vocabulary.words[i] for i in common.tolist()]
        self._one = threading.RLock()  # one batch at a time: two would need twice the memory and be no faster
        self._index: list[Phrase] = []
        self._roots = np.zeros((0, 0))

    def parse(self, sentence) -> Parse:
        """The tree with the most phrases expected to be right.

        Parameters
        ----------
        sentence : a text, whose punctuation is left out, or a list of words

        Raises
        ------
        ValueError
            If there are no words, or more than 60.
        TypeError
            If it is neither text nor words.
        """
        return self.parse_all([sentence])[0]

    def parse_all(self, sentences) -> list[Parse]:
        """As `parse`, of many at once, which for sentences of about the same length is faster."""
        sentences = [words_of(one) for one in sentences]
        groups = defaultdict(list)
        for place, words in enumerate(sentences):
            groups[len(words)].append(place)
        found: dict[int, Parse] = {}
        for n, places in groups.items():
            size = max(1, CELLS // n**2)
            for first in range(0, len(places), size):
                part = places[first : first + size]
                found.update(zip(part, self._parse_equal([sentences[place] for place in part])))
        return [found[place] for place in range(len(sentences))]

    def alternatives(self, sentence, k: int = 5) -> list[Alternative]:
        """The tree of `parse`, then others, the most probable first; fewer than k where there are not so many.

        Of trees one cannot list them all: those are compared that have the most phrases expected to be right.
        """
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST:
            raise ValueError(f"{k!r} trees were asked for; 1 to {MOST} can be had.")
        words = words_of(sentence)
        if len(words) == 1:
            return [Alternative(words[0], 1.0, 0.0)]
        inner, total, chances, *_ = self._sums(self._numbers([words]))
        found = chart.best(chances, CANDIDATES)[0]
        with torch.inference_mode():
            probabilities = (torch.stack([self._inside_of(tree, inner[0]) for _, tree in found]) / total[0]).tolist()
        first, *others = (Alternative(brackets.named(tree, words), p, float(expected)) for p, (expected, tree) in zip(probabilities, found))
        return [first, *sorted(others, key=lambda one: -one.probability)][:k]

    def probability(self, tree) -> float:
        """Of a binary tree (nested pairs of words), given its words; exact. Raises ValueError if it is not binary."""
        words = brackets.words(tree)
        if len(words_of(words)) < 2:
            return 1.0
        inner, total, *_ = self._sums(self._numbers([words]))
        with torch.inference_mode():
            return float(self._inside_of(brackets.numbered(tree), inner[0]) / total[0])

    def phrase(self, text) -> Phrase:
        """Words that can take a node's place, with the vector that the words alone give them, whatever is around."""
        words = words_of(text)
        k = self.network.config.nonterminals
        vector = np.zeros(k + self.network.config.preterminals)
        with torch.inference_mode():
            top = self._emissions(self._numbers([words]))
            if len(words) > 1:
                top = chart.inside(top, *self._rules).spans[-1]
        place = slice(0, k) if len(words) > 1 else slice(k, None)
        vector[place] = (top[0, 0] / top.sum()).cpu().numpy()
        return Phrase(" ".join(words), self.parse(words).tree, vector, 1.0)

    def nearest(self, vector: np.ndarray, k: int = 8) -> list[Phrase]:
        """Phrases of the index that can be what this node is, most similar first.

        vector : (K + T,) as of a `Node`
        """
        vector = self._symbols(vector)
        phrases = self.phrases()
        similar = self._roots @ np.sqrt(vector / vector.sum())  # Bhattacharyya's coefficient
        order = np.argsort(-similar, kind="stable")[: max(1, int(k))]
        return [Phrase(phrases[i].text, phrases[i].tree, phrases[i].vector, float(similar[i])) for i in order]

    def phrases(self) -> list[Phrase]:
        """The index: phrases of the shipped sentences, each once, with the vectors that they have there."""
        with self._one:
            if not self._index:
                self._index = self._phrases()
                self._roots = np.sqrt([phrase.vector for phrase in self._index])  # (N, K + T)
        return self._index

    def rebuild(self, parse: Parse, replace: dict[tuple[int, int], Phrase] | None = None) -> tuple:
        """The tree with the words that the decoder writes, given the tree and the vectors at its words alone.

        replace : phrases for some of its nodes, by (begin, end). Of these the decoder is given the shape and the one vector
            at the top, and writes the most likely words below it (Viterbi).

        Raises
        ------
        ValueError
            If the tree has no such node, or two of them lie one in the other.
        """
        replace = dict(replace or {})
        places = {(node.begin, node.end) for node in parse.nodes}
        for span in replace:
            if span not in places:
                raise ValueError(f"The tree has no phrase from word {span[0]} to {span[1]}.")
            if any(a != span and a[0] <= span[0] and span[1] <= a[1] for a in replace):
                raise ValueError("Of two phrases one lies in the other; replace one of them.")
        leaves = {node.begin: node.vector for node in parse.nodes if node.end - node.begin == 1}

        def walk(node, begin):
            """-> tree, where it ends"""
            size = len(brackets.words(node))
            if (begin, begin + size) in replace:
                phrase = replace[begin, begin + size]
                return self._write(phrase.tree, self._symbols(phrase.vector)), begin + size
            if isinstance(node, str):
                return self._word(leaves[begin]), begin + 1
            children = []
            for child in node:
                made, begin = walk(child, begin)
                children.append(made)
            return tuple(children), begin

        return walk(parse.tree, 0)[0]

    def _numbers(self, sentences: list[list[str]]) -> torch.Tensor:
        return torch.tensor([self.vocabulary.encode(words) for words in sentences]).to(self.device)  # (B, n)

    def _emissions(self, numbers: torch.Tensor) -> torch.Tensor:
        return self.network.emissions(numbers, self._norms).double()  # (B, n, T)

    @torch.inference_mode()
    def _sums(self, numbers: torch.Tensor):
        """Of sentences of one length -> words (B, n, T), total (B,), chances (B, n, n), spans and their derivatives, words' too"""
        words = self._emissions(numbers)
        found = chart.inside(words, *self._rules)
        d_words, d_spans, *_ = chart.outside(found, *self._rules)
        return words, found.total, chart.chances(found, d_spans), found.spans, d_spans, d_words

    @torch.inference_mode()
    def _parse_equal(self, sentences: list[list[str]]) -> list[Parse]:
        k, t, n = self.network.config.nonterminals, self.network.config.preterminals, len(sentences[0])
        numbers = self._numbers(sentences)
        frequency = self._frequency[numbers].sum(1)
        if n == 1:  # no tree to look for
            words = self._emissions(numbers)
            vectors, scores = words / words.sum(-1, keepdim=True), frequency
            chances, trees = torch.ones_like(words[:, :, :1]), list[Any]([0] * len(sentences))
        else:
            with self._one:
                words, total, chances, spans, d_spans, d_words = self._sums(numbers)
            vectors, scores = words * d_words, total.log() + frequency
            trees = [found[0][1] for found in chart.best(chances)]
        extents = [[brackets.extent(node) for node in brackets.subtrees(tree)] for tree in trees]
        # all trees' phrases at once, and no passage from a GPU a phrase: where in the chart, its widths laid end to end, each one stands
        places = [(i, begin, end - begin) for i, spread in enumerate(extents) for begin, end in spread if end - begin > 1]
        starts = np.cumsum([0, 0, *(len(sentences) * (n - w + 1) for w in range(2, n + 1))])
        symbols = iter(())
        if places:
            rows = torch.tensor([int(starts[w - 1]) + i * (n - w + 1) + begin for i, begin, w in places]).to(self.device)
            inside, outside = (torch.cat([x.flatten(0, 1) for x in both])[rows] for both in (spans, d_spans))
            symbols = iter((inside * outside).cpu().numpy())
        chances, vectors, scores = chances.cpu().numpy(), vectors.cpu().numpy(), scores.tolist()
        parses = []
        for i, (sentence, tree) in enumerate(zip(sentences, trees)):
            nodes = []
            for begin, end in extents[i]:
                vector = np.zeros(k + t)
                found = vectors[i, begin] if end - begin == 1 else next(symbols)
                vector[slice(k, None) if end - begin == 1 else slice(k)] = found / found.sum()
                nodes.append(Node(begin, end, tuple(sentence[begin:end]), float(chances[i, begin, end - begin - 1]), vector))
            unknown = tuple(word for word in sentence if not self.vocabulary.knows(word))
            parses.append(Parse(brackets.named(tree, sentence), scores[i], tuple(nodes), chances[i], unknown))
        return parses

    def _inside_of(self, tree, words: torch.Tensor) -> torch.Tensor:
        """p(words and this tree) over the words' frequencies, summed over its symbols; words (n, T)"""
        root, by_word, by_span = self._rules
        k = len(root)

        def up(node):
            if isinstance(node, int):
                return words[node], by_word
            (left, first), (right, second) = map(up, node)
            return (first[:k] @ left) * (second[k:] @ right), by_span

        return up(tree)[0] @ root

    def _symbols(self, vector) -> np.ndarray:
        size = self.network.config.nonterminals + self.network.config.preterminals
        vector = np.asarray(vector, np.float64)
        if vector.shape != (size,) or not np.isfinite(vector).all() or (vector < 0).any() or vector.sum() <= 0:
            raise ValueError(f"A node's vector is {size} probabilities.")
        return vector

    def _phrases(self) -> list[Phrase]:
        sentences = [line for line in PHRASES.read_text(encoding="utf-8").splitlines() if line]
        found: dict[str, Phrase] = {}
        for parse in self.parse_all(sentences):
            trees = list(brackets.subtrees(parse.tree))
            for node, tree in zip(parse.nodes, trees):
                text = " ".join(node.words)
                if len(node.words) <= LONGEST_PHRASE and text not in found:
                    found[text] = Phrase(text, tree, node.vector, 1.0)
        return list(found.values())

    def _word(self, vector: np.ndarray) -> str:
        """The most likely word of a leaf's vector."""
        k = self.network.config.nonterminals
        return self._spoken[int((vector[k:] @ self._written).argmax())]

    def _write(self, shape, vector: np.ndarray):
        """The most likely words below one vector, in a tree of this shape."""
        k = self.network.config.nonterminals
        by_word, by_span, likeliest = self._by_word, self._by_span, self._written.max(1)

        def up(node):
            """best score of each symbol, and what to say of the best children of each"""
            if isinstance(node, str):
                return likeliest, by_word, lambda symbol: self._spoken[int(self._written[symbol].argmax())]
            (left, first, say_left), (right, second, say_right) = map(up, node)
            lefts, rights = first[:k] * left, second[k:] * right
            score = lefts.max(1) * rights.max(1)
            return score, by_span, lambda symbol: (say_left(int(lefts[symbol].argmax())), say_right(int(rights[symbol].argmax())))

        score, _, say = up(shape)
        given = vector[k:] if isinstance(shape, str) else vector[:k]
        return say(int((given * score / max(score.max(), 1e-300)).argmax()))


def load(device: str | torch.device | None = None, name: str = NAME) -> Parser:
    """A parser. Raises ValueError, with the names there are, for another name."""
    with _loading:  # two visitors at once must not load it twice
        # its rules are made while it is loaded, which ZeroGPU allows on the CPU alone; a sentence takes milliseconds there
        return _load(name, "cpu" if device is None and devices.zero() else str(devices.choose(device)), pretrained.version("trees", name))


_loading = threading.Lock()


@lru_cache(maxsize=4)
def _load(name: str, device: str, version: str) -> Parser:
    network = pretrained.load(Grammar, "trees", name, device)
    return Parser(network, Vocabulary.load(pretrained.folder("trees", name) / "words.txt"))
