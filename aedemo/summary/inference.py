"""Articles in, headlines out, and what the three networks have to say about them."""

from __future__ import annotations

import html
import json
import math
import re
import threading
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import torch
import torch.nn.functional as F

from .. import device as devices
from .. import numbers, pretrained
from .data import padded
from .decoding import beams, decode
from .model import Critic, Read, Writer
from .tokens import BEGIN, END, PAD, UNKNOWN, Vocabulary, Words, split

LONGEST_TEXT = 5_000_000  # characters; only an opening is read anyway
AGAIN = {"en": math.inf, "zh": 3.0}  # what a repeated word costs (nats): titles repeat a character, headlines hardly a word
# nats in favour of words that the article does not have, where `novelty` is 0: the English pointer copies nearly everything
COINED = {"en": 1.5, "zh": 0.2}
# what the discriminator's log odds, on the mean over all words and after the end, count beside log P a word when one of a beam
# is chosen; the end's verdict tells headlines that stop in the middle
TASTE, ENDED = 0.5, 0.5
AROUND = {"en": (-1, 0, 1), "zh": (-2, 0, 2)}  # words more than usual that are tried where no length is asked for
SENTENCES = 40  # of an article summarised sentence by sentence
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|</?[a-zA-Z][^<>]{0,500}>|<!--.*?-->", re.S | re.I)
_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’)]*\s+|(?<=[。！？；])[”’）]*|\n+")


@dataclass(frozen=True)
class Word:
    """One word of a summary.

    text : as people read it
    realism : how likely, says the discriminator, people wrote so far, this word included (0 to 1)
    copied : how likely the generator's pointer made it, and not its vocabulary (0 to 1)
    attention : (S,) where in the article the generator looked
    place : which of the article's words it is, if it is one of them
    """

    text: str
    realism: float
    copied: float
    attention: np.ndarray
    place: int | None


@dataclass(frozen=True)
class Summary:
    """A summary, and what the networks make of it.

    text : as people read it
    reconstruction : the article's opening as the reconstructor writes it from the summary alone
    realism : how likely, says the discriminator of the whole, people wrote it and stopped here, 0 to 1
    told : mean log P that the reconstructor gives the article's own words (nats a word): the reconstruction's score
    words : `Word` by word
    rebuilt : the reconstruction's words, each with whether the article's opening has it
    article : the opening that was read
    left_out : how many words (of Chinese, characters) of the article were not
    """

    text: str
    reconstruction: str
    realism: float
    told: float
    words: list[Word] = field(repr=False)
    rebuilt: list[tuple[str, bool]] = field(repr=False)
    article: Words = field(repr=False)
    left_out: int

    @property
    def recalled(self) -> float:
        """Share of the reconstruction's words that the article's opening has."""
        return float(np.mean([found for _, found in self.rebuilt])) if self.rebuilt else 0.0


@dataclass(frozen=True)
class Reward:
    """One draw as REINFORCE sees it in training: a summary drawn by chance, beside the likeliest one of the same length.

    pay, baseline : (T,) the discriminator's realism after each word of the drawn and of the likeliest summary
    credit : (T,) what each drawn word is held to have gained: mean over it, and the words after it and the end, of pay - baseline
    told : what the reconstructor gained, in nats a word; the same for all words
    """

    drawn: Summary
    likeliest: Summary
    pay: np.ndarray
    baseline: np.ndarray
    credit: np.ndarray
    told: float


