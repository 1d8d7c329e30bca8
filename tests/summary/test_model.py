import pytest
import torch

from aedemo.summary.model import Writer, WriterConfig
from aedemo.summary.tokens import BEGIN, PAD, UNKNOWN


@pytest.fixture
def writer():
    torch.manual_seed(0)
    return Writer(WriterConfig(vocabulary=20, dim=8, hidden=12)).eval()


COPIES = torch.tensor([[5, 21, 6, 20, 5], [7, 20, PAD, PAD, PAD]])


def test_written_and_copied_words_make_one_distribution(writer):
    read = writer.read(COPIES)
    every = writer.distribution(read, *writer.write(read, torch.tensor([[BEGIN, 21, 4], [BEGIN, 5, PAD]]))[:3], own=2)
    assert every.shape == (2, 3, 22) and torch.allclose(every.sum(2), torch.ones(2, 3), atol=1e-5)
    assert (every[..., [UNKNOWN, BEGIN]] < 1e-6).all() and (every[0, :, 20:] > 0).all()
    assert (every[1, :, 21] == 0).all(), "the second text has no such word to copy"


def test_the_likelihood_is_what_the_distribution_says_one_word_at_a_time(writer):
    target = torch.tensor([[21, 4, 5, 3], [20, 3, PAD, PAD]])
    with torch.inference_mode():
        found = writer(COPIES, target)
        read, state, word = writer.read(COPIES), None, torch.full((2, 1), BEGIN)
        for t in range(4):
            gate, written, attention, state = writer.write(read, word, state)
            every = writer.distribution(read, gate, written, attention, own=2)[:, 0]
            word = target[:, t : t + 1]
            wanted = torch.where(word == PAD, 1.0, every.gather(1, word))[:, 0].log()
            assert torch.allclose(found[:, t], wanted, atol=1e-4)


def test_padding_changes_nothing(writer):
    alone = writer(COPIES[1:, :2], torch.tensor([[20, 3]]))
    together = writer(COPIES, torch.tensor([[21, 4, 5, 3], [20, 3, PAD, PAD]]))[1]
    assert torch.allclose(alone[0], together[:2], atol=1e-5) and (together[2:] == 0).all()
