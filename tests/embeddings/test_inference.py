from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image
from sklearn.datasets import load_digits

from aedemo import embeddings, pretrained
from aedemo.embeddings.data import digits
from tests.conftest import CLIPS, ROOT

GOLDEN = ROOT / "tests" / "golden" / "embeddings.json"
PICTURES = tuple(f"{objective}-{kind}" for kind in ("digits", "emoji", "faces") for objective in ("infomax", "plain")) + ("plain-views-digits",)
SPEECH = ("cpc", "plain-speech")
FACE = ROOT / "examples" / "anomaly" / "face.png"


@pytest.fixture(scope="module")
def models():
    return {name: embeddings.load(name, "cpu") for name in (*PICTURES, *SPEECH)}


@pytest.fixture(scope="module")
def clip():
    return soundfile.read(CLIPS / "en-slt.wav")


def outcome(name: str, model) -> list:
    """What the golden file holds of a model: codes of a picture, or the mean and deviation of a clip's."""
    if name in SPEECH:
        codes = model.encode(*soundfile.read(CLIPS / "en-slt.wav"))
        return [codes.mean(0).round(3).tolist(), codes.std(0).round(3).tolist()]
    return [model.encode([Image.open(FACE)])[0].round(3).tolist()]


@pytest.mark.parametrize("name", (*PICTURES, *SPEECH))
def test_the_shipped_weights_encode_as_they_did(models, name):
    for new, old in zip(outcome(name, models[name]), json.loads(GOLDEN.read_text())[name], strict=True):
        assert np.allclose(new, old, atol=0.02 * np.abs(old).max())


def test_a_code_knows_its_digit_and_the_untrained_encoders_does_not():
    pictures = [(image * 16).clip(0, 255).astype(np.uint8) for image in load_digits().images[-24:]]
    bright, dull = [], []
    for stage, gap in (("trained", bright), ("untrained", dull)):
        verdicts = embeddings.load("infomax-digits", "cpu", stage).verdicts(pictures)
        own = np.eye(len(pictures), dtype=bool)
        gap.append(verdicts[own].mean() - verdicts[~own].mean())
    assert bright[0] > 0.6 > 0.1 > abs(dull[0])


def test_verdicts_are_rows_of_codes_against_columns_of_pictures(models):
    model = models["infomax-emoji"]
    colours = [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]
    square = model.verdicts(colours)
    assert square.shape == (3, 3) and (0 <= square).all() and (square <= 1).all()
    assert np.allclose(model.verdicts(colours[:2], colours[1:]), square[:2, 1:], atol=1e-4)


def test_several_pictures_are_encoded_as_each_alone(models):
    pictures = [Image.open(FACE), Image.new("L", (30, 80), 90), np.zeros((5, 9), np.uint8)]
    together = models["infomax-faces"].encode(pictures)
    assert together.shape == (3, models["infomax-faces"].dim) and together.dtype == np.float32
    assert np.allclose(together[1], models["infomax-faces"].encode(pictures[1:2])[0], atol=1e-3)


def test_the_longer_it_learned_the_more_codes_find_their_own_picture():
    from aedemo.embeddings.evaluate import of_digits

    figures, again = pretrained.card("embeddings", "infomax-digits"), of_digits(embeddings.load("infomax-digits", "cpu"))
    assert again["probe_digits"] == pytest.approx(figures["probe_digits"], abs=0.01)
    assert again["own_found_trained"] > 0.8 > again["own_found_half"] > 0.05 > again["own_found_untrained"]


def test_a_linear_probe_reads_more_digits_from_infomax_than_from_rebuilding():
    """By two points of the plain auto-encoder; by less of one that is given the same views to rebuild"""
    card = {name: pretrained.card("embeddings", name)["probe_digits"] for name in ("infomax-digits", "plain-digits", "plain-views-digits")}
    assert card["infomax-digits"] > card["plain-digits"] + 0.02
    assert (
        card["infomax-digits"] > card["plain-views-digits"] + 0.01
        and card["infomax-digits"] > pretrained.card("embeddings", "infomax-digits")["probe_digits_pca"] + 0.02
    )


