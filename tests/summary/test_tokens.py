import pytest
from hypothesis import given
from hypothesis import strategies as st

from aedemo.summary.tokens import SPECIAL, UNKNOWN, Vocabulary, split


@pytest.mark.parametrize(
    "text, words",
    [
        ("President Trump\u2019s \u201cwitch-hunt\u201d isn't over.", ["president", "trump", "'s", '"', "witch-hunt", '"', "is", "n't", "over", "."]),
        ("$56.3 billion in 2014, U.S. officials said", ["$", "##.#", "billion", "in", "####", ",", "u.s.", "officials", "said"]),
        ("the 3rd of 1990s on ##.## percent", ["the", "#rd", "of", "####s", "on", "##.##", "percent"]),
        ("国家主席乘GDP专机，17日", ["国", "家", "主", "席", "乘", "gdp", "专", "机", ",", "##", "日"]),
        ("a\0b\u202e c", ["a", "b", "c"]),
        ("", []),
    ],
)
def test_words_are_those_of_the_field(text, words):
    assert split(text).words == words


def test_each_word_is_found_again_as_it_was_written():
    words = split("Don\u2019t pay \u20ac1,250 to McDonald's, 她说。")
    assert [words.written(i) for i in range(len(words))] == [
        "Do",
        "n\u2019t",
        "pay",
        "\u20ac",
        "1,250",
        "to",
        "McDonald",
        "'s",
        ",",
        "她",
        "说",
        "。",
    ]


@given(st.text(max_size=80))
def test_any_text_is_split_and_every_span_lies_in_it(text):
    words = split(text)
    assert len(words.words) == len(words.spans)
    assert all(0 <= a <= b <= len(text) for a, b in words.spans)
    assert all(word and not any(c.isspace() for c in word) for word in words.words)


def test_what_is_no_text_is_said():
    with pytest.raises(TypeError, match="not bytes"):
        split(b"news")


def test_unknown_words_have_numbers_of_their_own_for_copying():
    known = Vocabulary.learn([["a", "b", "a"], ["c", "a", "b", "<unk>"]], 6)
    assert known.words == [*SPECIAL, "a", "b"]
    assert known.ids(["b", "zyx"]) == [5, UNKNOWN]
    assert known.with_copies(["q", "a", "r", "q"]) == ([6, 4, 7, 6], ["q", "r"])
    with pytest.raises(ValueError, match="special"):
        Vocabulary(["a"])
