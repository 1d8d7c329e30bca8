"""The recipe: one loop for all four objectives, on runs of sentences that follow each other."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from .. import training
from . import thought_cards
from .thought import OBJECTIVES, Decoder, Readout, SentenceNetwork, ThoughtConfig, following_loss
from .thought_data import Tokens, Vocabulary, Windows, read
from .thought_evaluate import FITTED, Held, encode, fit_readout, next_of_fifty, pairs

LENGTH = 8  # sentences of a run
LONGEST = 40  # words of a sentence that are read, in training
LONGEST_WRITTEN = 24  # and that are written
LOOKS = 10  # times that the held-out texts are looked at while training


class Clock:
    """Seconds of the processor spent on training alone, whatever else the machine did; kept over a resumption."""

    def __init__(self):
        self.seconds = 0.0

    def state_dict(self):
        return {"seconds": self.seconds}

    def load_state_dict(self, state):
        self.seconds = state["seconds"]


class Objective(nn.Module):
    """The encoder with what its objective needs: sentences in runs -> loss"""

    def __init__(self, model: SentenceNetwork):
        super().__init__()
        self.model, self.kind = model, model.config.objective
        writers = {"skip-thought": 2, "plain": 1}.get(self.kind, 0)
        self.decoders = nn.ModuleList(Decoder(model.config) for _ in range(writers))

    def forward(self, tokens: Tokens, wanted: torch.Tensor, runs: int) -> torch.Tensor:
        """wanted : (n, T) the sentences' own words, as a decoder writes them"""
        codes = self.model(tokens)
        table = self.model.encoder.table.weight
        at = torch.arange(len(codes)).view(runs, -1)
        first, second = at[:, :-1].flatten(), at[:, 1:].flatten()
        if self.kind == "quick-thought":
            return following_loss(self.model.readout(codes, codes), runs)
        if self.kind == "collapsed":
            return 1 - F.cosine_similarity(codes[first], codes[second]).mean()
        if self.kind == "plain":
            return self.decoders[0](codes, wanted, table)
        before, after = self.decoders
        return 0.5 * (after(codes[first], wanted[second], table) + before(codes[second], wanted[first], table))


def train(
    data: list[str],
    name: str,
    objective: str,
    steps: int,
    out: str,
    windows: int = 32,
    peak: float = 2e-3,
    config: ThoughtConfig | None = None,
) -> Path:
    """Train on the .txt files of folders, each file a document; write weights, vocabulary, curve and card to `out`/`name`.

    Every tenth file of each folder is held out: it is looked at now and then for `curve.json`, never learned from.

    objective : "quick-thought", "skip-thought", "plain" (the auto-encoder) or "collapsed"
    windows : runs of eight sentences a step and process
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"There is no objective {objective!r}; there are: {', '.join(OBJECTIVES)}.")
    acc = training.accelerator()
    documents, held = read(data)
    config = replace(config or ThoughtConfig(), objective=objective)
    vocabulary = Vocabulary.learn(documents, config.words, config.buckets)
    config.words = len(vocabulary.known)  # fewer, where the texts have fewer
    torch.manual_seed(0)  # the same first weights on every process, and of every objective
    model = SentenceNetwork(config)
    asked = Objective(model).to(acc.device)
    no_decay = [p for p in asked.parameters() if p.ndim < 2]
    decay = [p for p in asked.parameters() if p.ndim >= 2]
    groups = [{"params": decay}, {"params": no_decay, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, peak, betas=(0.9, 0.98), weight_decay=0.02, fused=True)
    clock = Clock()
    folder, run = Path(out) / name, Path(f"runs/embeddings-{name}")
    loop = training.Loop(run, steps, acc, model, (asked.decoders, clock), peak=peak)
    batches = Windows(documents, windows, LENGTH, 1000 * acc.process_index + 1, LONGEST)
    look = Looking(documents, held, vocabulary, run, windows * LENGTH)
    torch.manual_seed(1 + acc.process_index)
    for step in loop.over(optimizer):
        if acc.is_main_process and step % max(1, steps // LOOKS) == 0:
            look(model, step, clock.seconds)
        begun = time.process_time()
        sentences = batches.draw()
        tokens = vocabulary.tokens(sentences, batches.rng).to(acc.device)
        wanted = vocabulary.written(sentences, LONGEST_WRITTEN).to(acc.device)
        with acc.autocast():
            loss = asked(tokens, wanted, windows)
        training.update(acc, optimizer, loss)
        clock.seconds += time.process_time() - begun
        loop.note(loss=loss)
    if acc.is_main_process:
        look(model, steps, clock.seconds)
        finish(loop.average.module, documents, vocabulary, look, folder)
        thought_cards.write(folder, name, steps, windows, LENGTH, peak, model.config, documents, held)
    return folder


class Looking:
    """How well the features tell the next of 50 sentences of held-out texts, on the way: by the probe that is the same for all."""

    def __init__(self, documents, held, vocabulary: Vocabulary, run: Path, batch: int):
        self.vocabulary, self.file, self.batch = vocabulary, run / "curve.jsonl", batch
        self.train, self.held = pairs(documents, 4000), Held(held)

    def __call__(self, model: SentenceNetwork, step: int, seconds: float) -> None:
        random = torch.get_rng_state()
        before, after, features = (encode(model, self.vocabulary, side).cpu() for side in (*self.train, self.held.sentences))
        right = next_of_fifty(fit_readout(before, after, steps=150), features, self.held.questions)
        plain = next_of_fifty(Readout(features.shape[1]), features, self.held.questions)
        torch.set_rng_state(random)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        row = {"step": step, "sentences": step * self.batch, "seconds": round(seconds, 1), "probe": round(right, 4), "cosine": round(plain, 4)}
        rows = [*(one for one in self.curve() if one["step"] < step), row]  # what was done again after a resumption stands once
        self.file.write_text("".join(json.dumps(one) + "\n" for one in rows))

    def curve(self) -> list[dict]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


def finish(model: SentenceNetwork, documents, vocabulary: Vocabulary, look: Looking, folder: Path) -> None:
    """Write weights and what belongs to them.

    Skip-thought and the auto-encoder never learned which sentence follows which: two linear maps are fitted to their codes,
    which stay as they are. The collapsed variant keeps the plain cosine.
    """
    model = model.cpu().eval().requires_grad_(False)
    if model.config.objective in ("skip-thought", "plain"):
        before, after = (encode(model, vocabulary, side) for side in pairs(documents, FITTED))
        model.readout = fit_readout(before, after).requires_grad_(False)
    training.save_pretrained(model, folder)
    vocabulary.save(folder / "vocabulary.txt")
    (folder / "curve.json").write_text(json.dumps(look.curve()) + "\n")
