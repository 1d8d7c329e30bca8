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


def test_what_the_recipes_write_can_be_loaded(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(axes, "FEW", 2)
    monkeypatch.setattr(axes, "CODES", 8)
    monkeypatch.setattr(axes, "LOOKED", 8)
    monkeypatch.setattr(train, "FLOW_STEPS", 3)
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "out"))
    out = "out/generate"
    train.train(str(folder), "one", 3, out, batch=8, betas=(1, 2, 4))
    train.train(str(folder), "plain", 2, out, variational=False, batch=8)
    one, plain = (generate.load(name) for name in ("one", "plain"))
    picture = Image.open(folder / "0.png")
    again = np.asarray(one.decode(one.encode(picture))[0], float)
    with torch.no_grad():
        x, which = torch.from_numpy(np.array(picture)).float()[None, None] / 255, torch.ones(1, dtype=torch.long)
        straight = one.network.decoder(one.network.encoder(x, which)[0], which).clamp(0, 1)[0, 0].numpy() * 255
    assert np.abs(again - straight).max() <= 1, "through the flow and back is where one was"
    assert one.network.config.channels == 1 and one.betas == (1, 2, 4) and plain.betas == (0.0,) and len(one.axes()) == 8
    assert "--name one --steps 3 --batch 8 --betas 1 2 4" in (tmp_path / out / "one" / "README.md").read_text()


def test_where_codes_lie_is_measured(tmp_path):
    torch.manual_seed(0)
    model = Vae(VaeConfig(1)).eval()
    x = torch.rand(40, 1, 64, 64)
    train.write_codes(model, x, tmp_path)
    from safetensors.torch import load_file

    kept = load_file(tmp_path / "codes.safetensors")
    with torch.no_grad():
        codes = model.place(x, torch.full((40,), 2))
    assert torch.allclose(kept["mean"][2], codes.mean(0), atol=1e-4) and torch.allclose(kept["std"][2], codes.std(0), atol=1e-4)


def test_batches_are_the_pictures_or_their_mirror_images():
    arrays = np.arange(3 * 64 * 64 * 3, dtype=np.uint32).reshape(3, 64, 64, 3).astype(np.uint8)
    arrays[..., 1] += 1
    x = Batches(arrays, 3, 0).draw(20)
    wanted = [torch.from_numpy(a).permute(2, 0, 1) / 255 for a in arrays]
    assert all(any(torch.allclose(one, w) or torch.allclose(one, w.flip(2)) for w in wanted) for one in x)
    assert not grey(arrays) and grey(np.repeat(arrays[..., :1], 3, -1))
