"""What the repository says of itself: linted, typed, and every model's figures as its card has them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize("tool", (["ruff", "check"], ["mypy"]), ids=("ruff", "mypy"))
def test_the_code_is_linted_and_its_types_hold(tool):
    told = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