class Summarizer:
    """A generator with its reconstructor and the discriminator. Stateless between calls; safe to share between threads."""

    def __init__(self, lang: str, generator: Writer, reconstructor: Writer, critic: Critic, vocabulary: Vocabulary, settings: dict):
        self.lang, self.generator, self.reconstructor, self.critic, self.vocabulary = lang, generator, reconstructor, critic, vocabulary
        self.longest, self.rebuilt, self.usual = settings["longest"], settings["rebuilt"], settings["usual"]
        self.shortest_summary, self.longest_summary = settings["summary"]
        self.device = generator.bias.device
        self._hidden = torch.tensor(["#" in word for word in vocabulary.words]).to(self.device)  # words whose digits are not known

    def summarize(self, texts: list[str], length: int | None = None, beam: int = 8, temperature: float = 0.0, seed: int = 0,
                  novelty: float = 0.0) -> list[Summary]:  # fmt: skip
        """Headlines for articles.

        Parameters
        ----------
        texts : articles, raw; of long ones the opening is read. HTML's tags are left out.
        length : in words (of Chinese, characters), 1 to 24 (48); None: about as long as headlines mostly are, whichever of three
            lengths generator and discriminator find best
        beam : how many beginnings are followed side by side, 1 to 16
        novelty : how much likelier words are made that the article does not have, in nats, -10 to 10, beside what is usual
        temperature : 0: the likeliest words; above (to 3), words are drawn by chance, which `seed` fixes

        Raises
        ------
        ValueError, TypeError
            For an article without any word, and for settings outside their range.
        """
        if isinstance(texts, str):
            raise TypeError("A list of texts is needed, not one text.")
        articles = [self._opening(text) for text in texts]
        choose = length is None
        length, novelty = self._checked(length, beam, temperature, novelty)
        if not numbers.whole(seed, -(2**63), 2**63 - 1):
            raise ValueError(f"A seed is a whole number, not {seed!r}.")
        beam, seed = int(beam), int(seed)
        choose = choose and beam > 1 and not temperature and bool(self.generator.config.copies)
        tried = [length + more for more in (AROUND[self.lang] if choose else (0,))]
        lengths = [[max(1, min(each, len(words))) for each in tried] for words, _ in articles]
        out = []
        for i in range(0, len(articles), 32):
            out += self._batch(articles[i : i + 32], lengths[i : i + 32], beam, temperature, seed, novelty)
        return out

    def summarize_sentences(self, text: str, **options) -> list[Summary]:
        """A headline for every sentence of an article that has at least six words (of Chinese, twelve characters), up to 40
        sentences. Options as of `summarize`."""
        least = {"en": 6, "zh": 12}[self.lang]
        pieces = [piece for piece in _SENTENCE.split(plain(text)) if piece and piece.strip()]
        pieces = [piece for piece in pieces if len(split(piece[: 12 * self.longest])) >= least]
        return self.summarize(pieces[:SENTENCES] or [text], **options)

    def judge(self, article: str, summary: str) -> Summary:
        """What the networks make of a summary that somebody else wrote. Raises as `summarize`."""
        opening, left_out = self._opening(article)
        own_words = split(plain(summary))
        words = own_words.words[: self.generator.config.lengths]
        if not words:
            raise ValueError("There is no summary yet: write some words.")
        ids, own = self.vocabulary.with_copies(opening.words)
        # a word that neither the vocabulary nor the article knows gets a number too: the reconstructor may copy it
        own = list(dict.fromkeys([*own, *(word for word in words if word not in self.vocabulary.number)]))
        row = [self.vocabulary.number[word] if word in self.vocabulary.number else len(self.vocabulary) + own.index(word) for word in words]
        written = [own_words.written(i) for i in range(len(words))]
        with torch.inference_mode():
            read = self.generator.read(padded([ids]).to(self.device), lengths=[len(ids)])
        return self._explained([(opening, left_out)], read, [own], [row], [written])[0]

    def reward(self, article: str, length: int | None = None, seed: int = 0) -> Reward:
        """A summary drawn at temperature 1 and what each of its words would be paid. Raises as `summarize`."""
        length = self.usual if length is None else length
        drawn = self.summarize([article], length, 1, 1.0, seed, -COINED[self.lang])[0]
        likeliest = self.summarize([article], length, 1, novelty=-COINED[self.lang])[0]
        pay, baseline = (np.array([*(word.realism for word in s.words), s.realism]) for s in (drawn, likeliest))
        gain = pay - baseline
        credit = gain[::-1].cumsum()[::-1] / len(gain)
        return Reward(drawn, likeliest, pay[:-1], baseline[:-1], credit[:-1], drawn.told - likeliest.told)

    def lead(self, article: str, words: int) -> str:
        """The article's first words: what any summary has to beat."""
        opening, _ = self._opening(article)
        return opening.text[: opening.spans[min(words, len(opening)) - 1][1]].strip()

    def _opening(self, text: str) -> tuple[Words, int]:
        """What is read of an article, and how many of its words are not."""
        text = plain(text)
        words = split(text[: 30 * self.longest])
        if not words.words:
            raise ValueError("There is no text to summarise: paste an article.")
        end = self.longest
        kept = Words(words.text, words.words[:end], words.spans[:end])
        rest = text[kept.spans[-1][1] :]
        left_out = len(rest.split()) if self.lang == "en" else len(re.sub(r"\s", "", rest))
        return kept, left_out

    def _checked(self, length, beam: int, temperature: float, novelty: float) -> tuple[int, float]:
        most = self.generator.config.lengths
        if length is not None and not numbers.whole(length, 1, most):
            raise ValueError(f"A summary of {length!r} words was asked for; 1 to {most} can be.")
        if not numbers.whole(beam, 1, 16):
            raise ValueError(f"A beam of {beam!r} was asked for; 1 to 16 can be.")
        if not numbers.within(temperature, 0, 3):
            raise ValueError(f"A temperature of {temperature!r} was asked for; 0 to 3 can be.")
        if not numbers.within(novelty, -10, 10):
            raise ValueError(f"A novelty of {novelty!r} was asked for; -10 to 10 can be.")
        return self.usual if length is None else int(length), COINED[self.lang] + float(novelty)

    def _batch(self, articles, lengths, beam, temperature, seed, novelty) -> list[Summary]:
        numbered = [self.vocabulary.with_copies(words.words) for words, _ in articles]
        ids, own = [i for i, _ in numbered], [o for _, o in numbered]
        copies = padded(ids).to(self.device)
        tries = len(lengths[0])
        with torch.inference_mode():
            each = torch.arange(len(ids), device=self.device).repeat_interleave(tries)
            read = self.generator.read(copies, lengths=[len(words) for words in ids])
        width = max(map(len, own))
        bias = self._bias(copies, width, novelty)[each]
        wanted = [n for row in lengths for n in row]
        found = beams(self.generator, read.select(each), width, wanted, bias, beam, temperature, seed, AGAIN[self.lang])
        found = [sum(found[i : i + tries], []) for i in range(0, len(found), tries)]
        rows = self._chosen(found) if self.generator.config.copies else [ways[0][0] for ways in found]
        return self._explained(articles, read, own, rows)

    @torch.inference_mode()
    def _chosen(self, found: list[list[tuple[list[int], float]]]) -> list[list[int]]:
        """Of each article's beam what generator and discriminator together find best."""
        ended = padded([[*row, END] for ways in found for row, _ in ways]).to(self.device)
        shown, verdicts = ended != PAD, self.critic(ended)[0]
        last = verdicts.gather(1, shown.sum(1, keepdim=True) - 1)[:, 0]
        odds = (TASTE * (verdicts * shown).sum(1) / shown.sum(1) + ENDED * last).tolist()
        out = []
        for ways in found:
            judged = [odds.pop(0) for _ in ways]
            best = max(range(len(ways)), key=lambda i: ways[i][1] / len(ways[i][0]) + judged[i])
            out.append(ways[best][0])
        return out

    def _bias(self, copies: torch.Tensor, own: int, novelty: float) -> torch.Tensor:
        """For `beams`: in favour of words that the article has not; but digits are # to the networks, and a number can only be
        one of the article's. (B, V + own)"""
        there = torch.zeros(len(copies), len(self.vocabulary) + own, dtype=torch.bool, device=self.device).scatter_(1, copies, True)
        bias = torch.where(there, 0.0, novelty if self.generator.config.copies else 0.0)
        bias.masked_fill_(F.pad(self._hidden, (0, own)) & ~(there & self.generator.config.copies), -torch.inf)
        bias[:, UNKNOWN] = -torch.inf
        return bias

    @torch.inference_mode()
    def _explained(self, articles, read, own, rows, written=None) -> list[Summary]:
        ended = padded([[*row, END] for row in rows]).to(self.device)
        realism = torch.sigmoid(self.critic(ended)[0]).cpu().numpy()
        attention, copied = self._looked(read, ended)
        code = torch.where(ended == END, PAD, ended)[:, : max(map(len, rows))]
        goal = read.copies[:, : self.rebuilt]
        read_code = self.reconstructor.read(code, lengths=list(map(len, rows)))
        told = (self.reconstructor(code, goal, read_code).sum(1) / (goal != PAD).sum(1)).tolist()
        lengths = [min(len(words), self.rebuilt) for words, _ in articles]
        again = decode(self.reconstructor, read_code, max(map(len, own)), lengths, again=0.0)
        out = []
        for b, (words, left_out) in enumerate(articles):
            row = rows[b]
            names = self.vocabulary.named(row, own[b])
            places = [_place(words.words, name, attention[b, t]) for t, name in enumerate(names)]
            shown = written[b] if written else [self._written(words, name, at, t == 0) for t, (name, at) in enumerate(zip(names, places))]
            each = [
                Word(text, float(realism[b, t]), float(copied[b, t]), attention[b, t, : len(words)], place)
                for t, (text, place) in enumerate(zip(shown, places))
            ]
            goal_words = set(words.words[: self.rebuilt])
            rebuilt = [(self.vocabulary.cased.get(name, name), name in goal_words) for name in self.vocabulary.named(again[b], own[b])]
            sure = float(realism[b, len(row)])
            again_text = join([word for word, _ in rebuilt])
            out.append(Summary(join(shown), again_text, sure, told[b], each, rebuilt, words, left_out))
        return out

    def _looked(self, read: Read, ended: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Where the generator looks for each word (B, T, S), and how likely it copies it (B, T)"""
        before = torch.cat([torch.full_like(ended[:, :1], BEGIN), ended[:, :-1]], 1)
        left = (ended != PAD).sum(1, keepdim=True) - 1 - torch.arange(ended.shape[1], device=ended.device)
        gate, written, attention, _ = self.generator.write(read, before, left=left if self.generator.config.lengths else None)
        known = ended < len(self.vocabulary)
        by_word = gate[..., 0] * written.gather(2, (ended * known)[..., None])[..., 0].exp() * known
        by_copy = (1 - gate[..., 0]) * (attention * (read.copies[:, None] == ended[:, :, None])).sum(2)
        return attention.cpu().numpy(), (by_copy / (by_copy + by_word).clamp_min(1e-20)).cpu().numpy()

    def _written(self, words: Words, name: str, place: int | None, first: bool) -> str:
        """A word as people read it: as the article has it, or as such words are mostly written."""
        if words.text.islower():  # an article without capitals gets a headline without
            return name if place is None else words.written(place)
        text = self.vocabulary.cased.get(name, name)
        if place is not None:
            begins = place == 0 or words.words[place - 1] in '.?!"'
            # a capital that only begins a sentence is none within a headline
            text = text if begins and name in self.vocabulary.number else words.written(place)
        return text[:1].upper() + text[1:] if first else text


def _place(words: list[str], name: str, attention: np.ndarray) -> int | None:
    found = [i for i, word in enumerate(words) if word == name]
    return max(found, key=lambda i: attention[i]) if found else None


def plain(text: str) -> str:
    """A text without HTML's tags. Raises TypeError for what is no text, ValueError for what is far too long."""
    if not isinstance(text, str):
        raise TypeError(f"A text is needed, not {type(text).__name__}.")
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"The text has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken.")
    text = text.encode("utf-8", "replace").decode("utf-8")  # half a pair of surrogates is no character
    return html.unescape(_TAG.sub(" ", text)) if re.search(r"</?[a-zA-Z]|&\w+;", text) else text


