"""Headlines' English tells the past in the present: which form of a verb a headline may have instead of the article's."""

from __future__ import annotations

from functools import cache

BEING = frozenset("be been being is are was were am 's 're got gets get".split())


@cache
def present(word: str) -> tuple[str, ...]:
    """A past form's present: rose -> rises, rise. Empty for any other word."""
    import lemminflect  # only training needs it

    found = []
    for lemma in lemminflect.getAllLemmas(word, upos="VERB").get("VERB", ()):
        if word != lemma and word in lemminflect.getInflection(lemma, "VBD"):
            found += [*lemminflect.getInflection(lemma, "VBZ"), lemma]
    return tuple(dict.fromkeys(found))


@cache
def past(word: str) -> str | None:
    """The other way about: rises -> rose. None for what is no verb's third person."""
    import lemminflect

    for lemma in lemminflect.getAllLemmas(word, upos="VERB").get("VERB", ()):
        if word != lemma and word in lemminflect.getInflection(lemma, "VBZ"):
            return next(iter(lemminflect.getInflection(lemma, "VBD")), None)
    return None


def english(words: list[str]) -> list[tuple[str, ...]]:
    """What else may be written for each word. Passives stay as they are: 'was killed' is not 'kills'."""
    found = []
    for i, word in enumerate(words):
        passive = BEING.intersection(words[max(0, i - 2) : i]) or words[i + 1 : i + 2] == ["by"]
        found.append(() if passive or not word.isalpha() else present(word))
    return found
