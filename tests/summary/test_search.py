from itertools import combinations

import numpy as np
import pytest

from aedemo.summary.search import Follows, Search

HEADLINES = [h.split() for h in ("storm hits coast", "storm kills two", "talks on trade fail", "two win prize", "coast guard saves two")]
ARTICLES = [
    a.split()
    for a in (
        "a storm hit the coast on monday , officials said .",
        "the talks on trade have failed , he said .",
        "two of the men won a prize on monday .",
    )
]


@pytest.fixture(scope="module")
def search():
    return Search(HEADLINES, ARTICLES)


def test_what_follows_a_word_is_a_distribution():
    follows = Follows(HEADLINES)
    every = sorted({w for h in HEADLINES for w in h} | {"</s>"})
    for first in ("storm", "two", "<s>", "unheard"):
        assert sum(follows.share(first, second, 1 / len(every)) for second in every) == pytest.approx(1)
    assert follows.share("storm", "hits", 0.01) > follows.share("storm", "prize", 0.01)


def test_headlines_words_are_told_from_articles_words(search):
    assert search.ratio("storm") > 0 > search.ratio("the") and search.ratio("said") < 0
    assert search.rarity("prize") > search.rarity("the")
    assert search.lift("on", "trade") > search.lift("on", "prize")


@pytest.mark.parametrize("length", [1, 2, 4])
def test_the_best_words_are_those_that_trying_all_finds(search, length):
    words = "officials said a storm on the coast has killed two , reports say .".split()
    worth = search.worth(words)

    def total(places):
        chain = ["<s>", *(words[i] for i in places), "</s>"]
        return worth[list(places)].sum() + search.follow * sum(search.lift(a, b) for a, b in zip(chain, chain[1:]))

    best = max(combinations(range(len(words)), length), key=total)
    found = search.best(words, length)
    assert total(found) == pytest.approx(total(best)) and found == sorted(set(found))


def test_a_text_of_few_words_is_its_own_summary(search):
    assert search.best(["storm", "hits"], 8) == [0, 1] and search.best([], 8) == []
    assert np.isfinite(search.worth(["unheard-of", "#", ","])).all()
