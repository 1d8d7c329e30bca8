"""From text to words as a treebank has them without its punctuation, and from sentences to batches of one length.

Unsupervised parsers are measured on the words of the Penn Treebank with punctuation left out, so that is what is learned
from. Words are lower-cased and their digits written as 0; a word that is not in the vocabulary is known by its looks
alone: a capital, an ending, a hyphen.
"""

from __future__ import annotations

import gzip
import lzma
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import torch

_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"', "`": "'"})
_ABBREVIATIONS = frozenset(
    "mr. mrs. ms. dr. prof. corp. inc. co. ltd. bros. cos. jr. sr. sen. sens. rep. reps. gov. gen. col. lt. sgt. capt. rev. hon. "
    "st. ave. jan. feb. mar. apr. aug. sept. sep. oct. nov. dec. no. nos. vs. etc. messrs. ph.d. mt. ft. maj. cmdr. "
    "ala. ariz. ark. calif. colo. conn. del. fla. ga. ill. ind. kan. ky. la. md. mass. mich. minn. miss. mo. neb. nev. okla. ore. "
    "pa. tenn. tex. va. vt. wash. wis. wyo.".split()
)
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|[^\W_]+(?=n't(?!\w))"  # is|n't
    r"|n't(?!\w)"
    r"|'(?:s|re|ve|ll|d|m)(?!\w)"
    r"|\d+(?:[.,:/]\d+)*(?:st|nd|rd|th|s)?(?!\w)(?!-\w)"
    r"|[^\W_]+(?:(?!n't|'(?:s|re|ve|ll|d|m)(?!\w))[-'&/.@_:][^\W_]+)*\.?"
    r"|%|&"
    r"|[^\w\s]|_",
    re.I,
)
_REPAIRS = (  # cannot; and where an apostrophe was set apart, or lost on the way
    (re.compile(r"\b(can)(not)\b", re.I), r"\1 \2"),
    (re.compile(r"\b(\w+) ?' ?(s|re|ve|ll|d|m|t)\b", re.I), r"\1'\2"),
    (re.compile(r"\b((?:do|does|did|is|are|was|were|wo|would|could|should|ca|have|has|had|ai)n) t\b", re.I), r"\1't"),
)
_NUMBER, _YEAR, _DIGITS = re.compile(r"[\d.,:/\\-]*\d[\d.,:/\\-]*"), re.compile(r"(?:1[6-9]|20)\d\d"), re.compile(r"\d+(?:[.,:]\d+)*")
_ENDINGS = ("ing", "ed", "ly", "ers", "er", "ions", "ion", "ity", "ies", "es", "s", "al", "ic", "ive", "ous", "able", "y", "an", "ment", "ness")
KINDS = (
    "<other>",
    *(f"<-{ending}>" for ending in _ENDINGS),
    "<a-b>",  # with a hyphen
    "<Name>",
    "<Names>",
    "<first>",  # a capital that may be no more than the sentence's first
)


def split(text: str) -> list[tuple[str, bool]]:
    """A text's words and marks as the Penn Treebank cuts them, each with whether it is a word."""
    text = text.translate(_QUOTES)
    for pattern, whole in _REPAIRS:
        text = pattern.sub(whole, text)
    found = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token.endswith(".") and len(token) > 1 and "." not in token[:-1] and token.lower() not in _ABBREVIATIONS:
            # single capitals are initials; other words end a sentence with it
            if not (len(token) == 2 and token[0].isupper()):
                found += [(token[:-1], True), (".", False)]
                continue
        found.append((token, token in "%&" or any(c.isalnum() for c in token)))
    return found


def words_of(text: str) -> list[str]:
    """The words alone."""
    return [token for token, is_word in split(text) if is_word]


def plain(word: str) -> str:
    """A word as the vocabulary has it: lower-cased, years as 1900, other numbers as 0."""
    if _YEAR.fullmatch(word):
        return "1900"
    if _NUMBER.fullmatch(word):
        return "0"
    return _DIGITS.sub("0", word.lower())


def kind(word: str, first: bool = False) -> str:
    """What a word that is not in the vocabulary looks like, one of `KINDS`.

    first : whether it begins its sentence, where a capital says nothing
    """
    if "-" in word[1:-1]:
        return "<a-b>"
    if word[:1].isupper() and not first:
        return "<Names>" if word[-1] in "sS" else "<Name>"
    low = word.lower()
    ending = next((e for e in _ENDINGS if low.endswith(e) and len(low) > len(e) + 2), None)
    if word[:1].isupper() and ending not in ("ing", "ed", "ly"):
        return "<first>"
    return f"<-{ending}>" if ending else "<other>"


class Vocabulary:
    """Words to numbers; the first `len(KINDS)` numbers are of looks."""

    def __init__(self, words: list[str]):
        self.words = list(words)
        self._index = {word: i for i, word in enumerate(self.words)}

    @classmethod
    def build(cls, sentences: Iterable[list[str]], size: int) -> Vocabulary:
        """Of the most frequent words."""
        counts = Counter(plain(word) for words in sentences for word in words)
        return cls([*KINDS, *(word for word, _ in counts.most_common(size - len(KINDS)))])

    @classmethod
    def load(cls, file: str | Path) -> Vocabulary:
        return cls(Path(file).read_text(encoding="utf-8").split("\n")[:-1])

    def save(self, file: str | Path) -> None:
        Path(file).write_text("".join(f"{word}\n" for word in self.words), encoding="utf-8")

    def __len__(self) -> int:
        return len(self.words)

    def knows(self, word: str) -> bool:
        return plain(word) in self._index

    def encode(self, words: list[str]) -> list[int]:
        """(n,) numbers"""
        return [self._index[plain(word) if self.knows(word) else kind(word, i == 0)] for i, word in enumerate(words)]


def _lines(file: Path) -> Iterable[str]:
    openers: dict[str, Callable] = {".xz": lzma.open, ".gz": gzip.open}
    with openers.get(file.suffix, open)(file, "rt", encoding="utf-8") as lines:
        yield from lines


def read(files: list[str], longest: int) -> list[list[str]]:
    """Sentences of 2 to `longest` words from text files with one a line (.txt, .txt.gz, .txt.xz), each sentence once.

    In a file whose name holds `tagged` a line is of WORD/TAG; the tags are not looked at.
    """
    seen, sentences = set(), []
    for file in map(Path, files):
        for line in _lines(file):
            if "<unk>" in line:
                continue
            if "tagged" in file.name:
                tokens = [part.rpartition("/")[0] for part in line.split()]
                words = [token for token in tokens if any(c.isalnum() for c in token) or token in ("%", "&")]
            else:
                words = words_of(line.replace("#", "0"))
            key = " ".join(words)
            if 2 <= len(words) <= longest and key not in seen:
                seen.add(key)
                sentences.append(words)
    return sentences


class Batches:
    """Sentences of one length at a time, drawn by chance; a length as often as it has sentences."""

    def __init__(self, sentences: list[list[int]], seed: int):
        lengths = defaultdict(list)
        for sentence in sentences:
            lengths[len(sentence)].append(sentence)
        self.tables = {n: np.array(rows, dtype=np.int64) for n, rows in sorted(lengths.items())}
        self.lengths = np.array(list(self.tables))
        self.share = np.array([len(t) for t in self.tables.values()]) / len(sentences)
        self.rng = np.random.default_rng(seed)

    def draw(self, size: int) -> torch.Tensor:
        """(B, n) numbers of words, B <= `size`"""
        table = self.tables[int(self.rng.choice(self.lengths, p=self.share))]
        return torch.from_numpy(table[self.rng.choice(len(table), size=min(size, len(table)), replace=False)])
