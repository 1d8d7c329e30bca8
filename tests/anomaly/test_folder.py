from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

from aedemo import anomaly, cli
from aedemo.anomaly import data, evaluate
from tests.anomaly.textures import spotted, texture
from tests.conftest import ROOT


def test_inspect_writes_a_row_and_an_overlay_each_and_names_what_it_cannot_read(tmp_path, capsys):
    folder, out = tmp_path / "in", tmp_path / "out"
    (folder / "deep").mkdir(parents=True)
    for i in range(20):
        texture(i).save(folder / f"{i}.png")
    big, _ = spotted(Image.open(ROOT / "examples" / "anomaly" / "paper.png").resize((3000, 3000)), (0.25, 0.6), 130, 0.7)
    big.save(folder / "deep" / "big.jpg")
    (folder / "3.jpg").write_text("no picture")
    (folder / "cut.png").write_bytes((folder / "4.png").read_bytes()[:500])
    assert cli.main(["inspect", "--model", "paper", str(folder), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "21 pictures inspected" in printed and "3.jpg" in printed and "cut.png" in printed
    rows = {r["file"]: r for r in csv.DictReader(open(out / "scores.csv"))}
    assert len(rows) == 21 and len(list((out / "overlays").rglob("*.png"))) == 21
    big = rows["deep/big.jpg"]
    assert abs(int(big["hottest_x"]) - 750) < 150 and abs(int(big["hottest_y"]) - 1800) < 150


def test_an_empty_folder_and_an_unknown_model_are_told_in_a_sentence(tmp_path, capsys):
    for model, words in (("paper", "No pictures"), ("nothing", "There is no anomaly model")):
        assert cli.main(["inspect", "--model", model, str(tmp_path), "--out", str(tmp_path / "o")]) == 1
        assert capsys.readouterr().err.startswith(words)


@pytest.fixture(scope="module")
def mvtec(tmp_path_factory):
    """A small data set in MVTec AD's layout."""
    root = tmp_path_factory.mktemp("mvtec")
    for folder in ("train/good", "test/good", "test/spot", "ground_truth/spot"):
        (root / folder).mkdir(parents=True)
    for i in range(14):
        texture(i).save(root / "train" / "good" / f"{i}.png")
    for i in range(6):
        texture(50 + i).save(root / "test" / "good" / f"{i}.png")
        odd, where = spotted(texture(70 + i), (0.3 + 0.08 * i, 0.5), 6)
        odd.save(root / "test" / "spot" / f"{i}.png")
        Image.fromarray(where).save(root / "ground_truth" / "spot" / f"{i}_mask.png")
    return root


@pytest.mark.parametrize("method", ["restore", "whitened", "pixel"])
def test_train_writes_a_model_that_loads_and_evaluate_measures_it(mvtec, tmp_path, monkeypatch, capsys, method):
    monkeypatch.chdir(tmp_path)
    command = [
        "train",
        "anomaly",
        "--data",
        str(mvtec),
        "--name",
        "m",
        "--method",
        method,
        "--steps",
        "12",
        "--batch",
        "2",
        "--crop",
        "32",
        "--side",
        "96",
    ]
    assert cli.main(command) == 0
    folder = tmp_path / "pretrained" / "anomaly" / "m"
    assert anomaly.load(folder).config.channels == 1
    assert cli.main(["evaluate", "anomaly", "--name", str(folder), "--data", str(mvtec), "--write"]) == 0
    figures = dict(
        line.split() for line in capsys.readouterr().out.splitlines() if line.count(" ") and line.split()[0].islower() and len(line.split()) == 2
    )
    assert {"auroc", "f1_max", "pixel_auroc", "aupro", "false_alarm_rate", "detection_rate"} <= set(figures)
    assert (folder / "figures.json").is_file() and (folder / "test_scores.safetensors").is_file()


def test_the_measures_know_a_perfect_map_from_a_random_one():
    rng, mask = np.random.default_rng(0), np.zeros((40, 40), bool)
    mask[5:9, 5:9] = mask[20:30, 20:34] = True
    assert evaluate.aupro([mask.astype(float) + 0.1 * rng.random(mask.shape)], [mask]) > 0.99
    # guessing covers as much of a defect as of the rest: the area up to 0.3 is 0.15
    noise = [evaluate.aupro([rng.random(mask.shape)], [mask]) for _ in range(20)]
    assert abs(np.mean(noise) - 0.15) < 0.03


def test_a_folder_that_is_no_test_set_is_told(tmp_path, mvtec, capsys):
    assert cli.main(["evaluate", "anomaly", "--name", "paper", "--data", str(tmp_path)]) == 1
    assert "not laid out as MVTec AD" in capsys.readouterr().err
    assert {i.kind for i in data.test_items(mvtec)} == {"good", "spot"} and all(
        (i.mask is None) == (i.kind == "good") for i in data.test_items(mvtec)
    )


def test_a_grey_set_saved_as_colour_is_seen_as_grey():
    assert data.is_grey(texture(1).convert("RGB")) and not data.is_grey(texture(1, colour=True))


def test_what_is_painted_is_where_the_mask_says():
    painter = data.Painter([np.asarray(texture(i))[..., None] for i in range(4)], 64)
    clean, painted, mask = painter.batch(16)
    changed = (clean - painted).abs().mean(1, keepdim=True)
    assert not mask[::4].any() and not changed[::4].any(), "every fourth crop stays clean"
    assert changed[mask > 0].mean() > 10 * changed[mask == 0].mean()