def test_neighbours_of_emoji_by_infomax_are_more_of_a_kind_than_by_rebuilding():
    figures, plain = (pretrained.card("embeddings", f"{one}-emoji") for one in ("infomax", "plain"))
    assert figures["same_group"] > plain["same_group"] and figures["same_group_mean"] > plain["same_group_mean"]


def test_speech_is_told_ahead_better_than_by_chance_and_less_well_the_farther(models, clip):
    ahead = models["cpc"].ahead(*clip)
    codes = models["cpc"].encode(*clip)
    assert ahead.sure.shape == (12, len(codes)) and codes.shape == (len(codes), models["cpc"].dim)
    assert (ahead.right[:4] > 5 * ahead.chance[:4]).all() and ahead.right[0] > ahead.right[3] > ahead.right[11]
    assert (
        np.isnan(ahead.sure[0, -1:]).all()
        and np.isfinite(ahead.sure[0, 2:-1]).all()
        and np.isnan(ahead.sure[:, :2]).all()
        and np.isnan(ahead.sure[11, -12:]).all()
    )


def test_what_comes_later_does_not_change_codes_of_before(models, clip):
    wave, rate = clip
    mel = models["cpc"].mel(wave, rate)
    changed = torch.cat((mel[..., :60], mel[..., 60:].flip(2)), 2)  # as loud as before in each band over the clip
    with torch.inference_mode():
        network = models["cpc"].network
        before, after = (network(one)[1][0] for one in (mel, changed))
    heard = 60 - network.config.look
    assert torch.allclose(before[:heard], after[:heard], atol=1e-4) and not torch.allclose(before[heard:], after[heard:], atol=0.01)


def test_a_linear_probe_reads_more_phones_from_codes_than_from_mel_frames():
    figures = pretrained.card("embeddings", "cpc")
    assert figures["phones_right"] > figures["phones_right_mel"] + 0.08 and figures["phones_right"] > figures["phones_right_mel_centred"] + 0.05


@pytest.mark.parametrize(
    "call, kind, said",
    [
        (lambda m: m["infomax-emoji"].encode([]), ValueError, "0 pictures were given"),
        (lambda m: m["infomax-emoji"].encode(Image.new("RGB", (9, 9))), TypeError, "A list of pictures"),
        (lambda m: m["infomax-emoji"].encode([b"no picture"]), ValueError, "cannot be read as a picture"),
        (lambda m: m["infomax-emoji"].encode([None]), TypeError, "An image is"),
        (lambda m: m["cpc"].encode(np.zeros(16000), 16000), ValueError, "."),
        (lambda m: m["cpc"].encode(np.full(16000, np.nan), 16000), ValueError, "."),
        (lambda m: m["cpc"].ahead(np.random.default_rng(0).standard_normal(2000) * 0.1, 16000), ValueError, "too short"),
        (lambda m: embeddings.load("../cpc"), ValueError, "no embeddings model"),
        (lambda m: embeddings.load("infomax-digits", stage="quarter"), ValueError, "no 'quarter' stage"),
        (lambda m: embeddings.load("cpc", stage="half"), ValueError, "no 'half' stage"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(models, call, kind, said):
    with pytest.raises(kind, match=said):
        call(models)


def test_no_digit_is_learned_from_and_asked_of():
    x, (x_new, y_new) = digits("train")[0], digits("test")
    assert len(x) == 1200 and len(x) + len(x_new) == 1797 and x.shape[1:] == (1, 8, 8) and 0 <= x.min() and x.max() == 1
    assert len({row.numpy().tobytes() for row in torch.cat((x, x_new))}) > 1790
    assert np.bincount(y_new).min() > 40
