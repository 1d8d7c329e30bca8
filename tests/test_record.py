"""What the repository says of itself: linted, typed, and every model's figures as its card has them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

import aedemo
from aedemo import report
from tests.conftest import ROOT


@pytest.mark.parametrize("tool", (["ruff", "check"], ["mypy"]), ids=("ruff", "mypy"))
def test_the_code_is_linted_and_its_types_hold(tool):
    told = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def test_readme_and_every_models_card_and_figures_agree():
    report.check()


def test_a_card_that_says_other_figures_than_were_measured_is_found_out(tmp_path):
    shutil.copytree(ROOT / "pretrained" / "trees" / "en", tmp_path / "trees" / "en")
    card = report.Card(tmp_path / "trees" / "en")
    assert card.steps == [2500] and card.complaints() == []
    better = (
        card.text.replace(f"| {card.figures['f1_up_to_10_model']:.4g} |", "| 99.9 |").replace("--steps 2500", "").replace("license: apache-2.0\n", "")
    )
    (card.folder / "README.md").write_text(better)
    said = " ".join(report.Card(card.folder).complaints())
    assert "shows f1_up_to_10_model as 99.9" in said and "without --steps" in said and "no licence" in said


def test_the_release_notes_begin_with_this_version():
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.M).group(1) == aedemo.__version__
