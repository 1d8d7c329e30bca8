from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
import torch

from aedemo import cli, codebook, phones, pretrained
from aedemo.codebook import atlas, cards, data, train
from aedemo.codebook.tab_common import SHEET, sheet
from tests.conftest import CLIPS


def test_a_flip_book_never_shows_the_held_pairs_but_every_half():
    pages, unseen = data.flip_book(sheet(), 16)
    grid = unseen.reshape(16, 16)
    assert pages.shape == (256, 32, 32, 3) and grid.sum(0).tolist() == [3] * 16 == grid.sum(1).tolist()
    assert not grid.diagonal().any()
    assert np.array_equal(pages[16 * 3 + 5][:16], pages[16 * 3 + 9][:16]) and np.array_equal(pages[16 * 3 + 5][16:], pages[16 * 2 + 5][16:])


def test_moved_pictures_stay_pictures_on_white():
    x = data.Pictures(sheet(), 0).draw(32)
    assert x.shape == (32, 3, 64, 64) and x.min() >= 0 and x.max() <= 1
    assert (x[:, :, 0, 0] > 0.95).float().mean() > 0.8


def test_phones_are_found_where_they_are_spoken():
    pytest.importorskip("pocketsphinx")
    wave, _ = soundfile.read(CLIPS / "en-slt.wav", dtype="float32")
    found = phones.align(wave, "the weather is lovely today so let us go for a walk by the river")
    names = [p for p, _, _ in found if p != "SIL"]
    assert " ".join(names).startswith("DH AH W EH DH ER") and len(names) > 35
    assert phones.align(wave, "xqzzt") == []
    labels = phones.at_frames(found, 200)
    phone, start, end = next(f for f in found if f[0] == "W")
    assert labels[round((start + end) / 2 * 62.5)] == phones.NUMBER["W"] and labels.max() < len(phones.PHONES)


def test_labels_of_a_corpus_are_kept_and_unknown_words_are_left_out(tmp_path):
    pytest.importorskip("pocketsphinx")
    from aedemo.speech import prepare_corpus

    voice = tmp_path / "data" / "slt"
    voice.mkdir(parents=True)
    for name in ("a.wav", "b.wav"):
        (voice / name).write_bytes((CLIPS / "en-slt.wav").read_bytes())
    folder = prepare_corpus(str(tmp_path / "data"), str(tmp_path / "cache"), [])
    texts = {"slt/a.wav": "the weather is lovely today so let us go for a walk by the river", "slt/b.wav": "xqzzt"}
    labels = phones.label_corpus(folder, texts, workers=1)
    half = len(labels) // 2
    assert (labels[:half] >= 0).mean() > 0.8 and (labels[half:] == phones.UNKNOWN).all()
    assert np.array_equal(phones.label_corpus(folder, texts, workers=1), labels)


def test_the_codebook_begins_with_what_the_encoder_says():
    from aedemo.codebook.quantiser import VectorQuantiser

    torch.manual_seed(0)
    quantiser = VectorQuantiser(4, 2).train()
    begin = train.Beginning(quantiser, 3)
    z = torch.randn(100, 2) * 0.1 + torch.tensor([5.0, 5.0])
    for step in range(300):
        _, codes, _ = begin(z, step)
    assert bool(quantiser.started) and codes is not None and (quantiser.codebook - 5).abs().max() < 1


@pytest.mark.parametrize("method", ["vq", "binary"])
def test_train_writes_a_model_that_loads_and_evaluate_fills_its_card(tmp_path, monkeypatch, capsys, method):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(atlas, "umap", lambda vectors, **_: atlas.pca(vectors))  # numba's cold start is half a minute
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(16):
        Image.fromarray(sheet()[i]).save(folder / f"{i}.png")
    command = ["train", "codebook", "--kind", "image", "--data", str(folder), "--name", "m", "--steps", "3", "--batch", "2", "--codes", "8"]
    assert cli.main([*command, "--method", method]) == 0
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "pretrained"))
    assert codebook.load("m").encode(folder / "3.png").shape == (16, 16)
    assert cli.main(["evaluate", "codebook", "--name", "m", "--data", str(folder), "--write"]) == 0
    figures = json.loads((tmp_path / "pretrained" / "codebook" / "m" / "figures.json").read_text())
    assert {"psnr_db", "perplexity", "used", "bits"} <= set(figures) and figures["bits"] == 768
    assert f"| psnr_db | {figures['psnr_db']:.4g}"[:14] in (tmp_path / "pretrained" / "codebook" / "m" / "README.md").read_text()


def test_the_flip_book_is_trained_and_measured_from_the_sheet(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["train", "codebook", "--kind", "flip", "--method", "one-hot", "--data", str(SHEET), "--name", "f", "--steps", "4"]
    assert cli.main(command) == 0
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "pretrained"))
    assert cli.main(["evaluate", "codebook", "--name", "f", "--data", str(SHEET)]) == 0
    assert "right_unseen" in capsys.readouterr().out


def test_what_cannot_be_trained_is_said_in_a_sentence(tmp_path, capsys):
    for more, said in (
        (["--kind", "image", "--data", str(tmp_path)], "No pictures"),
        (["--kind", "flip", "--method", "vq", "--data", str(SHEET)], "one-hot and binary"),
        (["--kind", "speech", "--method", "binary", "--data", str(tmp_path)], "vq only"),
    ):
        assert cli.main(["train", "codebook", "--name", "m", *more]) == 1
        assert said in capsys.readouterr().err


def test_a_card_tells_how_and_leaves_room_for_figures(tmp_path):
    for kind in cards.IDEAS:
        cards.write(tmp_path, "m", kind, "so and so", "python -m aedemo ...")
        assert "not measured yet" in (tmp_path / "README.md").read_text()
        pretrained.write_figures(tmp_path, {"psnr_db": 23.456})
        assert "| psnr_db | 23.46 |" in (tmp_path / "README.md").read_text()
