from itertools import permutations, product

import pytest
import torch

from aedemo.summary.decoding import decode
from aedemo.summary.model import Writer, WriterConfig
from aedemo.summary.tokens import END, PAD

COPIES = torch.tensor([[5, 9, 6, 8, 5], [7, 8, PAD, PAD, PAD]])


@pytest.fixture(scope="module")
def writer():
    torch.manual_seed(3)
    return Writer(WriterConfig(8, 8, 12, lengths=5)).eval()


@torch.inference_mode()
def likelihood(writer, row: int, text) -> float:
    return float(writer(COPIES[row : row + 1], torch.tensor([[*text, END]]))[0, : len(text)].sum())


def test_a_wide_beam_finds_the_likeliest_text_of_its_length(writer):
    with torch.inference_mode():
        read = writer.read(COPIES)
    found = decode(writer, read, 2, [3, 2], beam=200)
    for row, length in ((0, 3), (1, 2)):
        every = permutations([n for n in range(4, 10) if row == 0 or n != 9], length)
        assert found[row] == list(max(every, key=lambda text: likelihood(writer, row, text)))
    repeating = decode(writer, read, 2, [3, 2], beam=300, again=0.0)
    every = [t for t in product(range(4, 10), repeat=3) if t[0] != t[1] and t[1] != t[2]]
    assert repeating[0] == list(max(every, key=lambda text: likelihood(writer, 0, text)))


def test_a_wider_beam_is_never_less_likely_here_and_lengths_are_kept(writer):
    with torch.inference_mode():
        read = writer.read(COPIES)
    scores = [[likelihood(writer, row, text) for row, text in enumerate(decode(writer, read, 2, [4, 1], beam=k))] for k in (1, 4, 64)]
    assert scores[0][0] <= scores[1][0] + 1e-5 <= scores[2][0] + 2e-5
    assert [len(text) for text in decode(writer, read, 2, [4, 1])] == [4, 1]


def test_what_is_forbidden_is_never_written(writer):
    with torch.inference_mode():
        read = writer.read(COPIES)
    never = torch.zeros(2, 10)
    never[:, 4:7] = -torch.inf
    for options in ({"beam": 3}, {"temperature": 1.5}):
        assert {n for text in decode(writer, read, 2, [3, 2], never, **options) for n in text} <= {7, 8, 9}


def test_draws_follow_their_seed_and_sharpen_as_it_gets_colder(writer):
    with torch.inference_mode():
        read = writer.read(COPIES)
    drawn = [decode(writer, read, 2, [3, 2], temperature=1.0, seed=seed) for seed in (1, 1, 2, 3, 4)]
    assert drawn[0] == drawn[1] and len({str(d) for d in drawn}) > 2
    assert decode(writer, read, 2, [3, 2], temperature=0.01, seed=5) == decode(writer, read, 2, [3, 2])
