from __future__ import annotations

import re

import pytest
import yaml

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.S))
def test_the_readmes_examples_run(code, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    exec(compile(code.replace("out.wav", str(tmp_path / "out.wav")), "README.md", "exec"), {})


def test_the_space_runs_the_tested_gradio():
    import gradio

    front = yaml.safe_load(README.split("---")[1])
    assert front["sdk_version"] == gradio.__version__ and front["app_file"] == "app.py" and front["sdk"] == "gradio"


def test_weights_are_small_safetensors_and_nothing_else():
    files = [f for f in (ROOT / "pretrained").rglob("*") if f.is_file()]
    assert {f.suffix for f in files} <= {".safetensors", ".json", ".md", ".txt", ".png"}  # words, and curves in cards
    assert max(f.stat().st_size for f in files) <= 10e6
    assert sum(f.stat().st_size for f in files) <= 100e6
