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

    def total(chosen):
        chain = ["<s>", *(words[i] for i in chosen), "</s>"]
        gaps = sum(b > a + 1 for a, b in zip(chosen, chosen[1:]))
        alone = sum(search.worth(words[i], words[i], i) for i in chosen)
        return alone + search.follow * sum(search.lift(a, b) for a, b in zip(chain, chain[1:])) - search.gap * gaps

    best = max(combinations(range(len(words)), length), key=total)
    places = [place for place, _ in search.best(words, length)]
    assert total(places) == pytest.approx(total(best)) and places == sorted(set(places))
    assert [word for _, word in search.best(words, length)] == [words[i] for i in places]


def test_gaps_have_their_price():
    words = "officials said a storm on the coast has killed two , reports say .".split()

    def gaps(price):
        places = [place for place, _ in Search(HEADLINES, ARTICLES, gap=price).best(words, 5)]
        return sum(b > a + 1 for a, b in zip(places, places[1:]))

    assert gaps(0.0) > gaps(5.0) == 0


def test_a_verb_may_take_the_form_that_headlines_have():
    def forms(words):
        return [{"hit": ("hits",), "killed": ("kills",)}.get(word, ()) for word in words]

    found = Search(HEADLINES, ARTICLES, forms, liked=2.0).best("a storm hit the coast and killed two men .".split(), 4)
    assert [word for _, word in found] == ["storm", "hits", "kills", "two"]
    assert [place for place, _ in found] == sorted({place for place, _ in found}), "one word twice"


def test_a_text_of_few_words_is_its_own_summary(search):
    assert search.best(["storm", "hits"], 8) == [(0, "storm"), (1, "hits")] and search.best([], 8) == []
    assert np.isfinite([search.worth(word, word, 0) for word in ("unheard-of", "#", ",")]).all()
