"""The summary recipe: search, learn from it, then the adversarial stage; and a plain auto-encoder beside it.

searched     Headlines dug out of articles by `search`: no network yet. Nothing pairs an article with its headline.
generator    Learns those, and to dig real headlines out of the noise they were buried in (`data.Noise`).
reconstructor, critic   Begin from what the generator's beginnings are: searched summaries, noised and shuffled headlines.
adversarial  REINFORCE (Williams 1992): the generator draws a summary; the critic pays for every prefix that people might have
             written, the reconstructor for what can be told from it of the article; a greedy summary of the same length is the
             baseline (self-critical training, Rennie et al. 2017, arXiv 1612.00563). Critic and reconstructor go on learning
             from what the generator writes.
plain        The same networks with reconstruction alone: words pass through a Gumbel-softmax that hardens (Jang et al.
             2017, arXiv 1611.01144), nobody asks what they mean, and they become a private cipher.

Every stage resumes from its checkpoint in runs/summary-NAME.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .. import training
from . import cards
from .corpus import LANGUAGES, Corpus, Line, known, prepare, supervised
from .data import batched, padded, with_targets
from .evaluate import read_pairs, rouge
from .losses import advantage, cipher, false_headlines, likelihood, per_word, realism, verdicts, without_end
from .model import Critic, CriticConfig, Writer, WriterConfig
from .tokens import PAD, UNKNOWN, split

STEPS = {"generator": 3000, "reconstructor": 1200, "critic": 1000, "adversarial": 1200, "plain": 1800}
ANCHOR = 0.5  # weight of going on to learn from search and headlines in the adversarial stage
WRITTEN = 0.3  # weight of writing from the vocabulary what could be copied
TELLING = 0.2  # plain: weight of how much words differ from article to article (nats)
REBUILT = 0.5  # weight of the reconstructor's pay beside the critic's


class Trainer:
    """The stages of one language, one after the other. `steps` says how many each takes; `dev` is a table of articles and
    titles that is scored now and then, and never learned from."""

    def __init__(self, name: str, lang: str, corpus: Corpus, steps: dict[str, int], dev: str | None = None):
        self.name, self.lang, self.corpus, self.steps, self.dev = name, lang, corpus, steps, dev
        self.runs, self.language = Path(f"runs/summary-{name}"), corpus.language
        size = len(corpus.vocabulary)
        torch.manual_seed(0)  # the same first weights on every process
        self.generator = Writer(WriterConfig(size, lengths=self.language.most, mixed=0.02))
        self.reconstructor = Writer(WriterConfig(size, 128, 256))
        self.critic = Critic(CriticConfig(size))

    def _loop(self, stage: str, networks: nn.Module, peak: float):
        acc = training.accelerator()
        networks.to(acc.device)
        optimizer = torch.optim.AdamW(networks.parameters(), peak, betas=(0.9, 0.98), weight_decay=0.01)
        return acc, optimizer, training.Loop(self.runs / stage, self.steps[stage], acc, networks, peak=peak)

    def learn_generator(self) -> None:
        acc, optimizer, loop = self._loop("generator", self.generator, 2e-3)
        data = supervised(self.corpus, acc.device, 1 + 100 * acc.process_index)
        for step in loop.over(optimizer):
            copies, target = next(data)
            with acc.autocast():
                loss = -likelihood(self.generator, copies, target, WRITTEN)
            training.update(acc, optimizer, loss)
            loop.note(loss=loss)
            self._rouge("generator", loop)
        self.generator.load_state_dict(loop.average.module.state_dict())

    def learn_reconstructor(self) -> None:
        acc, optimizer, loop = self._loop("reconstructor", self.reconstructor, 2e-3)
        data = self.corpus.pairs(2 + 100 * acc.process_index, 32)
        for step in loop.over(optimizer):
            summary, article = self._to_rebuild([(s, a) for a, s in next(data)], acc.device)
            with acc.autocast():
                loss = -likelihood(self.reconstructor, summary, article)
            training.update(acc, optimizer, loss)
            loop.note(loss=loss)
        self.reconstructor.load_state_dict(loop.average.module.state_dict())

    def _to_rebuild(self, pairs, device) -> tuple[torch.Tensor, torch.Tensor]:
        """Summaries to read, articles' first words to write"""
        summary, article = with_targets(self.corpus.vocabulary, [s for s, _ in pairs], [a[: self.language.rebuilt] for _, a in pairs])
        return summary.to(device), article.to(device)

    def learn_critic(self) -> None:
        acc, optimizer, loop = self._loop("critic", self.critic, 2e-3)
        seed = 3 + 100 * acc.process_index
        rng, vocabulary = np.random.default_rng(seed), self.corpus.vocabulary
        self.generator.to(acc.device).eval()
        data = zip(self.corpus.people(seed, 64), self.corpus.pairs(seed, 16))
        for step in loop.over(optimizer):
            people, found = next(data)
            drawn_words = self._drawn([a for a, _ in found], acc.device)[1]
            true = known(vocabulary, people).to(acc.device)
            false = known(vocabulary, false_headlines(people[:32], found, rng)).to(acc.device)
            with acc.autocast():
                loss = verdicts(self.critic, true, 1) + 0.5 * verdicts(self.critic, false, 0) + 0.5 * verdicts(self.critic, drawn_words, 0)
            training.update(acc, optimizer, loss)
            loop.note(loss=loss, true=realism(self.critic, true).mean(), false=realism(self.critic, false).mean())
        # the critic is used as it is: over so few steps an average would hold much of its beginnings

    def _drawn(self, articles: list[Line], device):
        """Articles as numbers, and what the generator writes of them: by chance"""
        ids = [self.corpus.vocabulary.with_copies(article) for article in articles]
        copies, own = padded([i for i, _ in ids]).to(device), max(len(o) for _, o in ids)
        low, high = self.language.summary
        lengths = torch.randint(low, high + 1, (len(articles),), device=device)
        with torch.no_grad():
            read = self.generator.read(copies)
        return copies, self.generator.sample(read, own, lengths), read, own, lengths

    def adversarial(self) -> None:
        networks = nn.ModuleDict({"generator": self.generator, "reconstructor": self.reconstructor, "critic": self.critic})
        acc = training.accelerator()
        networks.to(acc.device)
        one = torch.optim.AdamW(self.generator.parameters(), 2e-4, betas=(0.9, 0.98), weight_decay=0.01)
        others = torch.optim.AdamW([*self.reconstructor.parameters(), *self.critic.parameters()], 2e-4, betas=(0.9, 0.98), weight_decay=0.01)
        loop = training.Loop(self.runs / "adversarial", self.steps["adversarial"], acc, networks, peak=2e-4)
        seed = 4 + 100 * acc.process_index
        taught, people, found = supervised(self.corpus, acc.device, seed, 24), self.corpus.people(seed, 32), self.corpus.pairs(seed + 7, 32)
        rng, vocabulary = np.random.default_rng(seed), self.corpus.vocabulary
        torch.manual_seed(seed)
        for step in loop.over(one, others):
            pairs, true_words = next(found), next(people)
            self.generator.drop.eval()  # what is drawn is drawn from the network that ships
            copies, drawn_words, read, own, lengths = self._drawn([a for a, _ in pairs], acc.device)
            greedy = self.generator.sample(read, own, lengths, 0)
            article = copies[:, : self.language.rebuilt]
            with torch.no_grad(), acc.autocast():
                self.critic.eval()
                self.reconstructor.eval()
                real, usual = (realism(self.critic, words) for words in (drawn_words, greedy))
                told, usually = (per_word(self.reconstructor, without_end(words), article) for words in (drawn_words, greedy))
                self.critic.train()
                self.reconstructor.train()
            gain = advantage(real - usual, told - usually, drawn_words != PAD, REBUILT)
            with acc.autocast():
                log_p = self.generator(copies, drawn_words)
                self.generator.drop.train()
                loss = -(gain * log_p).sum() / (drawn_words != PAD).sum() - ANCHOR * likelihood(self.generator, *next(taught), WRITTEN)
            training.update(acc, one, loss)
            true = known(vocabulary, true_words).to(acc.device)
            false = known(vocabulary, false_headlines(true_words, pairs, rng)).to(acc.device)
            with acc.autocast():
                judged = verdicts(self.critic, true, 1) + 0.75 * verdicts(self.critic, drawn_words, 0) + 0.25 * verdicts(self.critic, false, 0)
                rebuilt = -likelihood(self.reconstructor, without_end(drawn_words), article)
            training.update(acc, others, judged + rebuilt)
            shown = drawn_words != PAD
            loop.note(
                realism=real[shown].mean(),
                greedy=usual[shown].mean(),
                told=told.mean(),
                told_greedy=usually.mean(),
                people=realism(self.critic, true).mean(),
            )
            self._rouge("adversarial", loop)
        networks.load_state_dict(loop.average.module.state_dict())

    def plain(self) -> None:
        """Reconstruction alone."""
        torch.manual_seed(5)
        size = len(self.corpus.vocabulary)
        networks = nn.ModuleDict(
            {"generator": Writer(WriterConfig(size, lengths=self.language.most, copies=False)), "reconstructor": Writer(WriterConfig(size, 128, 256))}
        )
        acc, optimizer, loop = self._loop("plain", networks, 2e-3)
        generator, reconstructor = networks["generator"], networks["reconstructor"]
        data = self.corpus.pairs(6 + 100 * acc.process_index, 32)
        low, high = self.language.summary
        for step in loop.over(optimizer):
            articles = [a for a, _ in next(data)]
            copies = padded([self.corpus.vocabulary.ids(a) for a in articles]).to(acc.device)
            with acc.autocast():
                cold = 0.2 ** min(1.0, 1.5 * step / loop.steps)
                code, chosen, said = cipher(generator, copies, int(torch.randint(low, high + 1, ())), cold, step > 2 * loop.steps // 3)
                read = reconstructor.read(code, chosen @ reconstructor.words.weight)
                article = copies[:, : self.language.rebuilt]
                loss = -reconstructor(code, article, read).sum() / ((article != PAD) & (article != UNKNOWN)).sum()
            # a language in which every article has the same words says nothing
            training.update(acc, optimizer, loss - TELLING * said)
            loop.note(loss=loss, kinds=len(code.unique()), said=said)
        networks.load_state_dict(loop.average.module.state_dict())
        self.plain_networks = networks

    def _rouge(self, stage: str, loop: training.Loop) -> None:
        """Every so often, how near the greedy summaries are to people's: a line in runs/summary-NAME/STAGE/rouge.jsonl"""
        if not self.dev or (loop.step + 1) % 500 or not loop.acc.is_main_process:
            return
        self.generator.eval()
        rows = read_pairs(self.dev, 200)
        found = [headline for part in batched(rows, 40) for headline in self._greedy([article for article, _ in part])]
        self.generator.train()
        scores = rouge([title for _, title in rows], [self.language.between.join(words) for words in found], self.lang)
        with open(self.runs / stage / "rouge.jsonl", "a") as file:
            file.write(json.dumps({"step": loop.step + 1} | {k: round(v, 3) for k, v in scores.items()}) + "\n")

    @torch.no_grad()
    def _greedy(self, articles: list[str]) -> list[Line]:
        device = next(self.generator.parameters()).device
        ids = [self.corpus.vocabulary.with_copies(split(a).words[: self.language.longest] or ["."]) for a in articles]
        lengths = torch.full((len(ids),), self.language.usual, device=device)
        words = self.generator.sample(self.generator.read(padded([i for i, _ in ids]).to(device)), max(len(o) for _, o in ids), lengths, 0)
        return [self.corpus.vocabulary.named(row, own) for row, (_, own) in zip(words.tolist(), ids)]


def save(trainer: Trainer, out: str | Path, command: str) -> Path:
    """Write the regularised networks to `out`/NAME and the plain ones to `out`/NAME-plain, each with a card."""
    folder, plain, language = Path(out) / trainer.name, Path(out) / f"{trainer.name}-plain", trainer.language
    for place, generator, reconstructor in (
        (folder, trainer.generator, trainer.reconstructor),
        (plain, trainer.plain_networks["generator"], trainer.plain_networks["reconstructor"]),
    ):
        training.save_pretrained(generator.cpu(), place)
        training.save_pretrained(reconstructor.cpu(), place / "reconstructor")
    training.save_pretrained(trainer.critic.cpu(), folder / "critic")
    trainer.corpus.vocabulary.save(folder / "vocabulary.txt")
    settings = {key: getattr(language, key) for key in ("longest", "rebuilt", "usual", "summary")}
    (folder / "settings.json").write_text(json.dumps(settings) + "\n")
    cards.write(folder, trainer.name, trainer.lang, trainer.steps, command)
    cards.write_plain(plain, trainer.name, trainer.lang, trainer.steps, command)
    cards.draw_curves(trainer.runs, folder / "curves.png")
    return folder


def train(articles: list[str], headlines: list[str], lang: str, name: str | None = None, out: str = "pretrained/summary", searched: int = 40_000,
          steps: dict[str, int] | None = None, dev: str | None = None, workers: int | None = None) -> Path:  # fmt: skip
    """Train all networks of a language; each stage resumes where it was stopped.

    articles, headlines : files with one text a line (.txt, .gz, .xz); no headline need be of any of the articles
    searched : how many articles are searched for headlines, and learned from
    steps : how many of each stage (`STEPS`)
    dev : a table (.tsv with columns article and title) on which ROUGE is measured on the way
    """
    if lang not in LANGUAGES:
        raise ValueError(f"There is no language {lang!r}; there are: {', '.join(LANGUAGES)}.")
    name, steps = name or lang, STEPS | (steps or {})
    if odd := set(steps) - set(STEPS):
        raise ValueError(f"There is no stage {', '.join(sorted(odd))}; there are: {', '.join(STEPS)}.")
    acc = training.accelerator()
    with acc.main_process_first():
        corpus = prepare(Path(f"runs/summary-{name}"), articles, headlines, lang, searched, workers)
    trainer = Trainer(name, lang, corpus, steps, dev)
    for stage in (trainer.learn_generator, trainer.learn_reconstructor, trainer.learn_critic, trainer.adversarial, trainer.plain):
        stage()
    if acc.is_main_process:
        save(trainer, out, cards.command(name, lang, steps, searched))
    return Path(out) / name
