"""Milliseconds an article, beside a transformers encoder-decoder of the same size that writes as many words, in one run.

    pip install transformers && python benchmarks/summary.py

Articles alone and in batches of 32, with a beam of 1 and of 4, interleaved, the median of several rounds. The peer is a BART
with as many weights and the same vocabulary, not trained (that costs no time); it is given the numbers of the words, so its
tokeniser is not counted, while ours is. `writes`: the headline alone; `all`: with reconstruction, realism and attention, as the
page shows it.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import torch
from transformers import BartConfig, BartForConditionalGeneration, GenerationConfig

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from aedemo import summary  # noqa: E402
from aedemo.summary.data import padded  # noqa: E402
from aedemo.summary.decoding import decode  # noqa: E402
from aedemo.summary.tokens import split  # noqa: E402

ROUNDS = 7


def weights(network) -> int:
    return sum(p.numel() for p in network.parameters())


def peer(size: int, wanted: int, length: int):
    """A BART of about `wanted` weights over `size` words, which generates exactly `length`."""
    for dim in range(64, 512, 16):
        config = BartConfig(vocab_size=size, d_model=dim, encoder_layers=3, decoder_layers=3, encoder_attention_heads=4,
                            decoder_attention_heads=4, encoder_ffn_dim=4 * dim, decoder_ffn_dim=4 * dim, max_position_embeddings=128,
                            pad_token_id=0, bos_token_id=2, eos_token_id=3, decoder_start_token_id=2, forced_eos_token_id=None)  # fmt: skip
        network = BartForConditionalGeneration(config).eval()
        if weights(network) >= wanted:
            break

    def write(ids, beam):
        plan = GenerationConfig(max_new_tokens=length, min_new_tokens=length, num_beams=beam, pad_token_id=0, bos_token_id=2, eos_token_id=3, decoder_start_token_id=2)  # fmt: skip
        with torch.inference_mode():
            return network.generate(ids, attention_mask=(ids != 0).long(), generation_config=plan)

    return network, write


def main() -> None:
    torch.set_num_threads(2)
    model = summary.load("en")
    stories = [file.read_text() for file in sorted((Path(__file__).parents[1] / "examples" / "summary").glob("en-*.txt"))]
    articles = [stories[i % len(stories)] for i in range(32)]
    length, size = model.usual, len(model.vocabulary)
    network, write = peer(size, weights(model.generator), length)
    print(
        f"weights: ours {weights(model.generator):,} (and {weights(model.reconstructor):,} + {weights(model.critic):,} to explain), BART {weights(network):,}"
    )

    def ours_writes(texts, beam):
        numbered = [model.vocabulary.with_copies(split(text[:1200]).words[: model.longest]) for text in texts]
        with torch.inference_mode():
            read = model.generator.read(padded([ids for ids, _ in numbered]))
        decode(model.generator, read, max(len(own) for _, own in numbered), [length] * len(texts), beam=beam)

    ids = [model.vocabulary.ids(split(text[:1200]).words[: model.longest]) for text in articles]
    for many in (1, 32):
        for beam in (1, 4):
            contenders = {
                "ours, writes": lambda: ours_writes(articles[:many], beam),
                "ours, all": lambda: model.summarize(articles[:many], beam=beam),
                "BART, writes": lambda: write(padded(ids[:many]), beam),
            }
            took = {name: [] for name in contenders}
            for round in range(ROUNDS + 1):
                for name, run in contenders.items():
                    begun = time.perf_counter()
                    run()
                    if round:  # the first one warms up
                        took[name].append(1000 * (time.perf_counter() - begun) / many)
            middle = {name: statistics.median(each) for name, each in took.items()}
            told = ", ".join(f"{name} {value:.1f} ms" for name, value in middle.items())
            print(f"{many:2d} at once, beam {beam}: {told}; BART takes {middle['BART, writes'] / middle['ours, writes']:.1f} times as long to write")


if __name__ == "__main__":
    main()
