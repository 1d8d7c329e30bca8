from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import torch

from aedemo.summary import losses, train
from aedemo.summary.model import Critic, CriticConfig, Writer, WriterConfig
from aedemo.summary.tokens import END, PAD
from tests.conftest import ROOT


def learned(pay, weight: float = 0.0, steps: int = 80, told=None) -> list[int]:
    """What a small generator writes greedily after REINFORCE with `pay` (B, T) for words drawn (B, T)."""
    torch.manual_seed(0)
    writer = Writer(WriterConfig(12, 8, 16, lengths=4, dropout=0.0))
    optimizer = torch.optim.Adam(writer.parameters(), 0.03)
    copies, lengths = torch.tensor([[4, 5, 6]]).repeat(16, 1), torch.full((16,), 2)
    for _ in range(steps):
        with torch.no_grad():
            read = writer.read(copies)
        drawn, greedy = (writer.sample(read, 0, lengths, t) for t in (1.0, 0.0))
        gain = (told(drawn) - told(greedy)) if told else torch.zeros(16)
        gain = losses.advantage(pay(drawn) - pay(greedy), gain, drawn != PAD, weight)
        loss = -(gain * writer(copies, drawn)).sum() / (drawn != PAD).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return writer.sample(writer.read(copies[:1]), 0, lengths[:1], 0)[0].tolist()


def test_reinforce_finds_the_word_that_pays():
    # 7 at the beginning pays a little, 5 after it pays more; nothing else does
    def order(words):
        pay = torch.zeros(words.shape)
        pay[:, 1] = ((words[:, 0] == 7) & (words[:, 1] == 5)).float()
        pay[:, 0] = 0.3 * (words[:, 0] == 7).float()
        return pay

    assert learned(order) == [7, 5, END]


def test_what_the_reconstructor_pays_is_learned_too():
    found = learned(lambda words: torch.zeros(words.shape), 1.0, told=lambda words: (words == 8).any(1).float())
    assert 8 in found


def test_a_word_answers_for_itself_and_for_what_follows_only():
    real = torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    gain = losses.advantage(real, torch.zeros(2), torch.ones(2, 3, dtype=torch.bool), 0.5)
    assert gain[0, 0] > 0 and gain[0, 1] == gain[0, 2] == 0, "later words are not paid for an earlier one"
    assert (gain[1] > 0).all() and gain[1, 0] == gain[1, 2]
    told = losses.advantage(torch.zeros(2, 3), torch.tensor([1.0, -1.0]), torch.tensor([[True, True, False]] * 2), 0.5)
    assert told[0, 0] > 0 > told[1, 0] and (told[:, 2] == 0).all()


def test_lengths_are_kept_when_words_are_drawn():
    torch.manual_seed(0)
    writer = Writer(WriterConfig(12, 8, 16, lengths=6))
    drawn = writer.sample(writer.read(torch.tensor([[4, 5, 12], [6, 7, PAD]])), 1, torch.tensor([4, 2]))
    assert drawn.shape == (2, 5) and drawn[0, 4] == END and drawn[1].tolist()[2:] == [END, PAD, PAD]
    assert (drawn[0, :4] > END).all() and 12 not in drawn[1].tolist(), "the second text has nothing to copy by that number"


