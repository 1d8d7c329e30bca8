"""On CUDA every verb gives what it gives on the CPU. Where there is none, a pretended device is used, which refuses what CUDA refuses and counts
what goes to and fro between host and device (`tests/pretended.py`)."""

from __future__ import annotations

import pytest
import torch

from benchmarks import gpu
from tests import pretended

CUDA = torch.cuda.is_available()
real = pytest.mark.skipif(not CUDA, reason="there is no CUDA device here")
imagined = pytest.mark.skipif(CUDA, reason="there is a real CUDA device here")


@pytest.fixture(scope="module")
def results():
    """What verbs give on the CPU, each computed once."""
    known: dict[str, object] = {}

    def result(case):
        if case.name not in known:
            known[case.name] = case.verb(case.load("cpu"))
        return known[case.name]

    return result


@real
@pytest.mark.parametrize("case", gpu.CASES, ids=lambda case: case.name)
def test_a_verb_gives_on_cuda_what_it_gives_on_the_cpu(case):
    assert all(apart <= case.tolerance for _, apart in gpu.compared(case, "cuda", 1))


@imagined
@pytest.mark.parametrize("case", gpu.CASES, ids=lambda case: case.name)
def test_a_verb_mixes_no_devices_and_gives_the_same(case, results):
    usual = results(case)
    with pretended.cuda() as there, gpu.autocast(not case.halves):  # asked for where it must change nothing
        model = case.load("cuda")
        there.operations.clear()
        found = case.verb(model)
    assert there.operations and there.kinds <= {torch.float32, torch.float64, torch.complex64}
    # computed by the same kernels, though not always in batches of the same size; a grey level may be rounded otherwise
    assert gpu.difference(usual, found) <= (case.tolerance if case.tolerance >= 1 else case.tolerance / 50)


@imagined
@pytest.mark.parametrize("case", [case for case in gpu.CASES if case.halves], ids=lambda case: case.name)
def test_half_precision_stays_within_the_tolerance_too(case, results):
    with pretended.cuda() as there, gpu.autocast(True):
        found = case.verb(case.load("cuda"))
    assert torch.float16 in there.kinds
    assert 0 < gpu.difference(results(case), found) <= case.tolerance
