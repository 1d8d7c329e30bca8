"""Texts to sentences in order, sentences to words, words to rows of a table, and batches of sentences that follow each other."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

SPECIAL = ("<unk>", "<begin>", "<end>")  # what a decoder writes for a word it has no row for; where it begins, where it ends
UNKNOWN, BEGIN, END = range(len(SPECIAL))
PIECES = (3, 4)  # letters of the pieces that words without a row of their own are made of
HELD_OUT = 10  # every tenth document is never trained on
SHORTEST = 3  # words of a sentence that is learned from: "Applause." follows anything

# a full stop, its closing quotes and brackets, then space and what can begin a sentence
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*(\s+)(?=[\"'“‘(\[]*[A-Z0-9À-ÞΑ-ΩА-Я])|(?<=[。！？])[”’）」』]*(\s*)(?=\S)|(\n\s*\n\s*)")
# what ends no sentence: titles, initials; and before a number: No. 5
_ABBREVIATION = re.compile(
    r"(?<![^\s(\"'“‘])(?:(?:Mr|Mrs|Ms|Messrs|Dr|Prof|Rev|Hon|St|Gen|Col|Capt|Lieut|Lt|Sen|Rep|Gov|Jr|vs|viz|[A-HJ-Z]|(?:[A-Z]\.)+[A-Z])\.\s+\S|(?:Nos?|Fig|Vol|pp?)\.\s+\d)$"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*|[^\w\s]|_")


def split(text: str) -> list[str]:
    """The sentences of a text, in order, white space made single. Abbreviations and initials (Mr., U.S., J.) end none."""
    sentences, begin = [], 0
    for found in _END.finditer(text):
        space = max(found.start(i) for i in (1, 2, 3))
        if found[1] is not None and _ABBREVIATION.search(text, max(begin, space - 12), found.end() + 1):
            continue
        sentences.append(" ".join(text[begin:space].split()))
        begin = found.end()
    sentences.append(" ".join(text[begin:].split()))
    return [sentence for sentence in sentences if sentence]


def words(sentence: str) -> list[str]:
    """Its words, numbers and marks, lower-cased."""
    return _WORD.findall(sentence.lower().replace("’", "'"))


def read(folders: Iterable[str | Path]) -> tuple[list[list[list[str]]], list[list[list[str]]]]:
    """Documents (sentences of words) of folders of .txt files: those to train on, and those held out.

    Of each folder every tenth file by name is held out, whole. Sentences of fewer than three words are left out.
    """
    kept, held = list[list[list[str]]](), list[list[list[str]]]()
    for folder in map(Path, folders):
        files = sorted(folder.rglob("*.txt"))
        if not files:
            raise ValueError(f"There are no .txt files in {folder}.")
        for i, file in enumerate(files):
            document = [words(sentence) for sentence in split(file.read_text(encoding="utf-8", errors="replace"))]
            document = [sentence for sentence in document if len(sentence) >= SHORTEST]
            (held if i % HELD_OUT == HELD_OUT - 1 else kept).append(document)
    return kept, held


class Tokens(NamedTuple):
    """Sentences as an `EmbeddingBag` reads them: each word is the mean of some rows of the table.

    rows : (R,) all words' rows, one after the other
    offsets : (W,) where in `rows` each word begins
    lengths : (n,) words of each sentence; they sum to W
    longest : of `lengths`: asked of a GPU, it would have to be waited for
    """

    rows: torch.Tensor
    offsets: torch.Tensor
    lengths: torch.Tensor
    longest: int

    def to(self, device) -> Tokens:
        return Tokens(self.rows.to(device), self.offsets.to(device), self.lengths.to(device), self.longest)


class Vocabulary:
    """The commonest words have a row each in the table; any other word is the mean of its pieces' rows.

    Pieces are runs of three and four letters, which share `buckets` rows by a hash (as in fastText, Bojanowski et al. 2017,
    arXiv 1607.04606), so that no word is lost and words that are written alike begin alike.
    """

    def __init__(self, known: Iterable[str], buckets: int):
        self.known, self.buckets = list(known), buckets
        if tuple(self.known[: len(SPECIAL)]) != SPECIAL:
            raise ValueError("A vocabulary begins with its special words.")
        self.number = {word: i for i, word in enumerate(self.known)}

    @classmethod
    def learn(cls, documents: Iterable[list[list[str]]], size: int, buckets: int) -> Vocabulary:
        """The `size` commonest words, the special ones included; ties go to the alphabet."""
        counts = Counter(chain.from_iterable(chain.from_iterable(documents)))
        return cls([*SPECIAL, *sorted(counts, key=lambda word: (-counts[word], word))[: size - len(SPECIAL)]], buckets)

    @classmethod
    def load(cls, file: str | Path, buckets: int) -> Vocabulary:
        return cls(Path(file).read_text(encoding="utf-8").splitlines(), buckets)

    def save(self, file: str | Path) -> None:
        Path(file).write_text("\n".join(self.known) + "\n", encoding="utf-8")

    def pieces(self, word: str) -> list[int]:
        """The rows of a word's pieces."""
        marked = f"<{word}>"
        found = {marked[i : i + n] for n in PIECES for i in range(max(1, len(marked) - n + 1))}
        return [len(self.known) + zlib.crc32(piece.encode("utf-8", "replace")) % self.buckets for piece in sorted(found)]

    def tokens(self, sentences: list[list[str]], rng: np.random.Generator | None = None, strange: float = 0.1) -> Tokens:
        """Words to rows. With `rng`, a share of the words is read by their pieces though they are known: so pieces are learned."""
        rows = []
        for sentence in sentences:
            chance = rng.random(len(sentence)) if rng else None
            for i, word in enumerate(sentence):
                number = self.number.get(word)
                read_whole = number is not None and (chance is None or chance[i] >= strange)
                rows.append([number] if read_whole else self.pieces(word))
        sizes = torch.tensor([len(one) for one in rows])
        lengths = torch.tensor([len(sentence) for sentence in sentences])
        return Tokens(torch.tensor(list(chain.from_iterable(rows))), sizes.cumsum(0) - sizes, lengths, max(map(len, sentences)))

    def written(self, sentences: list[list[str]], longest: int) -> torch.Tensor:
        """What a decoder is to write, (n, T): numbers of words, then END, then -1 where nothing is wanted."""
        cut = [[self.number.get(word, UNKNOWN) for word in sentence[:longest]] + [END] for sentence in sentences]
        out = torch.full((len(cut), max(map(len, cut))), -1)
        for row, numbers in zip(out, cut):
            row[: len(numbers)] = torch.tensor(numbers)
        return out


class Windows:
    """Batches of `windows` runs of `length` sentences that follow each other, from anywhere in the documents.

    Most other sentences of a batch are of other documents, and easy to tell; those of the same run are not.
    """

    def __init__(self, documents: list[list[list[str]]], windows: int, length: int, seed: int, longest: int):
        self.windows, self.length = windows, length
        self.rng = np.random.default_rng(seed)
        self._sentences = [sentence[:longest] for document in documents for sentence in document]
        at, self._begins = 0, list[int]()
        for document in documents:
            self._begins += range(at, at + len(document) - length + 1)
            at += len(document)
        if len(self._begins) < windows:
            raise ValueError(f"The texts have {len(self._begins)} runs of {length} sentences; a batch needs {windows}.")

    def draw(self) -> list[list[str]]:
        """windows * length sentences, run after run"""
        begins = self.rng.choice(len(self._begins), self.windows, replace=False)
        return [self._sentences[self._begins[b] + i] for b in begins for i in range(self.length)]