def join(words: list[str]) -> str:
    """Words to a line: no space before a comma or 's, none between Chinese characters."""
    out, quoted = "", False
    for word in words:
        closing = word == '"' and quoted
        tight = not out or closing or bool(re.match(r"[,.:;?!%)\]}’”，。：；？！、》」）]|['’](?:s|re|ve|ll|d|m)$|n['’]t$", word))
        tight = tight or out[-1] in "([{$“‘《「（" or (out[-1] == '"' and quoted) or bool(_HAN.match(out[-1]) or _HAN.match(word))
        tight = tight or out[-1] in "，。：；？！、》」）”"
        out += word if tight else f" {word}"
        quoted ^= word == '"'
    return out


def language(text: str) -> str:
    """ "zh" if at least a third of a text's letters are Chinese, else "en"."""
    text = plain(text)[:20_000]
    letters = len(_LETTER.findall(text))
    return "zh" if letters and len(_HAN.findall(text)) >= letters / 3 else "en"


_loading = threading.Lock()


@lru_cache(maxsize=12)  # on ZeroGPU each model is there twice, and none for the GPU may be forgotten
def _load(lang: str, regularized: bool, device: str, source: str) -> Summarizer:
    base = pretrained.folder("summary", lang)
    own = base if regularized else pretrained.folder("summary", f"{lang}-plain")
    settings = json.loads((base / "settings.json").read_text())
    return Summarizer(
        lang,
        pretrained.load_folder(Writer, own, device),
        pretrained.load_folder(Writer, own / "reconstructor", device),
        pretrained.load_folder(Critic, base / "critic", device),
        Vocabulary.read(base / "vocabulary.txt"),
        settings,
    )


def load(lang: str = "en", regularized: bool = True, device: str | torch.device | None = None) -> Summarizer:
    """The trained networks of a language, "en" or "zh". `regularized=False`: the auto-encoder that was trained for
    reconstruction alone, whose summaries nobody can read. The discriminator is the same for both.

    Raises
    ------
    ValueError
        For another language, or weights that cannot be read.
    """
    with _loading:  # two visitors at once must not load it twice
        return _load(pretrained.named(lang), bool(regularized), str(devices.choose(device)), pretrained.source())


__all__ = ["Reward", "Summarizer", "Summary", "Word", "language", "load"]
