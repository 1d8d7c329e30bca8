"""What a sentence is: words of a text, and a long text in parts."""

from __future__ import annotations

from .data import split

LONGEST = 60  # words; cost grows as their cube


def words_of(sentence) -> list[str]:
    """Words of a text, without punctuation; or a list of words, as it stands.

    Raises ValueError (TypeError for a wrong type) with a sentence where there is nothing to parse or too much.
    """
    if isinstance(sentence, str):
        tokens = split(sentence)
        words = [token for token, is_word in tokens if is_word]
        if not words:
            raise ValueError("There are no words in this; type a sentence.")
        if len(words) > LONGEST and len(pieces(sentence)) > 1:
            raise ValueError(f"This has {len(words)} words, and the longest that is parsed at once has {LONGEST}; split it at its punctuation.")
    elif isinstance(sentence, (list, tuple)) and all(isinstance(word, str) for word in sentence):
        words = list(sentence)
        if not words:
            raise ValueError("There are no words in this; give at least one.")
        if any(not word.strip() for word in words):
            raise ValueError("One of the words is empty.")
    else:
        raise TypeError(f"A sentence is a text or a list of words, not {type(sentence).__name__}.")
    if len(words) > LONGEST:
        raise ValueError(f"This has {len(words)} words, and the longest that is parsed at once has {LONGEST}; give it in parts.")
    return words


def pieces(text: str) -> list[str]:
    """A long text in parts of at most LONGEST words, cut at the strongest mark there is: . ! ? first, then ; : and dashes, then ,"""
    if not isinstance(text, str):
        raise TypeError(f"A text is needed, not {type(text).__name__}.")

    def cut(tokens, marks):
        words = sum(is_word for _, is_word in tokens)
        if not marks or (words <= LONGEST and marks is not _MARKS):
            return [tokens] if words else []
        parts, part = [], []
        for token in tokens:
            part.append(token)
            if token[0] in marks[0]:
                parts.append(part)
                part = []
        return [found for one in (*parts, part) for found in cut(one, marks[1:])]

    return [" ".join(token for token, is_word in part if is_word) for part in cut(split(text), _MARKS)]


_MARKS = (".!?", ";:\u2013\u2014", ",")
