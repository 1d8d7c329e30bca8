"""What the codes of sentences are good for: which sentence comes next, by one protocol for all objectives."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .thought import Readout, SentenceNetwork, following_loss
from .thought_data import Vocabulary, read

CANDIDATES = 50
ASKED = 2000  # questions
LONGEST = 400  # words of a sentence that are read
FITTED = 20_000  # neighbours that a probe is fitted to


@torch.no_grad()
def encode(model: SentenceNetwork, vocabulary: Vocabulary, sentences: list[list[str]]) -> torch.Tensor:
    """Features (n, D) of sentences in words, on the model's device, those of about the same length together."""
    training, device = model.training, next(model.parameters()).device
    model.eval()
    order = np.argsort([len(sentence) for sentence in sentences], kind="stable")
    codes = [model(vocabulary.tokens([sentences[i][:LONGEST] for i in order[at : at + 128]]).to(device)).float() for at in range(0, len(order), 128)]
    model.train(training)
    return torch.cat(codes)[torch.from_numpy(np.argsort(order)).to(device)]


def pairs(documents: list[list[list[str]]], number: int, seed: int = 0) -> tuple[list[list[str]], list[list[str]]]:
    """Up to `number` sentences by chance, and of each the next"""
    every = [(document, i) for document in documents for i in range(len(document) - 1)]
    chosen = np.random.default_rng(seed).permutation(len(every))[:number]
    return [every[i][0][every[i][1]] for i in chosen], [every[i][0][every[i][1] + 1] for i in chosen]


class Held:
    """Questions about held-out texts: of 50 sentences, which comes next? The right one stands first.

    sentences, documents : all that are held out, and which document each is of
    questions : (asked, 1 + 50) numbers of sentences: which, its next, 49 by chance from all held-out texts
    same : as `questions`, but the 49 are of the same document, which is harder
    """

    def __init__(self, documents: list[list[list[str]]], number: int = ASKED, seed: int = 0):
        rng = np.random.default_rng(seed)
        documents = [document for document in documents if len(document) > CANDIDATES + 1]
        if not documents:
            raise ValueError(f"None of the held-out texts has more than {CANDIDATES + 1} sentences.")
        self.sentences = [sentence for document in documents for sentence in document]
        self.documents = np.repeat(np.arange(len(documents)), [len(document) for document in documents])
        ends = np.cumsum([len(document) for document in documents])
        begins = ends - [len(document) for document in documents]
        first = rng.permutation(np.setdiff1d(np.arange(ends[-1]), ends - 1))[:number]

        def others(low, high, one):
            # neither the sentence itself nor its next, and none twice
            pool = rng.permutation(np.arange(low, high))[: CANDIDATES + 1]
            return pool[(pool != one) & (pool != one + 1)][: CANDIDATES - 1]

        self.questions = np.stack([[i, i + 1, *others(0, ends[-1], i)] for i in first])
        self.same = np.stack([[i, i + 1, *others(begins[d], ends[d], i)] for i, d in zip(first, self.documents[first])])


