from __future__ import annotations

import numpy as np
import pytest
import torch

from aedemo.generate import live
from aedemo.generate.live import EPOCHS, GRID, SIDE, Knobs, Run


def trained(epochs, **knobs):
    run = Run(Knobs.of(**knobs))
    for _ in range(epochs):
        run.step()
    return run


def test_it_learns_and_neighbours_become_the_same_digit():
    run = trained(25)
    errors = [error for _, error, _ in run.losses]
    assert errors[-1] < 0.7 * errors[0] and run.neighbours_right() > 0.6 > Run(Knobs()).neighbours_right() + 0.1
    assert (run.codes().std(0) > 0.3).all(), "both numbers of the code are used"


def test_the_kl_pulls_codes_to_the_gaussian_and_without_it_they_go_far():
    held, free = trained(15, kl=1).codes(), trained(15, kl=0).codes()
    assert 0.5 < held.std() < 1.5 and np.abs(free).max() > 1.5 * np.abs(held).max()
    assert all(kl == 0 for *_, kl in trained(2, kl=0).losses)


def test_two_runs_side_by_side_are_what_each_would_be_alone():
    alone = trained(3, seed=7).codes()
    one, other = Run(Knobs(seed=7)), Run(Knobs(seed=8))
    torch.manual_seed(123)
    before = torch.get_rng_state()
    for _ in range(3):
        one.step()
        other.step()
    assert np.array_equal(one.codes(), alone) and not np.array_equal(other.codes(), alone)
    assert torch.equal(torch.get_rng_state(), before), "nobody else's chance is touched"


def test_a_run_ends():
    run = Run(Knobs(width=8))
    run.epoch = EPOCHS - 1
    run.step()
    assert run.over


def test_the_grid_lies_as_the_plane_does():
    """Up in the plane is up in the grid, right is right: each cell is what the decoder makes of its own place."""
    run = trained(5)
    reach = 3.0
    grid = run.grid(reach)
    assert grid.shape == (GRID * SIDE, GRID * SIDE)
    for row, column in ((0, 0), (0, GRID - 1), (GRID - 1, 3), (7, 7)):
        z = torch.tensor([[-reach + 2 * reach * column / (GRID - 1), reach - 2 * reach * row / (GRID - 1)]])
        with torch.no_grad():
            cell = run.decoder(z).sigmoid().reshape(SIDE, SIDE).numpy()
        assert np.allclose(grid[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE], cell, atol=1e-5)


@pytest.mark.parametrize("wrong", ["nan", "x", None, "", [], "1e400", "-inf"])
def test_knobs_from_a_link_are_brought_into_range(wrong):
    knobs = Knobs.of(kl=wrong, noise=wrong, width=wrong, rate=wrong, seed=wrong)
    for key, (low, high) in live.RANGES.items():
        assert low <= getattr(knobs, key) <= high
    assert Knobs.of(kl="9", width="1", seed="3.0") == Knobs(kl=4.0, width=8, seed=3)


def test_its_steps_are_adams():
    ours, theirs = (torch.nn.Parameter(torch.tensor([0.5, -2.0, 3.0])) for _ in range(2))
    mine, known = live.Adam([ours], 0.01), torch.optim.Adam([theirs], 0.01)
    for k in range(50):
        for weight, optimizer in ((ours, mine), (theirs, known)):
            weight.grad = None
            (weight.sin() * (k + 1)).sum().backward()
            optimizer.step()
    assert torch.allclose(ours, theirs, atol=1e-6) and ours.grad is None
