"""What the summary recipe learns from: articles, the headlines that search digs out of them, and headlines of other articles."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from . import forms
from .data import Noise, batches, drawn, lines, openings, padded, with_targets
from .search import Search
from .tokens import END, Vocabulary, split

Line = list[str]


@dataclass(frozen=True)
class Language:
    """What differs between languages. Lengths are in words; of Chinese, in characters."""

    longest: int  # of an article's opening
    shortest: int
    rebuilt: int  # of them the reconstructor is asked for
    summary: tuple[int, int]  # lengths trained on
    usual: int  # length if none is wished for
    most: int  # the longest told apart
    vocabulary: int
    search: dict = field(default_factory=dict)
    common: int = 300  # words so common that a lost one can be guessed
    shorter: Callable = list  # an article as a headline would word it, before it is searched
    before: Callable = lambda words, rng: words  # and the other way about
    between: str = " "  # words


LANGUAGES = {
    "en": Language(40, 12, 32, (6, 12), 9, 24, 8_000, {"forms": forms.english, "follow": 0.2}, before=forms.english_before),
    "zh": Language(
        100, 20, 64, (12, 26), 19, 48, 5_000, {"liked": 1.0, "follow": 0.3, "late": 0.01, "gap": 3.0}, 800, forms.chinese, forms.chinese_before, ""
    ),
}
BATCH = 48


@dataclass
class Corpus:
    """Searched pairs and headlines, streamed from disk, and the words they are told by."""

    language: Language
    vocabulary: Vocabulary
    pairs_file: Path
    headlines: list[str]
    noise: Noise

    def pairs(self, seed: int, size: int = BATCH) -> Iterator[list[tuple[Line, Line]]]:
        """Batches of (article, what search found in it)."""
        return batches(lambda epoch: (tuple(part.split() for part in line.split("\t")) for line in lines([self.pairs_file])), size, seed)

    def people(self, seed: int, size: int = BATCH) -> Iterator[list[Line]]:
        """Batches of headlines that people wrote."""
        low, high = self.language.summary

        def fitting(epoch: int) -> Iterator[Line]:
            every = (split(line).words for line in lines(self.headlines))
            return (words for words in every if low // 2 <= len(words) <= high + 4)

        return batches(fitting, size, seed)


def prepare(folder: Path, articles: list[str], headlines: list[str], lang: str, searched: int, workers: int | None) -> Corpus:
    """Learn the vocabulary and search through articles, once; the files lie in `folder` afterwards."""
    language = LANGUAGES[lang]
    folder.mkdir(parents=True, exist_ok=True)
    pairs_file, words_file = folder / "searched.txt", folder / "vocabulary.txt"
    split_headlines = partial(openings, longest=40, shortest=3)
    if not pairs_file.exists():
        chosen = [line for file in articles for line in drawn(lines([file]), searched // len(articles), 0)]
        read = list(openings(chosen, language.longest, language.shortest))
        people = list(split_headlines(drawn(lines(headlines), 200_000, 0)))
        search = Search(people, [language.shorter(words) for words in read], **language.search)
        # a headline's words count more often: they are what is written
        Vocabulary.learn([*people, *people, *people, *read], language.vocabulary, chosen).save(words_file)
        part = pairs_file.with_suffix(".part")
        with multiprocessing.get_context("fork").Pool(workers, _search_with, (search, language)) as pool, open(part, "w") as file:
            found = pool.imap(_searched, list(enumerate(read)), chunksize=32)
            for article, summary in tqdm(zip(read, found), total=len(read), desc="search", mininterval=5):
                print(" ".join(article), " ".join(summary), sep="\t", file=file)
        part.rename(pairs_file)
    vocabulary = Vocabulary.read(words_file)
    counts = Counter(word for words in split_headlines(drawn(lines(headlines), 20_000, 2)) for word in words)
    common = {word for word, _ in counts.most_common(language.common)}
    return Corpus(language, vocabulary, pairs_file, headlines, Noise(common, language.before, language.longest))


_given: dict[str, Any] = {}  # to a process that searches, once


def _search_with(search: Search, language: Language) -> None:
    _given["search"], _given["language"] = search, language


def _searched(numbered: tuple[int, Line]) -> Line:
    at, words = numbered
    search, language = _given["search"], _given["language"]
    low, high = language.summary
    length = int(np.random.default_rng(at).integers(low, high + 1))
    words = language.shorter(words)
    return [word for _, word in search.best(words, min(length, len(words) // 2))]


def known(vocabulary: Vocabulary, texts: list[Line]) -> torch.Tensor:
    """For the critic: (B, T) of the vocabulary's numbers, ending with END."""
    return padded([[*vocabulary.ids(words), END] for words in texts])


def supervised(corpus: Corpus, device: torch.device, seed: int, size: int = BATCH) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches to read and to write: half searched, half headlines dug out of noise."""
    rng = np.random.default_rng(seed)
    for found, people in zip(corpus.pairs(seed, size // 2), corpus.people(seed + 1, size - size // 2)):
        pairs = [(corpus.noise.holes(article, rng), summary) for article, summary in found]
        pairs += [(corpus.noise(h, found[i % len(found)][0], rng), h) for i, h in enumerate(people)]
        pairs = [(article, summary) for article, summary in pairs if article]
        copies, target = with_targets(corpus.vocabulary, [a for a, _ in pairs], [s for _, s in pairs])
        yield copies.to(device), target.to(device)