@torch.no_grad()
def next_of_fifty(readout: Readout, features: torch.Tensor, questions: np.ndarray) -> float:
    """Share of questions whose next sentence gets the highest score of the 50; equal scores share the point."""
    right = []
    for part in np.array_split(questions, max(1, len(questions) // 500)):
        f = F.normalize(readout.ahead(features[part[:, 0]]), dim=1)
        g = F.normalize(readout.behind(features[part[:, 1:].ravel()]), dim=1).view(len(part), CANDIDATES, -1)
        scores = (g @ f[:, :, None])[..., 0]  # (part, 50)
        best = scores == scores.amax(1, keepdim=True)
        right.append(best[:, 0].double() / best.sum(1))
    return float(torch.cat(right).mean())


def fit_readout(before: torch.Tensor, after: torch.Tensor, steps: int = 400, batch: int = 512, seed: int = 0) -> Readout:
    """Two linear maps that tell the next sentence from those of a batch, fitted to codes (n, D) that stay as they are.

    The same start, steps and rate for any codes. They are first brought to mean 0 and to deviation 1 over all their numbers
    (one factor, so that what is small in a code stays small), and the maps take that in at the end.
    """
    generator = torch.Generator().manual_seed(seed)
    mean, scale = before.mean(0), before.std(0).square().mean().sqrt().clamp(min=1e-12)
    x, y = (before - mean) / scale, (after - mean) / scale
    with torch.enable_grad():
        readout = Readout(before.shape[1])
        optimizer = torch.optim.AdamW(readout.parameters(), 2e-3, weight_decay=0.1)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        for _ in range(steps):
            chosen = torch.randint(len(x), (min(batch, len(x)),), generator=generator)
            both = torch.stack((x[chosen], y[chosen]), 1).flatten(0, 1)  # runs of two
            loss = following_loss(readout(both, both), len(chosen))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    with torch.no_grad():
        for one in (readout.ahead, readout.behind):
            one.weight /= scale
            one.bias -= one.weight @ mean
    return readout


def cosine_of_unlike(codes: torch.Tensor, documents: np.ndarray, number: int = 10_000, seed: int = 0) -> float:
    """Mean cosine of codes (n, D) of sentences of different documents, by chance"""
    first, second = np.random.default_rng(seed).integers(len(codes), size=(2, number))
    other = documents[first] != documents[second]
    return float(F.cosine_similarity(codes[first[other]], codes[second[other]]).mean())


@torch.no_grad()
def evaluate(model: SentenceNetwork, vocabulary: Vocabulary, data: list[str]) -> dict[str, float]:
    """Figures of an encoder on the held-out ones of the documents in folders of .txt files (see `thought_data.read`)."""
    documents, held = read(data)
    questions = Held(held)
    features = encode(model, vocabulary, questions.sentences).cpu()
    model = deepcopy(model).cpu()
    codes = model.code(features)
    probe = fit_readout(*(model.code(encode(model, vocabulary, side)) for side in pairs(documents, FITTED)))
    figures = {}
    for mark, readout, read_from in (("", model.readout, features), ("_cosine", Readout(codes.shape[1]), codes), ("_probe", probe, codes)):
        figures[f"next_of_50{mark}"] = next_of_fifty(readout, read_from, questions.questions)
        figures[f"next_of_50{mark}_same_document"] = next_of_fifty(readout, read_from, questions.same)
    return figures | {"cosine_of_unlike": cosine_of_unlike(codes, questions.documents)}


def reached(curve: list[dict], level: float, axis: str) -> float | None:
    """Where on `axis` ("seconds", "step", "sentences") a curve's probe first reaches a level, between two looks by a line."""
    for before, after in zip(curve, curve[1:]):
        if after["probe"] >= level:
            share = (level - before["probe"]) / (after["probe"] - before["probe"]) if after["probe"] > before["probe"] else 1.0
            return before[axis] + max(0.0, share) * (after[axis] - before[axis])
    return None


def same_budget(own: Path, all_of_them: list[Path]) -> dict[str, float]:
    """The probe after as many seconds of the processor as the objective that was trained shortest had: from the curves beside the weights.

    Between two looks of a curve the figure is taken as on a straight line. Empty if one has no curve.
    """
    files = [folder / "curve.json" for folder in all_of_them]
    if not all(file.is_file() for file in files):
        return {}
    budget = min(json.loads(file.read_text())[-1]["seconds"] for file in files)
    curve = json.loads((own / "curve.json").read_text())
    seconds, probes = ([row[key] for row in curve] for key in ("seconds", "probe"))
    probe = np.interp(budget, seconds, probes)
    return {"budget_seconds": budget, "probe_same_budget": float(probe)}


def compare(quick: Path, skip: Path) -> dict[str, float]:
    """How much sooner quick-thought is as good as skip-thought ever was: from the curves beside their weights.

    Empty if one of the two has no curve, or quick-thought never was as good.
    """
    files = [folder / "curve.json" for folder in (quick, skip)]
    if not all(file.is_file() for file in files):
        return {}
    quick_curve, skip_curve = (json.loads(file.read_text()) for file in files)
    level = max(row["probe"] for row in skip_curve)
    figures = {"same_as_skip_thought": level}
    for axis in ("seconds", "step", "sentences"):
        sooner, later = (reached(curve, level, axis) for curve in (quick_curve, skip_curve))
        if later is None or not sooner:
            return {}
        key = "steps" if axis == "step" else axis
        figures |= {f"{key}_of_quick_thought": sooner, f"{key}_of_skip_thought": later}
        if axis == "seconds":
            figures["times_faster"] = later / sooner
    return figures
