"""Text to words and back: lower-cased words of English, single characters of Chinese, digits as #.

Each word remembers where it stood, so that what a summary copies is written as the article wrote it: case, numbers, quotes.
A vocabulary is learned from the training text and stored with the weights; words outside it can still be copied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

PAD, UNKNOWN, BEGIN, END = range(4)
SPECIAL = ("<pad>", "<unk>", "<s>", "</s>")

_LETTER = r"[\p{L}\p{M}&&[^\p{Han}\p{Hiragana}\p{Katakana}]]"
_WORD = rf"{_LETTER}+(?:[-&]{_LETTER}+)*"
_UNITS = "|".join(
    (
        r"<unk>",
        rf"(?:{_LETTER}\.){{2,}}",  # u.s.
        rf"{_LETTER}+(?=n't\b)",  # is|n't, as in the Penn Treebank
        r"n't\b",
        r"'(?:s|re|ve|ll|d|m)\b",
        r"#+(?:[.,:]#+)*(?:(?:st|nd|rd|th|s)\b)?",
        rf"{_WORD}",
        r"[^\s]",
    )
)
_NORMAL = normalizers.Sequence(
    [
        normalizers.Replace(Regex(r"\p{C}"), " "),  # NUL bytes, marks of writing direction
        normalizers.NFKC(),
        normalizers.Replace(Regex("[\u2018\u2019\u02bc]"), "'"),
        normalizers.Replace(Regex("[\u201c\u201d\u201e]"), '"'),
        normalizers.Lowercase(),
        normalizers.Replace(Regex(r"\p{Nd}"), "#"),
    ]
)


@dataclass(frozen=True)
class Words:
    """A text as words (lower-cased, digits as #) and where each stands in it: `text[begin:end]`."""

    text: str
    words: list[str]
    spans: list[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.words)

    def written(self, at: int) -> str:
        """The word as the text wrote it."""
        begin, end = self.spans[at]
        return self.text[begin:end]


def split(text: str) -> Words:
    """A text's words. Raises TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError(f"A text is needed, not {type(text).__name__}.")
    found = _SPLITTER.encode(text)
    # the splitter's own vocabulary is empty: words are read off the normalised text
    return Words(text, [word for word, _ in _cut(text)], [(begin, end) for begin, end in found.offsets])


def _cut(text: str) -> list[tuple[str, tuple[int, int]]]:
    return _PIECES.pre_tokenize_str(_NORMAL.normalize_str(text))


_PIECES = pre_tokenizers.Split(Regex(_UNITS), "removed", invert=True)
_SPLITTER = Tokenizer(models.WordLevel({"<unk>": 0}, unk_token="<unk>"))
_SPLITTER.normalizer, _SPLITTER.pre_tokenizer = _NORMAL, _PIECES


class Vocabulary:
    """The words a network knows by number, and how they are written where no article says it (`cased`: Obama, U.S.)."""

    def __init__(self, words: Iterable[str], cased: dict[str, str] | None = None):
        self.words, self.cased = list(words), dict(cased or {})
        if tuple(self.words[: len(SPECIAL)]) != SPECIAL:
            raise ValueError("A vocabulary begins with its special words.")
        self.number = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def learn(cls, texts: Iterable[list[str]], size: int, written: Iterable[str] = ()) -> Vocabulary:
        """The `size` commonest words of many split texts, the special ones included; ties go to the alphabet. How each is
        written most often within a line is read off the texts `written`, if they know capitals at all."""
        counts = Counter(word for words in texts for word in words)
        for word in SPECIAL:
            counts.pop(word, None)
        common = sorted(counts, key=lambda word: (-counts[word], word))
        words = common[: size - len(SPECIAL)]
        forms: dict[str, Counter[str]] = {word: Counter() for word in words}
        for text in map(split, written):
            if text.text.islower():
                continue
            for i in range(1, len(text)):
                if text.words[i] in forms and "#" not in text.words[i] and text.words[i - 1] not in '.?!:"':
                    forms[text.words[i]][text.written(i)] += 1
        cased = {word: max(seen, key=lambda form: seen[form]) for word, seen in forms.items() if seen}
        return cls([*SPECIAL, *words], {word: form for word, form in cased.items() if form != word})

    @classmethod
    def read(cls, file: str | Path) -> Vocabulary:
        """From a file with a word a line, and after a tab how it is written, where that differs."""
        rows = [line.split("\t") for line in Path(file).read_text(encoding="utf-8").splitlines()]
        return cls([row[0] for row in rows], {row[0]: row[1] for row in rows if len(row) > 1})

    def save(self, file: str | Path) -> None:
        rows = (f"{word}\t{self.cased[word]}" if word in self.cased else word for word in self.words)
        Path(file).write_text("\n".join(rows) + "\n", encoding="utf-8")

    def __len__(self) -> int:
        return len(self.words)

    def ids(self, words: list[str]) -> list[int]:
        return [self.number.get(word, UNKNOWN) for word in words]

    def with_copies(self, words: list[str]) -> tuple[list[int], list[str]]:
        """Numbers for copying: a word outside the vocabulary gets its own, from len(self) on, the same wherever it stands
        again (See et al. 2017, arXiv 1704.04368). The second value names those words."""
        own: dict[str, int] = {}
        ids = [self.number[w] if w in self.number else own.setdefault(w, len(self) + len(own)) for w in words]
        return ids, list(own)

    def named(self, numbers: Iterable[int], own: list[str]) -> list[str]:
        """Numbers up to END to words, those of copies included."""
        out = []
        for number in numbers:
            if number in (END, PAD):
                break
            out.append(self.words[number] if number < len(self) else own[number - len(self)])
        return out
