"""The recipe on a few drawn pictures: what it writes can be loaded, and learned on from."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from aedemo import compress, training
from aedemo.compress import tables, train
from aedemo.compress.data import LARGE, SMALL, Crops
from aedemo.compress.model import BROAD, COARSE, CodecConfig, CodecNetwork
from tests.compress.test_inference import picture


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("photographs")
    for i in range(18):
        picture(100 + i, 90, i).save(place / f"{i}.png")
    return place


def test_a_trained_codec_is_written_whole_and_goes_on(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(train, "PATCHES", 2000)
    monkeypatch.setattr(tables, "BATCHES", 6)
    monkeypatch.setenv("AEDEMO_PRETRAINED", str(tmp_path / "out"))
    train.train(str(folder), "first", 2, "out/compress", batch=2)
    codec = compress.load(name="first")
    image = picture(70, 50, 99)
    data = codec.compress(image, 4)
    assert codec.decompress(data).size == (70, 50)
    assert "--name first --steps 2 --batch 2" in (tmp_path / "out/compress/first/README.md").read_text()
    train.train(str(folder), "second", 1, "out/compress", batch=2, start=["first"])
    with pytest.raises(ValueError, match="another model"):
        compress.load(name="second").decompress(data)


def test_whole_weights_come_back_to_go_on_from(folder):
    torch.manual_seed(0)
    one, other = CodecNetwork(CodecConfig()), CodecNetwork(CodecConfig())
    from aedemo.compress.coder import float_weights, whole_weights

    other.foresee.load_state_dict(float_weights(whole_weights(one)))
    for key, value in one.foresee.state_dict().items():
        assert (other.foresee.state_dict()[key] - value).abs().max() <= 1 / 512 + 1e-6, key


def test_the_linear_maps_begin_as_principal_components(folder):
    network = CodecNetwork(CodecConfig()).eval()
    crops = Crops(folder, 0)
    network.begin(train.patches(crops, 3000))
    x = crops.draw(8)
    with torch.no_grad():
        y = network.analysis(x - 0.5)
        basis = torch.cat((network.synthesis.linear.weight[:, :, 1, 1], network.synthesis.detail.weight[:, :, 0, 0]), 1)  # (768, 320)
    assert torch.allclose(basis.T @ basis, torch.eye(320), atol=1e-4), "an error in the code is as large in the picture"
    power = y.square().mean((0, 2, 3))
    assert power[:8].sum() > 0.8 * power.sum() and power[BROAD:].sum() < 0.02 * power.sum()


def test_crops_are_pieces_of_pictures_at_the_promised_sizes(folder):
    crops = Crops(folder, 1)
    sizes = {tuple(crops.draw(4).shape) for _ in range(20)}
    assert sizes == {(4, 3, SMALL, SMALL), (2, 3, LARGE, LARGE)}
    x = crops.draw(4)
    assert 0 <= x.min() < x.max() <= 1
    with pytest.raises(ValueError, match="At least 16 pictures"):
        Crops(small_folder(folder), 0)


def small_folder(folder):
    place = folder.parent / "few"
    place.mkdir(exist_ok=True)
    picture(100, 90, 1).save(place / "one.png")
    return place


def test_an_error_is_dearer_at_better_qualities():
    prices = train.price(torch.arange(len(COARSE)))
    assert (prices.diff() > 0).all() and prices[0] == pytest.approx(6 / np.log(2) / 90**2, rel=1e-3)


def test_a_group_of_parameters_can_go_in_smaller_steps(tmp_path):
    weights = [torch.nn.Parameter(torch.zeros(1)) for _ in range(2)]
    optimizer = torch.optim.SGD([{"params": weights[:1]}, {"params": weights[1:], "share": 0.1}], 1.0)
    loop = training.Loop(tmp_path, 3, training.accelerator(), torch.nn.Linear(1, 1), peak=1.0)
    for _ in loop.over(optimizer):
        one, other = (group["lr"] for group in optimizer.param_groups)
        assert other == pytest.approx(0.1 * one)


def test_tables_know_what_was_counted(folder):
    torch.manual_seed(0)
    network = CodecNetwork(CodecConfig()).eval()
    network.begin(train.patches(Crops(folder, 0), 2000))
    import aedemo.compress.tables as module

    kept_batches, module.BATCHES = module.BATCHES, 6
    try:
        kept = module.count(network, Crops(folder, 2))
    finally:
        module.BATCHES = kept_batches
    from aedemo.compress.coder import WHOLE, frequencies, laplace_tables

    assert (kept["tables"].sum(1) == WHOLE).all() and not np.array_equal(kept["tables"].numpy(), frequencies(laplace_tables()))


def test_shipped_tables_are_complete():
    from aedemo import pretrained

    kept = load_file(pretrained.folder("compress", compress.NAME) / tables.FILE)
    assert kept["tables"].min() >= 1 and all(not value.is_floating_point() for value in kept.values())
