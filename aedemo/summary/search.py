"""Search, before anything is learned: the words of an article that would make the likeliest headline.

Nobody pairs an article with its headline here. From headlines on one side and articles on the other it is known which words
headlines like (*ratio*: how much oftener a word stands in headlines), which say much (*rarity*), and which may follow each
other in a headline (*lift*: how much a word before makes the next one likelier). The best `length` words in their order are
then found exactly, by dynamic programming. A generator learns from these choices first (search, then learn: Schumann et al.
2020, arXiv 2005.01791; Liu et al. 2022, arXiv 2205.14521), and goes beyond them afterwards.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

NEVER = -1e9


class Follows:
    """How often which word follows which: Kneser-Ney's absolute discounting over a given share of single words
    (Kneser & Ney 1995)."""

    DISCOUNT = 0.75

    def __init__(self, texts: Iterable[list[str]]):
        self.pairs: Counter[tuple[str, str]] = Counter()
        for words in texts:
            self.pairs.update(zip(("<s>", *words), (*words, "</s>"), strict=True))
        self.before, self.kinds = Counter[str](), Counter[str]()
        for (first, _), count in self.pairs.items():
            self.before[first] += count
            self.kinds[first] += 1

    def share(self, first: str, second: str, rest: float) -> float:
        """P(second | first), where `rest` is P(second) as far as pairs know nothing."""
        if not self.before[first]:
            return rest
        return (max(self.pairs[first, second] - self.DISCOUNT, 0) + self.DISCOUNT * self.kinds[first] * rest) / self.before[first]


class Search:
    """What headlines and articles, each for itself, say about words; then the best headline within an article.

    headlines, articles : split texts; never pairs of them
    forms : says what else may be written for each of an article's words (`forms.english`)
    liked, rare, follow, late, gap : weights of ratio, rarity (at most `RAREST`), lift, of a word's place in the article, and
        the price of leaving words out between two
    """

    RAREST = 4.0
    MARK = -3.0  # punctuation needs a reason

    def __init__(self, headlines: list[list[str]], articles: list[list[str]], forms: Callable | None = None,
                 liked=0.7, rare=0.25, follow=0.15, late=0.05, gap=0.0):  # fmt: skip
        self.forms, self.liked, self.rare, self.follow, self.late, self.gap = forms, liked, rare, follow, late, gap
        self.in_headlines, self.in_articles = (Counter(word for words in texts for word in words) for texts in (headlines, articles))
        self.many_headlines, self.many_articles = self.in_headlines.total(), self.in_articles.total()
        self.headline_pairs, self.article_pairs = Follows(headlines), Follows(articles)
        self.endings = Counter(second for _, second in self.headline_pairs.pairs)  # in how many ways a word is reached
        self.reached = self.endings.total()

    def ratio(self, word: str) -> float:
        """How much oftener headlines have the word than articles, in nats."""
        return math.log((self.in_headlines[word] + 2) / self.many_headlines) - math.log((self.in_articles[word] + 2) / self.many_articles)

    def rarity(self, word: str) -> float:
        """Minus the logarithm of the word's share of all articles."""
        return -math.log((self.in_articles[word] + 1) / self.many_articles)

    def lift(self, first: str, second: str) -> float:
        """How much likelier `second` is in a headline after `first` than anywhere, in nats."""
        alone = (self.endings[second] + 0.5) / (self.reached + 0.5 * (len(self.endings) + 1))
        known = 0.5 * alone + 0.5 * self.article_pairs.share(first, second, alone)
        return math.log(self.headline_pairs.share(first, second, known) / alone)

    def _choices(self, word: str, others: tuple[str, ...]) -> list[str]:
        """What may be written for a word: its other forms that headlines know; the word itself if they have it more often."""
        known = [other for other in others if self.in_headlines[other]]
        return known if known and self.in_headlines[word] <= max(self.in_headlines[other] for other in known) else [word, *known]

    def worth(self, word: str, instead: str, place: int) -> float:
        """What it adds to write `instead` for the article's word at a place."""
        if not (word[0].isalnum() or word[0] == "#"):
            return self.MARK
        return self.liked * self.ratio(instead) + self.rare * min(self.RAREST, self.rarity(word)) - self.late * place

    def best(self, words: list[str], length: int) -> list[tuple[int, str]]:
        """The best `length` words in their order, with their places in the article; all of them if there are fewer."""
        if len(words) <= length:
            return list(enumerate(words))
        others = self.forms(words) if self.forms else [()] * len(words)
        nodes = [(i, word) for i in range(len(words)) for word in self._choices(words[i], others[i])]
        worth = np.array([self.worth(words[i], word, i) for i, word in nodes])
        lifts = np.full((len(nodes), len(nodes)), NEVER)
        for a, (i, first) in enumerate(nodes):
            for b in range(a + 1, len(nodes)):
                j, second = nodes[b]
                if j > i:
                    lifts[a, b] = self.follow * self.lift(first, second) - self.gap * (j > i + 1)
        best = worth + self.follow * np.array([self.lift("<s>", word) for _, word in nodes])
        trail = []
        for _ in range(length - 1):
            reached = best[:, None] + lifts
            came = reached.argmax(0)
            best = reached[came, np.arange(len(nodes))] + worth
            trail.append(came)
        chosen = [int((best + self.follow * np.array([self.lift(word, "</s>") for _, word in nodes])).argmax())]
        for came in reversed(trail):
            chosen.append(int(came[chosen[-1]]))
        return [nodes[a] for a in reversed(chosen)]
