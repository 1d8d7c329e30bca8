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
from collections.abc import Iterable

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
        self.before, self.kinds = Counter(), Counter()
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
    liked, rare, follow, late : weights of ratio, rarity (at most `RAREST`), lift, and of a word's place in the article
    """

    RAREST = 4.0
    MARK = -3.0  # punctuation needs a reason

    def __init__(self, headlines: list[list[str]], articles: list[list[str]], liked=0.7, rare=0.25, follow=0.15, late=0.05):
        self.liked, self.rare, self.follow, self.late = liked, rare, follow, late
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

    def worth(self, words: list[str]) -> np.ndarray:
        """What each word adds by itself: (n,)"""
        each = [
            self.liked * self.ratio(word) + self.rare * min(self.RAREST, self.rarity(word)) - self.late * i
            if word[0].isalnum() or word[0] == "#"
            else self.MARK
            for i, word in enumerate(words)
        ]
        return np.array(each)

    def best(self, words: list[str], length: int) -> list[int]:
        """The places of the best `length` words, in their order; all of them if there are fewer."""
        n = len(words)
        if n <= length:
            return list(range(n))
        worth = self.worth(words)
        lifts = np.full((n, n), NEVER)
        for i in range(n):
            for j in range(i + 1, n):
                lifts[i, j] = self.follow * self.lift(words[i], words[j])
        best = worth + self.follow * np.array([self.lift("<s>", word) for word in words])
        trail = []
        for _ in range(length - 1):
            reached = best[:, None] + lifts
            came = reached.argmax(0)
            best = reached[came, np.arange(n)] + worth
            trail.append(came)
        places = [int((best + self.follow * np.array([self.lift(word, "</s>") for word in words])).argmax())]
        for came in reversed(trail):
            places.append(int(came[places[-1]]))
        return places[::-1]
