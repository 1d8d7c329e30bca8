from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from aedemo import generate, pretrained
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "generate.json"
NAMES = ("faces", "faces-plain", "emoji", "emoji-plain")
FACE = ROOT / "examples" / "anomaly" / "face.png"


@pytest.fixture(scope="module")
def models():
    return {name: generate.load(name) for name in NAMES}


def outcome(model) -> dict:
    """What the golden file holds of a model: means over parts of what it draws, and a code."""
    drawn = (
        {f"{beta:g}": model.arrays(model.draw(3, seed=4, beta=beta), beta) for beta in model.betas}
        if model.variational
        else {"0": model.arrays(model.draw(3, seed=4))}
    )
    quarters = {key: arrays.reshape(3, 4, 16, 4, 16, -1).mean((2, 4, 5)).round(2).tolist() for key, arrays in drawn.items()}
    return {"quarters": quarters, "code": model.encode(Image.open(FACE)).round(3).tolist()}


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_weights_draw_what_they_drew(models, name):
    found, known = outcome(models[name]), json.loads(GOLDEN.read_text())[name]
    assert np.allclose(found["code"], known["code"], atol=0.02 * np.abs(known["code"]).max())
    for key, quarters in known["quarters"].items():
        assert np.abs(np.array(found["quarters"][key]) - quarters).max() < 1.0  # grey levels


@pytest.mark.parametrize("name", ("faces", "emoji"))
def test_no_two_drawn_pictures_are_alike(models, name):
    x = models[name].arrays(models[name].draw(64, seed=2)).astype(float)
    assert x.std(0).mean() > 15


@pytest.mark.parametrize("name, beta", (("faces", "1"), ("emoji", "16")))
def test_drawn_pictures_lie_a_third_as_far_from_real_ones_as_what_the_plain_one_draws(name, beta):
    """However the plain one's codes are drawn: from the standard Gaussian, or from the one that its codes fit."""
    figures, plain = pretrained.card("generate", name), pretrained.card("generate", f"{name}-plain")
    drawn = figures[f"distance_beta_{beta}"]
    assert abs(figures["distance_of_training_pictures"]) < drawn <= min(plain["distance"], plain["distance_fitted"]) / 3


def test_one_seed_is_one_picture_and_another_is_another(models):
    one, same, other = (models["faces"].sample(2, seed=s)[0].tobytes() for s in (1, 1, 2))
    assert one == same != other
    assert len({p.tobytes() for p in models["faces"].sample(20, seed=3)}) == 20
    cold = models["faces"].sample(2, seed=1, temperature=0)
    assert cold[0].tobytes() == cold[1].tobytes()


def test_codes_of_pictures_decode_to_those_pictures(models):
    seen = models["faces"].seen(Image.open(FACE)).astype(float)
    for name in ("faces", "faces-plain"):
        again = np.asarray(models[name].decode(models[name].encode(Image.open(FACE)))[0], float)
        assert 10 * np.log10(255**2 / ((again - seen[..., 0]) ** 2).mean()) > 17


def test_a_higher_beta_says_less_of_a_picture(models):
    model, face = models["faces"], Image.open(FACE)
    errors = [np.abs(np.asarray(model.decode(model.encode(face, beta), beta)[0], float) - model.seen(face)[..., 0]).mean() for beta in model.betas]
    assert errors[2] > errors[1] and errors[2] > errors[0]
    with torch.inference_mode():
        x = torch.rand(8, 1, 64, 64)
        kls = [float(model.network(x, torch.full((8,), i))[2].sum()) for i in range(3)]
    assert kls[0] > kls[1] > kls[2]


def test_several_pictures_are_encoded_as_each_alone(models):
    pictures = [Image.open(FACE), Image.new("RGB", (30, 80), "red"), np.zeros((5, 9), np.uint8)]
    together = models["emoji"].encode(pictures)
    assert together.shape == (3, 64)
    assert np.allclose(together[1], models["emoji"].encode(pictures[1]), atol=1e-3)
    assert models["emoji"].decode(together)[0].mode == "RGB" and models["faces"].decode(np.zeros(64))[0].mode == "L"


def test_axes_are_in_order_of_what_they_change(models):
    for beta in models["faces"].betas:
        axes = models["faces"].axes(beta)
        effects = [axis.effect for axis in axes]
        assert len({axis.latent for axis in axes}) >= 8 and effects == sorted(effects, reverse=True)
        assert all(abs(axis.agreement) >= 0.5 for axis in axes if axis.name)


def test_fitted_codes_lie_where_codes_of_pictures_lie(models):
    plain = models["faces-plain"]
    drawn, fitted = plain.draw(2000, 1), plain.draw(2000, 1, fitted=True)
    assert np.allclose(drawn.std(0), 1, atol=0.1) and np.allclose(drawn.mean(0), 0, atol=0.1)
    mean, std = (plain._codes[key][1].numpy() for key in ("mean", "std"))
    assert np.allclose(fitted.std(0), std, rtol=0.1) and np.allclose(fitted.mean(0), mean, atol=0.1) and np.abs(mean).max() > 0.3


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda m: m.sample(0), "0 pictures were asked for"),
        (lambda m: m.sample(2.5), "2.5 pictures"),
        (lambda m: m.sample(10**9), "pictures were asked for"),
        (lambda m: m.sample(1, temperature=-1), "temperature of -1"),
        (lambda m: m.sample(1, temperature=float("nan")), "temperature of nan"),
        (lambda m: m.sample(1, beta=3), "no beta 3"),
        (lambda m: m.decode(np.zeros((2, 63))), "Codes are"),
        (lambda m: m.decode(np.zeros((0, 64))), "Codes are"),
        (lambda m: m.decode(np.full(64, np.nan)), "numbers from"),
        (lambda m: m.decode(np.full(64, 1e9)), "numbers from"),
        (lambda m: m.encode(b"no picture"), "cannot be read as a picture"),
        (lambda m: generate.load("../faces"), "no generate model"),
        (lambda m: generate.load("nobody"), "there are: emoji"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(models, call, said):
    with pytest.raises(ValueError, match=said):
        call(models["faces"])
