"""The recipe: the likelihood of sentences, summed over all their trees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import training
from . import cards
from .classes import centres, context_vectors
from .data import Batches, Vocabulary, read
from .model import Grammar, GrammarConfig


def train(
    data: list[str],
    name: str,
    steps: int,
    out: str,
    batch: int = 32,
    longest: int = 20,
    peak: float = 2e-3,
    seed: int = 0,
    nonterminals: int = 128,
    preterminals: int = 256,
) -> Path:
    """Train a grammar on sentences of at most `longest` words; write weights, vocabulary and card to `out`/`name`."""
    acc = training.accelerator()
    torch.set_flush_denormal(True)  # trees of no account have numbers that processors are slow at
    sentences = read(data, longest)
    config = GrammarConfig(nonterminals=nonterminals, preterminals=preterminals)
    vocabulary = Vocabulary.build(sentences, config.vocabulary)
    encoded = [vocabulary.encode(words) for words in sentences]
    torch.manual_seed(seed)  # the same first weights on every process
    model = Grammar(config)
    counts = np.bincount(np.concatenate(encoded), minlength=len(vocabulary)) + 1.0
    vectors = context_vectors(encoded, len(vocabulary), config.word_dim)
    model.begin(*map(torch.from_numpy, (vectors, centres(vectors, counts, config.preterminals, seed), counts)))
    model.to(acc.device)
    optimizer = torch.optim.Adam(model.parameters(), peak, betas=(0.75, 0.999), fused=True)
    loop = training.Loop(f"runs/trees-{name}", steps, acc, model, peak=peak)
    batches = Batches(encoded, 1000 * acc.process_index + seed)
    for _ in loop.over(optimizer):
        words = batches.draw(batch).to(acc.device)
        with acc.autocast():
            nats = -model(words).mean() / words.shape[1]
        training.update(acc, optimizer, nats)
        loop.note(nats=nats, words=words.shape[1])
    folder = Path(out) / name
    if acc.is_main_process:
        training.save_pretrained(loop.average.module, folder)
        vocabulary.save(folder / "words.txt")
        cards.write(folder, name, steps, batch, longest, peak, seed, config, len(sentences))
    return folder
