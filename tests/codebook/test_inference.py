from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from aedemo import audio, codebook, pretrained
from aedemo.codebook import atlas
from aedemo.codebook.evaluate import psnr
from aedemo.codebook.inference import IMAGE_NAMES, NAMES
from aedemo.codebook.tab_common import sheet
from tests.conftest import CLIPS, ROOT

GOLDEN = ROOT / "tests" / "golden" / "codebook.json"
SHIPPED = [n for n in NAMES if n in pretrained.names("codebook")]


def drawing(index: int) -> Image.Image:
    return Image.fromarray(sheet()[index])


def summary(name: str) -> dict:
    """Codes of an example, and what they decode to in a few numbers."""
    import soundfile

    model = codebook.load(name)
    if name == "speech":
        wave, rate = soundfile.read(CLIPS / "en-slt.wav", dtype="float32")
        codes = model.encode(wave, rate)
        mel, f0 = model.mel(codes, model.speaker(wave, rate))
        return {"codes": codes.tolist(), "decoded": [round(float(v), 3) for v in (*mel[::8, ::20].mean(1), np.log2(f0).mean())]}
    codes = np.asarray(model.encode(drawing(20)))
    again = np.asarray(model.decode(codes if codes.ndim else int(codes)), float)
    fields = again.reshape(4, again.shape[0] // 4, 4, -1, 3).mean((1, 3)).ravel()
    return {"codes": codes.ravel().tolist(), "decoded": [round(float(v), 2) for v in fields]}


# ---- the shipped weights


def test_every_promised_model_is_shipped():
    assert set(pretrained.names("codebook")) >= set(NAMES)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_weights_still_say_the_same(name):
    wanted, now = json.loads(GOLDEN.read_text())[name], summary(name)
    # a query halfway between two keys may fall to either on another machine
    assert np.mean(np.array(now["codes"]) == wanted["codes"]) > 0.97
    assert np.allclose(now["decoded"], wanted["decoded"], atol=0.1 if name == "speech" else 3)


@pytest.mark.parametrize("name, least", [("image", 20), ("image-32", 15)])
def test_shipped_picture_codes_rebuild_drawings_never_trained_on(name, least):
    if name not in SHIPPED:
        pytest.skip("not trained yet")
    model = codebook.load(name)
    assert np.mean([psnr(model.decode(model.encode(drawing(i))), drawing(i)) for i in range(16, 48)]) > least


def test_shipped_speech_codes_forget_the_speaker_and_keep_the_words(man):
    if "speech" not in SHIPPED:
        pytest.skip("not trained yet")
    model = codebook.load("speech")
    codes = model.encode(*man)
    again = model.encode(model.decode(codes, model.speaker(*man)), model.sample_rate)
    n = min(len(codes), len(again))
    # the same moment, give or take a code, most often sounds like the same or a neighbouring entry
    distance = np.linalg.norm(model.codebook[codes[:n]] - model.codebook[again[:n]], axis=1)
    typical = np.linalg.norm(model.codebook[codes[:n]] - model.codebook[np.random.default_rng(0).permutation(again[:n])], axis=1)
    assert distance.mean() < 0.8 * typical.mean()


def test_the_shipped_binary_code_copes_with_pages_never_shown_and_one_hot_does_not():
    cards = {n: pretrained.card("codebook", n) for n in ("flip-one-hot", "flip-binary") if n in SHIPPED}
    if len(cards) < 2:
        pytest.skip("not trained yet")
    assert cards["flip-binary"]["right_unseen"] > cards["flip-one-hot"]["right_unseen"] + 0.2


# ---- the verbs, whatever was learned


@pytest.mark.parametrize("name", IMAGE_NAMES)
def test_codes_are_those_of_the_nearest_keys_and_decode_to_a_picture(models, name):
    model = codebook.load(name)
    codes = model.encode(drawing(3))
    assert codes.shape == (16, 16) and codes.min() >= 0 and codes.max() < len(model.codebook)
    assert model.decode(codes).size == (64, 64)
    if name in ("image", "image-32"):
        queries = model.queries(drawing(3)).reshape(-1, model.codebook.shape[1])
        brute = ((queries[:, None] - model.codebook) ** 2).sum(2)
        assert np.all(brute[np.arange(256), codes.ravel()] <= brute.min(1) + 1e-4)


@pytest.mark.parametrize("mode, size", [("L", (64, 64)), ("RGBA", (200, 90)), ("P", (17, 300)), ("1", (1, 1)), ("CMYK", (640, 480))])
def test_any_picture_has_codes(models, mode, size):
    model = codebook.load("image")
    assert model.encode(Image.new("RGB", size, "teal").convert(mode)).shape == (16, 16)
    assert np.array_equal(model.encode(np.full((64, 64), 0.5)), model.encode(Image.new("L", (64, 64), 128)))


@pytest.mark.parametrize(
    "codes, error, said",
    [
        (np.zeros((15, 16), int), ValueError, "grid of 16 x 16"),
        (np.zeros(256, int), ValueError, "grid of 16 x 16"),
        (np.full((16, 16), 64), ValueError, "from 0 to 63; there is 64"),
        (np.full((16, 16), -1), ValueError, "there is -1"),
        (np.zeros((16, 16)), TypeError, "whole numbers"),
        ("codes", TypeError, "whole numbers"),
        ([[1, 2], [3]], TypeError, "whole numbers"),
    ],
)
def test_what_are_no_codes_of_a_picture_is_said_in_a_sentence(models, codes, error, said):
    with pytest.raises(error, match=said):
        codebook.load("image").decode(codes)


def test_what_is_no_picture_is_said_in_a_sentence(models):
    model = codebook.load("image")
    buffer = io.BytesIO()
    drawing(0).save(buffer, "PNG")
    for bad in (b"no picture", buffer.getvalue()[:300], np.full((8, 8), np.nan)):
        with pytest.raises(ValueError):
            model.encode(bad)
    with pytest.raises(TypeError):
        model.encode(7)


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_a_second_of_speech_has_as_many_codes_at_any_rate_and_decodes_as_long(models, man, rate):
    import torch
    import torchaudio

    wave = torchaudio.functional.resample(torch.from_numpy(man[0]), man[1], rate).numpy()[:rate]
    model = codebook.load("speech")
    codes = model.encode(wave, rate)
    assert len(codes) == 32 and model.codes_per_second == 31.25
    again = model.decode(codes, model.speaker(wave, rate))
    assert len(again) == 32 * 512 and again.dtype == np.float32 and np.isfinite(again).all()
    assert 0.02 < audio.active_level(again) < 0.1 and np.abs(again).max() < 1


@pytest.mark.parametrize("codes", [[3], [3] * 4, list(range(32))])
def test_few_codes_can_be_heard_too_and_always_sound_the_same(models, codes):
    model = codebook.load("speech")
    wave = model.decode(np.array(codes))
    assert len(wave) == 512 * len(codes) and np.abs(wave).max() > 1e-3
    assert np.array_equal(wave, model.decode(np.array(codes)))


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda m: m.decode(np.zeros((3, 3), int)), ValueError),
        (lambda m: m.decode(np.zeros(0, int)), ValueError),
        (lambda m: m.decode([0, 32]), ValueError),
        (lambda m: m.decode([0, -1]), ValueError),
        (lambda m: m.decode([0.5]), TypeError),
        (lambda m: m.decode([1], np.zeros(7)), ValueError),
        (lambda m: m.decode([1], np.full(50, np.nan)), ValueError),
        (lambda m: m.encode(np.zeros(16000), 16000), ValueError),
        (lambda m: m.encode(np.full(16000, np.nan), 16000), ValueError),
        (lambda m: m.encode(np.zeros(0), 16000), ValueError),
        (lambda m: m.encode(np.ones(100), 16000), ValueError),
        (lambda m: m.encode("speech", 16000), TypeError),
        (lambda m: m.encode(np.ones(16000), "16000"), TypeError),
        (lambda m: m.nearest(np.zeros(3)), ValueError),
    ],
)
def test_what_is_no_speech_or_no_code_is_said_in_a_sentence(models, call, error):
    with pytest.raises(error, match=r"\.$"):
        call(codebook.load("speech"))


