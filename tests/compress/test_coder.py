"""The coder alone, with networks that nobody trained: whatever they foresee, reader and writer must agree."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from aedemo.compress import coder as module
from aedemo.compress.coder import FAR, LEVELS, PARTS, REACH, WHOLE, Coder, float_weights, frequencies, laplace_tables, whole_weights
from aedemo.compress.model import COARSEST, FINEST, GROUPS, ORDERS, STEPS, CodecConfig, CodecNetwork, bits, places

CHANNELS = GROUPS[-1][1]


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    network = CodecNetwork(CodecConfig()).eval()
    for step in network.foresee:  # foresights that differ from place to place
        torch.nn.init.normal_(step.leave.weight, std=0.3)
        torch.nn.init.normal_(step.leave.bias, std=1.5)
        torch.nn.init.normal_(step.by_quality.weight, std=0.5)
        if step.mean is not None:
            torch.nn.init.normal_(step.mean.weight, std=0.05)
    return network


@pytest.fixture(scope="module")
def coder(network):
    return Coder(whole_weights(network) | {"tables": torch.from_numpy(frequencies(laplace_tables()))})


def numbers(height, width, spread, seed=0):
    rng = np.random.default_rng(seed)
    return np.round(rng.laplace(scale=spread, size=(CHANNELS, height, width)) * np.linspace(8, 0.05, CHANNELS)[:, None, None])


@pytest.mark.parametrize("size", [(1, 1), (1, 2), (2, 1), (3, 5), (7, 4)])
@pytest.mark.parametrize("spread", [0.0, 0.5, 5.0])
def test_what_is_written_is_read_again(coder, size, spread):
    given = numbers(*size, spread)
    data, written, spent = coder.write(given, 2)
    assert np.array_equal(written, given) and np.array_equal(coder.read(data, *size, 2), given)
    assert abs(8 * len(data) - spent.sum()) < 70 + 0.03 * spent.sum(), "what was foreseen to be spent is what the file takes"


def test_numbers_beyond_every_table_survive(coder):
    given = numbers(2, 3, 1.0)
    given[0, 0, 0], given[5, 1, 2], given[200, 0, 1] = FAR, -FAR, REACH + 1
    data, written, _ = coder.write(given, 0)
    assert np.array_equal(coder.read(data, 2, 3, 0), given) and np.array_equal(written, given)
    given[0, 0, 0] = 1e9
    assert coder.write(given, 0)[1][0, 0, 0] == FAR


def test_one_thread_and_two_read_the_same(coder):
    given = numbers(6, 9, 3.0)
    found = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        data, _, _ = coder.write(given, 4)
        found.append((data, coder.read(data, 6, 9, 4).tobytes()))
    torch.set_num_threads(2)
    assert found[0] == found[1]


def test_pieces_of_a_large_picture_are_foreseen_as_the_whole(coder, monkeypatch):
    given = numbers(9, 7, 2.0)
    whole = coder.write(given, 1)[0]
    monkeypatch.setattr(module, "AT_ONCE", 5)
    # other pieces are another order of writing, but what is foreseen must be the same
    data, _, spent = coder.write(given, 1)
    assert np.array_equal(coder.read(data, 9, 7, 1), given) and abs(len(data) - len(whole)) <= 8


def test_whole_weights_foresee_what_the_trained_ones_do(coder, network):
    rounded = CodecNetwork(CodecConfig())
    rounded.foresee.load_state_dict(float_weights(whole_weights(network)))
    known = torch.from_numpy(numbers(6, 5, 0.7))
    rows, columns = torch.ones(6, 5).nonzero(as_tuple=True)
    step_of_logs = np.log(COARSEST / FINEST) / (LEVELS - 1)
    for index, (group, _) in enumerate(STEPS):
        with torch.no_grad():
            mean, log = rounded.foresee[index](known[None, : GROUPS[group][1]].float(), torch.tensor([3]))
        mean, log = (x[0, :, rows, columns].numpy() for x in (mean, log))
        whole, tables = coder._foreseen(index, known, rows, columns, 3)
        found = whole + (tables % PARTS - PARTS // 2) / PARTS
        assert np.abs(found - mean).max() <= 0.5 / PARTS + 1e-4, "a mean is told in eighths"
        levels = (np.clip(log, np.log(FINEST), np.log(COARSEST)) - np.log(FINEST)) / step_of_logs
        apart = np.abs(tables // PARTS - levels)
        assert apart.mean() < 0.3 and apart.max() < 1, "a spread in levels, of which rounding alone costs a quarter on average"


def test_rounding_by_price_saves_bits_and_more_the_higher_the_price(coder):
    scaled = numbers(6, 6, 1.0) + np.random.default_rng(1).uniform(-0.5, 0.5, (CHANNELS, 6, 6))
    sizes, errors = [], []
    for price in (None, 8.0, 2.0, 0.5):
        data, written, _ = coder.write(scaled, 2, None if price is None else np.full(CHANNELS, price))
        sizes.append(len(data))
        errors.append(((written - scaled) ** 2).mean())
    assert sizes == sorted(sizes, reverse=True) and errors == sorted(errors)


def test_tables_are_whole_and_complete():
    tables = frequencies(laplace_tables())
    assert tables.shape == (LEVELS * PARTS, 2 * REACH + 2) and (tables.sum(1) == WHOLE).all() and tables.min() >= 1
    middle = laplace_tables()[10 * PARTS + PARTS // 2]
    assert np.allclose(middle[: 2 * REACH + 1], middle[: 2 * REACH + 1][::-1]) and middle.argmax() == REACH


def test_each_number_is_written_once():
    for height, width in ((1, 1), (4, 6), (5, 3)):
        seen = np.zeros((CHANNELS, height, width), int)
        for group, which in STEPS:
            seen[slice(*GROUPS[group])] += places(which, height, width).numpy()
        assert (seen == 1).all()
    assert all(sorted(place for which in order for place in which) == [0, 1, 2, 3] for order in ORDERS)


def test_bits_are_those_of_laplaces_law():
    for b in (0.05, 0.7, 12.0):
        log = torch.tensor(float(np.log(b)))
        all_numbers = torch.arange(-3000.0, 3001.0)
        for mean in (0.0, 0.3, -0.5):
            shares = 2.0 ** -bits(all_numbers - mean, log)
            assert shares.sum().item() == pytest.approx(1, abs=2e-3)
    assert bits(torch.tensor(0.0), torch.tensor(-3.0)).item() == pytest.approx(-np.log2(1 - np.exp(-0.5 / np.exp(-3.0))), abs=1e-3)


def test_damaged_bytes_are_read_as_something_or_refused(coder):
    rng = np.random.default_rng(3)
    data = coder.write(numbers(3, 3, 2.0), 2)[0]
    for _ in range(30):
        wrong = bytearray(data)
        for place in rng.integers(len(wrong), size=3):
            wrong[place] = rng.integers(256)
        wrong = bytes(wrong[: 4 * rng.integers(0, len(wrong) // 4 + 1)])
        try:
            assert coder.read(wrong, 3, 3, 2).shape == (CHANNELS, 3, 3)
        except ValueError as refused:
            assert "damaged" in str(refused)
