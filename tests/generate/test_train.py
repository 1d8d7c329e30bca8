"""The recipes on a few drawn pictures: what they write can be loaded."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from aedemo import generate
from aedemo.generate import axes, train
from aedemo.generate.data import Batches, grey
from aedemo.generate.model import Vae, VaeConfig


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    for i in range(20):
        Image.fromarray((rng.random((5, 5)) * 255).astype(np.uint8)).resize((64, 64), Image.Resampling.BICUBIC).save(place / f"{i}.png")
    return place


def test_what_the_recipes_write_can_be_loaded_and_the_encoder_stays_when_the_decoder_is_sharpened(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(axes, "FEW", 2)
    monkeypatch.setattr(axes, "CODES", 8)
    monkeypatch.setattr(axes, "LOOKED", 8)
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "out"))
    out = "out/generate"
    train.train(str(folder), "soft", 3, out, batch=8)
    train.train(str(folder), "plain", 2, out, variational=False, batch=8)
    train.sharpen(str(folder), "sharp", "soft", 2, out, batch=8)
    soft, sharp, plain = (generate.load(name) for name in ("soft", "sharp", "plain"))
    picture = Image.open(folder / "0.png")
    assert np.array_equal(soft.encode(picture), sharp.encode(picture))
    assert soft.sample(1, 0)[0].tobytes() != sharp.sample(1, 0)[0].tobytes()
    assert soft.network.config.channels == 1 and plain.betas == (0.0,) and len(soft.axes()) == 8
    card = (tmp_path / out / "sharp" / "README.md").read_text()
    assert "--name soft --steps 3" in card and "--sharpen soft --steps 2" in card and "# generate / sharp" in card


def test_the_discriminator_pulls_as_hard_as_it_should():
    last = torch.nn.Parameter(torch.ones(4))
    bound, rival = (2 * last).sum(), (10 * last).sum()
    weight = train.share_of(bound, rival, last)
    assert (weight * 10).item() == pytest.approx(train.PULL * 2, rel=1e-4)


def test_where_codes_lie_is_measured(tmp_path):
    torch.manual_seed(0)
    model = Vae(VaeConfig(1)).eval()
    x = torch.rand(40, 1, 64, 64)
    train.write_codes(model, x, tmp_path)
    from safetensors.torch import load_file

    kept = load_file(tmp_path / "codes.safetensors")
    with torch.no_grad():
        codes = model.encoder(x, torch.full((40,), 2))[0]
    assert torch.allclose(kept["mean"][2], codes.mean(0), atol=1e-4) and torch.allclose(kept["std"][2], codes.std(0), atol=1e-4)


def test_batches_are_the_pictures_or_their_mirror_images():
    arrays = np.arange(3 * 64 * 64 * 3, dtype=np.uint32).reshape(3, 64, 64, 3).astype(np.uint8)
    arrays[..., 1] += 1
    x = Batches(arrays, 3, 0).draw(20)
    wanted = [torch.from_numpy(a).permute(2, 0, 1) / 255 for a in arrays]
    assert all(any(torch.allclose(one, w) or torch.allclose(one, w.flip(2)) for w in wanted) for one in x)
    assert not grey(arrays) and grey(np.repeat(arrays[..., :1], 3, -1))