def test_neighbours_are_sorted_and_attention_is_a_softmax_over_all_keys(models):
    model = codebook.load("image")
    query = model.queries(drawing(1))[8, 8]
    found = model.nearest(query, len(model.codebook))
    assert np.all(np.diff(found.distance) >= 0) and found.attention.sum() == pytest.approx(1, abs=1e-4)
    assert found.codes[0] == model.encode(drawing(1))[8, 8]
    assert np.argmax(found.attention) == 0


def test_what_ships_about_each_code_has_a_row_a_code(models):
    for name in ("image", "speech"):
        model = codebook.load(name)
        count = len(model.codebook)
        assert model.map.shape == (count, 2) and model.usage.shape == (count,) and model.usage.sum() == pytest.approx(1, abs=1e-3)
    assert codebook.load("image").stamps().shape == (64, 12, 12, 3)


def test_speakers_share_a_code_wholly_or_not_at_all():
    # the second speaker spoke twice as much, which must not count
    assert np.allclose(atlas.mixing(np.array([[10.0, 20], [30, 60]])), 1) and np.allclose(atlas.mixing(np.array([[5.0, 0], [0, 3]])), 0)


def test_an_unknown_model_is_named_with_those_there_are(models):
    with pytest.raises(ValueError, match="no codebook model 'nothing'.*image"):
        codebook.load("nothing")
