from __future__ import annotations

import json
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from aedemo import compress
from aedemo.compress import evaluate, peers
from aedemo.compress.inference import HEAD, LARGEST, MAGIC, VERSION
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "compress"


@pytest.fixture(scope="module")
def codec():
    return compress.load()


@pytest.fixture(scope="module")
def drawing():
    return Image.open(ROOT / "examples" / "compress" / "drawing.png").convert("RGB").crop((90, 180, 410, 400))


def picture(width, height, seed, grey=False):
    """Something with smooth places and edges."""
    rng = np.random.default_rng(seed)
    small = rng.random((2 + height // 40, 2 + width // 40, 3))
    image = Image.fromarray((small * 255).astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    values = np.array(image)
    values[height // 3 : height // 2, width // 4 : width // 2 + 1] = rng.integers(256, size=3)
    return Image.fromarray(values).convert("L" if grey else "RGB")


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(width=st.integers(1, 300), height=st.integers(1, 300), quality=st.integers(1, 6), seed=st.integers(0, 99), grey=st.booleans())
def test_any_size_comes_back_as_it_was_and_the_same_each_time(codec, width, height, quality, seed, grey):
    image = picture(width, height, seed, grey)
    data = codec.compress(image, quality)
    again = codec.decompress(data)
    assert again.size == (width, height) and again.mode == image.mode
    assert codec.compress(image, quality) == data and codec.decompress(data).tobytes() == again.tobytes()


def test_better_qualities_are_nearer_and_larger(codec, drawing):
    points = []
    for quality in codec.qualities:
        data = codec.compress(drawing, quality)
        points.append((len(data), peers.psnr(drawing, codec.decompress(data))))
    assert points == sorted(points) and points[-1][1] > points[0][1] + 6
    assert [codec.open(codec.compress(drawing, q)).quality for q in codec.qualities] == list(codec.qualities)


def test_a_photograph_is_nearer_than_jpeg_in_as_many_bytes(codec):
    from skimage import data

    for image in (Image.fromarray(data.astronaut()), Image.fromarray(data.coffee())):
        for quality in (1, 2, 3):
            ours = codec.compress(image, quality)
            jpeg = peers.at_most(image, "JPEG", len(ours))
            assert peers.psnr(image, codec.decompress(ours)) > peers.psnr(image, jpeg.image) + 0.5


def test_golden_files_open_as_they_did():
    """Weights and tables as shipped still read the files they wrote, to the same code, and paint the same within rounding."""
    codec = compress.load()
    known = json.loads((GOLDEN / "figures.json").read_text())
    for name, told in known.items():
        data = (GOLDEN / f"{name}.aedc").read_bytes()
        opened = codec.open(data)
        wanted = np.asarray(Image.open(GOLDEN / f"{name}.png").convert("RGB"), np.int16)
        assert opened.quality == told["quality"] and list(opened.image.size) == told["size"]
        assert np.abs(np.asarray(opened.image.convert("RGB"), np.int16) - wanted).max() <= 1
        numbers = codec.coder.read(data[HEAD.size :], *told["blocks"], told["quality"] - 1)
        assert zlib.crc32(numbers.astype("<i4").tobytes()) == told["numbers_crc32"]


def test_tiles_of_a_large_picture_fit_together(codec, monkeypatch):
    from aedemo.compress import inference

    image = picture(500, 330, 5)
    whole = codec.write(image, 3)
    monkeypatch.setattr(inference, "TILE", 7)
    parts = codec.write(image, 3)
    apart = np.abs(np.asarray(whole.image, np.int16) - np.asarray(parts.image, np.int16))
    assert (whole.numbers != parts.numbers).mean() < 1e-4 and (apart > 1).mean() < 1e-3


def test_what_the_page_shows_is_what_the_file_holds(codec, drawing):
    written = codec.write(drawing, 2)
    assert codec.decompress(written.data).tobytes() == written.image.tobytes() and written.data == codec.compress(drawing, 2)
    assert written.bits.shape == written.numbers.shape == (320, 14, 20)
    assert 8 * len(written.data) == pytest.approx(written.bits.sum(), rel=0.01)


def test_odd_pictures_are_taken_or_refused_in_a_sentence(codec):
    clear = Image.new("RGBA", (40, 30), (200, 0, 0, 0))
    assert np.asarray(codec.decompress(codec.compress(clear, 6))).min() > 200, "what is transparent lies on white"
    assert codec.decompress(codec.compress(np.zeros((9, 5, 3), np.float32))).size == (5, 9)
    deep = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    again = np.asarray(codec.decompress(codec.compress(deep, 6)), float)
    assert np.abs(again - deep / 257).mean() < 6
    for wrong, kind, said in (
        (np.full((4, 4), np.nan), ValueError, "not numbers"),
        (np.zeros((0, 4, 3), np.uint8), ValueError, "no pixels"),
        (b"no picture", ValueError, "cannot be read as a picture"),
        (None, TypeError, "not NoneType"),
        (Image.new("1", (6000, 6000)), ValueError, "24 million"),
    ):
        with pytest.raises(kind, match=said):
            codec.compress(wrong)
    for quality in (0, 7, 2.5, "3", None, True, float("nan")):
        with pytest.raises(ValueError, match="There is no quality"):
            codec.compress(Image.new("RGB", (8, 8)), quality)


def head(codec, width, height, flags=3, version=VERSION, payload=b"\0" * 8, right=True):
    start = HEAD.pack(MAGIC, version, flags, width, height, 0)[:-4]
    return start + struct.pack("<I", codec._checksum(start, payload) if right else 7) + payload


def test_foreign_damaged_and_hostile_files_are_refused_in_a_sentence_and_cost_no_memory(codec):
    good = codec.compress(picture(50, 40, 1), 2)
    tracemalloc.start()
    for wrong, said in (
        (b"", "does not begin with AEDC"),
        (b"\x89PNG\r\n\x1a\n", "does not begin with AEDC"),
        (b"AEDC", "damaged or cut off"),
        (good[:-4], "damaged or cut off"),
        (good[:-3], "damaged or cut off"),
        (good + b"\0\0\0\0", "damaged or cut off"),
        (good[:20] + bytes([good[20] ^ 1]) + good[21:], "damaged or cut off"),
        (head(codec, 50, 40, right=False), "damaged or cut off"),
        (head(codec, 50, 40, version=9), "version 9"),
        (head(codec, 50, 40, flags=0), "damaged or cut off"),
        (head(codec, 50, 40, flags=9), "damaged or cut off"),
        (head(codec, 0, 40), "damaged or cut off"),
        (head(codec, 65_535, 65_535), "damaged or cut off"),
        (head(codec, 65_535, LARGEST // 65_535 + 1), "damaged or cut off"),
    ):
        with pytest.raises(ValueError, match=said):
            codec.decompress(wrong)
    assert tracemalloc.get_traced_memory()[1] < 5e6
    tracemalloc.stop()
    for wrong in (None, "AEDC", 3, [1, 2]):
        with pytest.raises(TypeError, match="bytes"):
            codec.decompress(wrong)


def test_fuzzed_bytes_never_crash_even_when_their_checksum_is_right(codec):
    rng = np.random.default_rng(0)
    good = codec.compress(picture(40, 24, 2), 3)
    for i in range(60):
        data = bytearray(good)
        for place in rng.integers(0, len(data), size=1 + i % 6):
            data[place] = rng.integers(256)
        data = bytes(data[: rng.integers(4, len(data) + 1)]) if i % 3 == 0 else bytes(data)
        if i % 2 and len(data) > HEAD.size:  # as one would write who knows the format
            start, payload = MAGIC + bytes([VERSION]) + data[5:10], data[HEAD.size :]
            start = start[:6] + struct.pack("<HH", 1 + data[6] % 60, 1 + data[8] % 60)
            data = start + struct.pack("<I", codec._checksum(start, payload)) + payload
        try:
            assert codec.decompress(data).width <= 65_535
        except ValueError as refused:
            assert str(refused).startswith("This ")


def test_a_file_of_another_model_is_refused(codec):
    data = codec.compress(picture(30, 30, 3), 1)
    other = compress.Codec(codec.transform, {k: v for k, v in codec_files().items()}, codec._fingerprint ^ 1)
    with pytest.raises(ValueError, match="another model"):
        other.decompress(data)


def codec_files():
    from safetensors.torch import load_file

    from aedemo import pretrained
    from aedemo.compress import tables

    return load_file(pretrained.folder("compress", compress.NAME) / tables.FILE)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="wants CUDA")
def test_cuda_paints_what_the_cpu_paints(codec, drawing):
    data = codec.compress(drawing, 3)
    other = compress.load(device="cuda").decompress(data)
    assert np.abs(np.asarray(other, np.int16) - np.asarray(codec.decompress(data), np.int16)).max() <= 1


def test_bd_rate_is_what_it_says():
    line = [(0.1, 25.0), (0.5, 31.0), (1.0, 35.0)]
    assert evaluate.bd_rate(line, line) == pytest.approx(0)
    assert evaluate.bd_rate(line, [(0.8 * bits, db) for bits, db in line]) == pytest.approx(-20, abs=0.01)
    assert np.isnan(evaluate.bd_rate(line, [(0.1, 40.0), (0.2, 50.0)]))


def test_peers_fill_the_same_bytes(drawing):
    for form in peers.FORMATS:
        peer = peers.at_most(drawing, form, 6_000)
        assert len(peer.data) <= 6_000 < len(peers.written(drawing, form, peer.quality + 1))
        assert peers.read(peer.data).tobytes() == peer.image.tobytes()
        assert peers.at_most(drawing, form, 10).quality == 1, "if none is so small, the smallest"


def test_likeness_is_measured_as_published(drawing):
    assert peers.psnr(drawing, drawing) == 100 and peers.ssim(drawing, drawing) == pytest.approx(1)
    other = Image.fromarray((np.asarray(drawing, np.int16) + 5).clip(0, 255).astype(np.uint8))
    assert peers.psnr(drawing, other) == pytest.approx(10 * np.log10(255**2 / 25), abs=0.2)
    for size in ((1, 1), (2, 5), (3, 3), (7, 9)):
        assert peers.ssim(drawing.resize(size), drawing.resize(size)) == pytest.approx(1)
