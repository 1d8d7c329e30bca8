"""The recipes on a few drawn pictures and synthesised clips: what they write can be loaded, and they learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from aedemo import embeddings
from aedemo.embeddings import train
from aedemo.embeddings.cpc import Cpc, CpcConfig
from aedemo.embeddings.data import Views, Voices, emoji_groups
from aedemo.embeddings.evaluate import same_group
from aedemo.embeddings.infomax import InfoMax, InfoMaxConfig, uncorrelated
from tests.conftest import CLIPS


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "out"))
    return tmp_path


def test_recipes_of_pictures_write_what_can_be_loaded(here):
    rng = np.random.default_rng(0)
    (here / "data").mkdir()
    for i in range(18):
        Image.fromarray((rng.random((5, 5, 3)) * 255).astype(np.uint8)).resize((64, 64), Image.Resampling.BICUBIC).save(here / "data" / f"{i}.png")
    for objective in ("infomax", "plain"):
        train.train_pictures("data", f"{objective}-emoji", objective, 12, "out/embeddings", batch=6)
    pictures = [Image.open(here / "data" / f"{i}.png") for i in range(3)]
    stages = [embeddings.load("infomax-emoji", "cpu", stage).encode(pictures) for stage in ("untrained", "half", "trained")]
    assert all(codes.shape == (3, 64) for codes in stages)
    assert not np.allclose(stages[0], stages[1]) and not np.allclose(stages[1], stages[2])
    assert "--objective infomax --data DIR --name infomax-emoji --steps 12" in (here / "out/embeddings/infomax-emoji/README.md").read_text()
    assert not (here / "out/embeddings/plain-emoji/half.safetensors").exists()


def test_the_recipe_of_speech_goes_on_where_it_was_and_writes_what_can_be_loaded(here):
    (here / "data" / "someone").mkdir(parents=True)
    for clip in ("en-slt", "en-rms"):
        (here / "data" / "someone" / f"{clip}.wav").write_bytes((CLIPS / f"{clip}.wav").read_bytes())
    train.train_speech("data", "cpc", "cpc", 2, "out/embeddings", batch=2)
    train.train_speech("data", "cpc", "cpc", 3, "out/embeddings", batch=2)
    model = embeddings.load("cpc", "cpu")
    assert model.encode(np.sin(np.arange(16000) / 20), 16000).shape == (62, 256)


def test_infomax_learns_which_pictures_codes_belong_to():
    torch.manual_seed(0)
    model = InfoMax(InfoMaxConfig(channels=1, side=8, patch=1, widths=(16, 16), latents=8, shared=16))
    views = Views(torch.nn.functional.interpolate(torch.rand(16, 1, 3, 3), 8, mode="bilinear"), 0, mirrored=False)
    optimizer, found = torch.optim.Adam(model.parameters(), 5e-3), []
    for _ in range(300):
        loss, share = model.loss(*views.draw(16), prior=1.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(share.item())
    assert np.mean(found[-30:]) > 0.3 > 0.15 > np.mean(found[:20])


def test_numbers_that_repeat_each_other_cost_and_independent_ones_do_not():
    x = torch.randn(4000, 3, generator=torch.Generator().manual_seed(0))
    assert uncorrelated(x * torch.tensor([1.0, 30, 0.2]) + 5) < 0.01
    assert uncorrelated(torch.cat((x, -2 * x[:, :1]), 1)) == pytest.approx(
        0.5, abs=0.01
    )  # two of four numbers are one: each repeats one other wholly


def test_another_voice_moves_bands_and_not_frames():
    mel = torch.zeros(8, 80, 20)
    mel[:, 40, 7] = 10.0
    seen = Voices(0).view(mel)
    bump = seen - seen[:, :, :1]  # without the microphone's curve, the same in every frame
    assert bump.abs().amax((0, 1)).argmax() == 7 and bump[:, :, :7].abs().max() < 1e-5 and bump[:, :, 8:].abs().max() < 1e-5
    peaks = bump[:, :, 7].argmax(1)
    assert peaks.min() >= 36 and peaks.max() <= 45 and len(peaks.unique()) > 2
    assert 0.05 < seen[:, :, 0].std() < 1


def test_two_views_are_of_the_same_pictures_and_white_stays_white():
    x = torch.ones(4, 3, 64, 64)
    x[1:, :, 20:40, 20:40] = torch.tensor([[0.9, 0.1, 0.1], [0.1, 0.9, 0.1], [0.1, 0.1, 0.9]])[:, :, None, None]
    views = Views(x, 0, mirrored=True)
    assert views.view(x)[0].min() > 0.99
    one, other = views.draw(8)
    assert not torch.allclose(one, other) and 0 <= one.min() and one.max() <= 1


def test_guesses_are_scored_against_the_frames_they_are_of():
    torch.manual_seed(0)
    model = Cpc(CpcConfig(width=16, latents=12, shared=8, ahead=3))
    z, c = model(torch.randn(2, 80, 30) - 5)
    scores = model.scores(z, c, 2)
    assert scores.shape == (2, 28, 28)
    guess = model.guesses(c)[0, 4].view(5, 8)[1]  # of two frames heard and three ahead
    assert scores[0, 4, 7].item() == pytest.approx((guess @ z[0, 9]).item() / 8**0.5, abs=1e-4)


def test_neighbours_of_the_same_group_are_counted(tmp_path):
    known, new = np.array([[1.0, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]] * 5), np.array([[1.0, 0.1], [0, 2.0]])
    assert same_group(known, ["a", "a", "b", "b"] * 5, new, ["a", "b"]) == (1, 1)
    assert same_group(known, ["a", "a", "b", "b"] * 5, new, ["a", "a"])[0] == 0.5
    table = tmp_path / "emoji-test.txt"
    table.write_text("# group: Food & Drink\n1F347 ; fully-qualified # grapes\n# group: People\n1F44B 1F3FB FE0F ; fully-qualified # hand\n")
    for name in ("emoji_u1f347", "emoji_u1f44b_1f3fb", "emoji_uabcd"):
        (tmp_path / f"{name}.webp").touch()
    assert emoji_groups(tmp_path, table)[1] == ["Food & Drink", "People"]