def test_the_critic_loses_certainty_before_it_loses_the_generator():
    torch.manual_seed(0)
    critic, words = Critic(CriticConfig(12, 8, 16, 0.0)), torch.tensor([[4, 5, 3], [6, 40, PAD]])
    optimizer = torch.optim.Adam(critic.parameters(), 0.05)
    for _ in range(150):
        loss = losses.verdicts(critic, words, 1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    sure = losses.realism(critic, words)[words != PAD]
    assert ((sure > 0.88) & (sure < 0.98)).all()


@pytest.mark.parametrize("hard", [True, False])
def test_gradients_pass_through_the_ciphers_words(hard):
    torch.manual_seed(0)
    writer = Writer(WriterConfig(12, 8, 16, lengths=6, copies=False))
    code, chosen, said = losses.cipher(writer, torch.tensor([[4, 5, 6], [7, 8, PAD]]), 3, 0.5, hard)
    assert code.shape == (2, 3) and torch.equal(chosen.argmax(2), code) and (code > END).all()
    assert torch.allclose(chosen.sum(2), torch.ones(2, 3), atol=1e-5) and bool((chosen.max() == 1) == hard)
    assert 0 <= said.item() < 2.1, "at most the logarithm of all words there are"
    (chosen[..., 9].sum() + said).backward()
    assert writer.words.weight.grad.abs().sum() > 0 and torch.isfinite(writer.words.weight.grad).all()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("text")
    places = "Oslo Lima Cairo Quito Delhi Kyoto".split()
    articles = [
        f"A storm hit the harbour of {p} on Monday and killed {i} sailors , the police said in a statement there ." for i, p in enumerate(places)
    ]
    (folder / "articles.txt").write_text("\n".join(articles * 3))
    (folder / "headlines.txt").write_text("\n".join(f"Fire kills {i} in {p} as storm comes" for i, p in enumerate(reversed(places))))
    rows = [f"{article}\tstorm hits {place}" for article, place in zip(articles, places)]
    (folder / "dev.tsv").write_text("article\ttitle\n" + "\n".join(rows) + "\n")
    return folder


def run(folder, *arguments: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    command = [sys.executable, "-m", "aedemo", *arguments]
    return subprocess.run(command, cwd=folder, env=environment | {"AEDEMO_PRETRAINED": "pretrained"}, capture_output=True, text=True, timeout=400)


def test_the_recipe_runs_from_files_to_figures_and_a_finished_run_stays_as_it_is(files, monkeypatch):
    command = ["train", "summary", "--articles", "articles.txt", "--headlines", "headlines.txt", "--lang", "en", "--workers", "1", "--searched", "18"]
    command += ["--dev", "dev.tsv", "--steps", *(f"{stage}=2" for stage in train.STEPS)]
    first = run(files, *command)
    assert first.returncode == 0, first.stderr[-2000:]
    folder = files / "pretrained" / "summary" / "en"
    for part in ("model.safetensors", "reconstructor/model.safetensors", "critic/model.safetensors", "curves.png", "vocabulary.txt"):
        assert (folder / part).is_file(), part
    before = (folder / "model.safetensors").read_bytes()
    again = run(files, *command)
    assert again.returncode == 0 and (folder / "model.safetensors").read_bytes() == before

    told = run(files, "evaluate", "summary", "--data", "dev.tsv", "--write")
    assert told.returncode == 0 and "r1" in told.stdout, told.stderr[-2000:]
    figures = json.loads((folder / "figures.json").read_text())
    assert 0 <= figures["dev_r1"] <= 100 and 8 <= figures["dev_length"] <= 10 and "| dev_r1 |" in (folder / "README.md").read_text()

    from aedemo import summary

    monkeypatch.setenv("AEDEMO_PRETRAINED", str(files / "pretrained"))
    found = summary.load("en").summarize([(files / "articles.txt").read_text().splitlines()[0]])[0]
    assert 8 <= len(found.words) <= 10 and found.text[0].isupper()


def test_wrong_stages_and_files_are_told_in_a_sentence(files):
    command = ["train", "summary", "--articles", "articles.txt", "--headlines", "headlines.txt", "--lang", "en", "--workers", "1"]
    for more, said in (
        (["--steps", "sleep=3"], "no stage sleep"),
        (["--steps", "plain"], "STAGE=NUMBER"),
        (["--headlines", "nowhere.txt"], "nowhere.txt"),
    ):
        done = run(files, *command, "--name", "x", *more)
        assert done.returncode == 1 and said in done.stderr and "Traceback" not in done.stderr, done.stderr[-500:]
