"""Every oddity of a picture file gives an upright 8-bit image or one sentence."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from aedemo import images, squares


def file(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def ramp(height: int = 40, width: int = 60) -> np.ndarray:
    return np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))


def test_sixteen_bits_keep_their_brightness_however_dark():
    wide = ramp().astype(np.uint16) * 257
    assert np.abs(np.asarray(images.read(file(Image.fromarray(wide)))).astype(int) - ramp()).max() <= 1
    # a dark 16-bit picture stays dark: it must not be taken for an 8-bit one
    assert np.asarray(images.read(file(Image.fromarray(np.full((9, 9), 200, np.uint16))))).max() <= 1


def test_a_phone_photograph_is_turned_upright():
    image = Image.fromarray(np.dstack([ramp()] * 3))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    turned = images.read(file(image, "JPEG", exif=exif, quality=95))
    assert turned.size == (40, 60)
    values = np.asarray(turned.convert("L")).astype(int)
    assert values[0].mean() < 20 and values[-1].mean() > 235


def test_broken_exif_is_no_reason_to_refuse():
    data = file(Image.fromarray(ramp()), "JPEG")
    bad = data[:2] + b"\xff\xe1" + struct.pack(">H", 18) + b"Exif\0\0II*\0\xff\xff\xff\x7f\0\0" + data[2:]
    assert images.read(bad).size == (60, 40)


def test_what_is_transparent_lies_on_white():
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[:2] = (255, 0, 0, 255)
    for data in (file(Image.fromarray(rgba)), file(Image.fromarray(rgba), "WEBP", lossless=True)):
        values = np.asarray(images.read(data))
        assert (values[0] == (255, 0, 0)).all() and (values[3] == 255).all()
    palette = Image.new("P", (4, 4), 0)
    palette.putpalette([0, 0, 0, 9, 9, 9])
    palette.info["transparency"] = 0
    assert (np.asarray(images.read(file(palette, transparency=0))) == 255).all()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LA", "RGBA", "I;16", "I", "F", "HSV"])
def test_every_mode_becomes_grey_or_rgb_of_the_same_look(mode):
    source = Image.fromarray((ramp() > 127).astype(np.uint8) * 255)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(source).astype(np.uint16) * 257)
    else:
        image = (source.convert("RGB") if mode == "HSV" else source).convert(mode)
    assert image.mode == mode
    read = images.read(image)
    assert read.mode in ("L", "RGB") and read.size == source.size
    values = np.asarray(read.convert("L")).astype(int)
    assert values[:, 0].mean() < 20 and values[:, -1].mean() > 235


def test_an_animation_gives_its_first_frame():
    frames = [Image.new("RGB", (8, 8), c) for c in ("red", "blue")]
    data = file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert np.asarray(images.read(data))[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"])
def test_a_file_cut_off_gets_one_sentence(kind):
    rng = np.random.default_rng(0)
    data = file(Image.fromarray(rng.integers(0, 255, (64, 64, 3), np.uint8)), kind)
    with pytest.raises(ValueError, match=r"cut off|cannot be read as a picture"):
        images.read(data[: len(data) // 2])


@pytest.mark.parametrize("data", [b"", b"this is no picture", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4", b"GIF89a", b"\0" * 1000])
def test_what_is_no_picture_gets_one_sentence(data, tmp_path):
    named = tmp_path / "photo.jpg"
    named.write_bytes(data)
    for source in (data, named, io.BytesIO(data)):
        with pytest.raises(ValueError, match=r"^This (file|picture)[^\n]*\.$"):
            images.read(source)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that promises gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(12_000, 12_000), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_unfolds(size):
    with pytest.raises(ValueError, match="100 million"):
        images.read(bomb(*size))


def test_one_pixel_and_twenty_thousand_wide_are_pictures():
    assert images.read(file(Image.new("RGB", (1, 1)))).size == (1, 1)
    assert images.read(file(Image.new("L", (20_000, 30)))).size == (20_000, 30)


def test_a_line_of_a_million_pixels_is_seen_without_a_square_of_so_many():
    line = np.zeros((1, 2_000_000), np.uint8)
    seen = squares.to_array(images.read(line))
    assert seen.shape == (64, 64, 3) and seen[32].max() < seen[0].min() == 255


def test_arrays_of_every_kind():
    assert images.read(ramp()).mode == "L" and images.read(np.dstack([ramp()] * 3)).mode == "RGB"
    assert np.asarray(images.read(ramp() / 255.0)).max() == 255
    assert images.read(np.zeros((5, 6, 1), bool)).size == (6, 5)
    for bad, error in (
        (np.zeros((3, 3, 7)), ValueError),
        (np.full((3, 3), np.nan), ValueError),
        (np.zeros((0, 5)), ValueError),
        (np.array([["a"]]), TypeError),
        (7, TypeError),
    ):
        with pytest.raises(error, match=r"\.$"):
            images.read(bad)


def test_what_is_read_does_not_change_with_its_source():
    source = Image.fromarray(ramp())
    read = images.read(source)
    source.paste(0, (0, 0, 60, 40))
    assert np.array_equal(np.asarray(read), ramp())


def test_files_are_listed_with_2_before_10_and_only_pictures(tmp_path):
    for name in ("a10.png", "a2.png", "b/a1.JPG", ".hidden.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [str(f.relative_to(tmp_path)) for f in images.files(tmp_path)] == ["a2.png", "a10.png", "b/a1.JPG"]
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(ValueError, match=r"\.$"):
            images.files(folder)
