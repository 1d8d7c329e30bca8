"""The recipe: the likelihood of sentences, summed over all their trees; of the rules alone first, then of all."""

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
    rules_first: int = 6000,
    peak: float = 3e-3,
    seed: int = 0,
    lean: float = 2.0,
) -> Path:
    """Train a grammar on the sentences of text files; write weights, vocabulary and card to `out`/`name`.

    data : files with a sentence a line (.txt, .txt.gz, .txt.xz); of WORD/TAG where the file's name holds `tagged`, the tags of
        which are not looked at
    longest : words of a sentence to train on; vocabulary and word classes are of those half as long again too
    rules_first : of the steps, how many leave the classes of words as they are found from contexts, which costs half as much
    lean : to the right, to begin with: how much likelier a left child is a word, and a right child a phrase, in nats
    """
    acc = training.accelerator()
    torch.set_flush_denormal(True)  # trees of no account have numbers that processors are slow at
    sentences = read(data, longest * 3 // 2)
    config = GrammarConfig(lean=lean)
    vocabulary = Vocabulary.build(sentences, config.vocabulary)
    config.vocabulary, config.preterminals = len(vocabulary), min(config.preterminals, len(vocabulary))
    encoded = [vocabulary.encode(words) for words in sentences]
    counts = np.bincount(np.concatenate(encoded), minlength=len(vocabulary)) + 1.0
    vectors = context_vectors(encoded, len(vocabulary), config.word_dim)
    torch.manual_seed(seed)  # the same first weights on every process
    model = Grammar(config)
    model.begin(*map(torch.from_numpy, (vectors, centres(vectors, counts, config.preterminals, seed), counts)))
    model.to(acc.device)
    optimizer = torch.optim.Adam(model.parameters(), peak, betas=(0.75, 0.999), fused=True)
    loop = training.Loop(f"runs/trees-{name}", steps, acc, model, peak=peak)
    batches = Batches([words for words in encoded if len(words) <= longest], 1000 * acc.process_index + seed)
    with torch.no_grad():
        table = model.emissions(torch.arange(len(vocabulary), device=acc.device))  # (V, T)
    for step in loop.over(optimizer):
        words = batches.draw(batch).to(acc.device)
        with acc.autocast():
            nats = -model(words, table[words] if step < rules_first else None).mean() / words.shape[1]
        training.update(acc, optimizer, nats)
        loop.note(nats=nats, words=words.shape[1])
    folder = Path(out) / name
    if acc.is_main_process:
        training.save_pretrained(loop.average.module, folder)
        vocabulary.save(folder / "words.txt")
        cards.write(folder, data, name, steps, batch, longest, rules_first, peak, seed, config, len(sentences))
    return folder
