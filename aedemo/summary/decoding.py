"""From a generator's probabilities to words: the likeliest, a beam of them, or a draw."""

from __future__ import annotations

import math

import torch

from .model import Read, Writer
from .tokens import BEGIN, END, PAD


def decode(writer: Writer, read: Read, own: int, lengths: list[int], bias: torch.Tensor | None = None, beam: int = 1,
           temperature: float = 0.0, seed: int = 0, again: float = math.inf) -> list[list[int]]:  # fmt: skip
    """Word numbers of exactly `lengths` words each, without END: the best of `beams`, whose parameters these are."""
    return [found[0][0] for found in beams(writer, read, own, lengths, bias, beam, temperature, seed, again)]


@torch.inference_mode()
def beams(writer: Writer, read: Read, own: int, lengths: list[int], bias: torch.Tensor | None = None, beam: int = 1,
          temperature: float = 0.0, seed: int = 0, again: float = math.inf) -> list[list[tuple[list[int], float]]]:  # fmt: skip
    """For each text `beam` ways to write it, the likeliest first, each with its log P.

    bias : (B, V + own), added to log P of each word; minus infinity: never
    beam : how many beginnings are followed side by side (of the likeliest; not when drawing)
    temperature : 0 takes the likeliest; above, words are drawn, from the sharpened (< 1) or flattened (> 1) distribution. Chance is the
        CPU's on every device, so that a seed draws the same words on each
    again : what a word costs, in nats, that was written already; no pair of words is written twice
    """
    device, many = read.copies.device, len(lengths)
    beam = 1 if temperature else beam
    rows = torch.arange(many, device=device).repeat_interleave(beam)
    read, bias = read.select(rows), None if bias is None else bias[rows]
    best = torch.full((many, beam), -torch.inf, device=device)
    best[:, 0] = 0
    texts = torch.empty(len(rows), 0, dtype=torch.long, device=device)
    word, state = torch.full((len(rows), 1), BEGIN, device=device), None
    wanted = torch.tensor(lengths, device=device)[rows]
    if temperature:  # what `torch.multinomial` divides by to draw one of a row; all at once, for a GPU waits at each passage
        chance = torch.Generator().manual_seed(seed)
        thrown = torch.empty(max(lengths, default=0), len(rows), writer.config.vocabulary + own)
        for each in thrown:
            each.exponential_(generator=chance)
        thrown = thrown.to(device)
    padding = torch.arange(writer.config.vocabulary + own, device=device) == PAD
    for t in range(max(lengths, default=0)):
        gate, written, attention, state = writer.write(read, word, state, (wanted - t)[:, None] if writer.config.lengths else None)
        log_p = writer.distribution(read, gate, written, attention, own)[:, 0].clamp_min(1e-20).log()
        log_p[:, END] = -torch.inf
        if bias is not None:
            log_p += bias
        if t:
            last = texts[:, -1:]
            if again:
                log_p -= torch.zeros_like(log_p).scatter_(1, texts, again)
            # what followed this word before, and the word itself
            log_p.scatter_(1, torch.cat([torch.where(texts[:, :-1] == last, texts[:, 1:], last), last], 1), -torch.inf)
        if temperature:
            word = ((log_p / temperature).softmax(1) / thrown[t]).argmax(1, keepdim=True)
            came = torch.arange(len(rows), device=device)
        else:
            # a text that has its length keeps its score and is only padded
            ended = (wanted <= t)[:, None]
            log_p = torch.where(ended, torch.where(padding, 0.0, -torch.inf), log_p)
            total = (best.view(-1, 1) + log_p).view(many, -1)
            best, flat = total.topk(beam, 1)
            came = (flat // log_p.shape[1] + torch.arange(many, device=device)[:, None] * beam).flatten()
            word = (flat % log_p.shape[1]).view(-1, 1)
        state = state[:, came]
        texts = torch.cat([texts[came], word], 1)
    scores, written = best.view(many, beam).tolist(), texts.tolist()
    return [[(written[i * beam + k][:length], scores[i][k]) for k in range(beam) if not k or scores[i][k] > -1e9] for i, length in enumerate(lengths)]
