"""Pictures and their files for the fuzz: odd, damaged, giant by their own account, or sound and unusual."""

from __future__ import annotations

import io
import struct
import zlib
from functools import lru_cache

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from tests import hostile as h

MODES = ("1", "L", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "LA", "I;16", "PA", "RGBX", "RGBa", "La")
SIZES = ((20, 24), (64, 64), (1, 1), (1, 90), (300, 2), (65, 257))
FORMS = (
    "PNG", "PNG grey 16", "PNG palette", "PNG palette tRNS", "PNG RGBA", "PNG one bit", "APNG", "JPEG", "JPEG progressive", "JPEG CMYK", "JPEG turned", "JPEG grey",
    "WEBP", "WEBP lossless", "WEBP animated", "WEBP RGBA", "GIF", "GIF animated", "GIF transparent", "BMP", "BMP palette", "TIFF", "TIFF lzw", "TIFF float", "TIFF 16",
    "TIFF CMYK", "TIFF pages", "TIFF turned", "PPM", "PGM", "ICO", "TGA", "PCX", "EPS", "SGI", "DDS", "ICNS", "JPEG2000", "AVIF",
)  # fmt: skip


@lru_cache(maxsize=400)
def encoded(form: str, size: tuple[int, int], profile: bytes | None = None) -> bytes:
    """A file of noise in one of FORMS."""
    rng, (width, height) = np.random.default_rng(0), size
    image = Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8))
    wide = Image.fromarray(rng.integers(0, 65536, (height, width), np.uint16))
    turned = Image.Exif()
    turned[0x0112] = 1 + (width + height) % 8
    others = [image.rotate(90), Image.new("RGB", (width, height), "red")]
    kind, told = form.split(" ")[0], dict(icc_profile=profile) if profile and form in ("PNG", "JPEG", "WEBP", "TIFF") else {}
    image, told = {
        "PNG grey 16": (wide, {}),
        "PNG palette": (image.quantize(7), {}),
        "PNG palette tRNS": (image.quantize(7), {"transparency": bytes(range(7))}),
        "PNG RGBA": (image.convert("RGBA").rotate(45), {}),
        "PNG one bit": (image.convert("1"), {}),
        "APNG": (image, {"save_all": True, "append_images": others}),
        "JPEG progressive": (image, {"progressive": True}),
        "JPEG CMYK": (image.convert("CMYK"), {}),
        "JPEG turned": (image, {"exif": turned}),
        "JPEG grey": (image.convert("L"), {}),
        "WEBP lossless": (image, {"lossless": True}),
        "WEBP animated": (image, {"save_all": True, "append_images": others}),
        "WEBP RGBA": (image.convert("RGBA").rotate(45), {}),
        "GIF animated": (image, {"save_all": True, "append_images": others}),
        "GIF transparent": (image.quantize(7), {"transparency": 0}),
        "BMP palette": (image.quantize(7), {}),
        "TIFF lzw": (image, {"compression": "tiff_lzw"}),
        "TIFF float": (image.convert("F"), {}),
        "TIFF 16": (wide, {}),
        "TIFF CMYK": (image.convert("CMYK"), {}),
        "TIFF pages": (image, {"save_all": True, "append_images": others}),
        "TIFF turned": (image, {"exif": turned}),
        "PGM": (image.convert("L"), {}),
    }.get(form, (image, told))
    buffer = io.BytesIO()
    image.save(buffer, {"APNG": "PNG", "PGM": "PPM"}.get(kind, kind), **told)
    return buffer.getvalue()


def claiming(form: str, width: int, height: int) -> bytes:
    """A small file whose header promises so many pixels."""
    data = bytearray(encoded(form, (20, 24)))
    if form.startswith(("PNG", "APNG")):
        data[16:24] = struct.pack(">II", width, height)
        data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    elif form.startswith("GIF"):
        data[6:10] = struct.pack("<HH", width % 65536, height % 65536)
    elif form.startswith("BMP"):
        data[18:26] = struct.pack("<ii", width % 2**31, height % 2**31)
    elif form.startswith("WEBP") and data[12:16] == b"VP8X":
        data[24:30] = struct.pack("<I", (width - 1) % 2**24)[:3] + struct.pack("<I", (height - 1) % 2**24)[:3]
    elif form.startswith("TIFF"):
        (at,) = struct.unpack_from("<I", data, 4)
        for entry in range(struct.unpack_from("<H", data, at)[0]):
            place = at + 2 + 12 * entry
            tag = struct.unpack_from("<H", data, place)[0]
            if tag in (256, 257):
                data[place + 2 : place + 12] = struct.pack("<HII", 4, 1, width if tag == 256 else height)
    elif form.startswith(("PPM", "PGM")):
        data = bytearray(data.replace(b"20 24", b"%d %d" % (width, height), 1))
    elif form.startswith("JPEG") and b"\xff\xc0" in data:
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", height % 65536, width % 65536)
    return bytes(data)


@st.composite
def files(draw):
    """The bytes of a picture file: whole, damaged behind its header or anywhere, cut off, or promising what it has not."""
    form, size = draw(st.sampled_from(FORMS)), draw(st.sampled_from(SIZES))
    what = draw(st.sampled_from(("whole", "whole", "whole", "damaged", "damaged", "cut", "profile", "giant", "bytes")))
    if what == "bytes":
        return draw(st.binary(max_size=200))
    if what == "giant":
        return claiming(
            form, *draw(st.sampled_from(((9000, 9000), (2**31 - 1, 1), (65535, 65535), (0, 5), (1, 2**24), (12_000, 12_000), (21, 24), (3000, 3000))))
        )
    if what == "profile":
        profile = draw(st.sampled_from((b"no profile", b"\0" * 128, b"acsp" * 90, bytes(range(256)))))
        return encoded(draw(st.sampled_from(("PNG", "JPEG", "WEBP", "TIFF"))), size, profile)
    data = encoded(form, size)
    if what == "damaged":
        return draw(h.cut(data, min(len(data) - 1, draw(st.sampled_from((0, 30, 60, 200))))))
    return data[: draw(st.integers(1, len(data)))] if what == "cut" else data


@st.composite
def pictures(draw):
    kind = draw(st.sampled_from(("array", "array", "image", "image", "file", "file", "file", "file", "noise", "odd")))
    if kind == "file":
        return draw(files())
    if kind == "odd":
        return draw(h.odd)
    if kind == "noise":
        side = st.integers(0, 70)
        return draw(h.arrays(st.one_of(st.tuples(side, side), st.tuples(side, side, st.integers(0, 5)), st.tuples(side), st.just((3, 3, 3, 2)))))
    (width, height), rng = draw(st.sampled_from(SIZES)), np.random.default_rng(draw(h.seeds))
    if kind == "array":
        shape = draw(st.sampled_from(((height, width), (height, width, 1), (height, width, 3), (height, width, 4))))
        values = rng.random(shape) * draw(st.sampled_from((1.0, 1.0, 0.0, 1e-20, 255.0, 65535.0, 1e30, 3e38, -1.0)))
        if not draw(st.integers(0, 4)):
            values.flat[draw(st.integers(0, values.size - 1))] = draw(st.sampled_from(h.SPECIAL))
        with np.errstate(all="ignore"):
            values = values.astype(
                draw(st.sampled_from(("uint8", "uint8", "float32", "float64", "float16", "uint16", "int16", "int64", ">u2", "bool", "longdouble")))
            )
        return values[::-1, ::-1] if draw(st.booleans()) else values
    mode = draw(st.sampled_from(MODES))
    noise = Image.fromarray(rng.integers(0, 256, (height, width, 3), np.uint8))
    try:
        image = noise.convert(mode)
    except ValueError:
        image = Image.new(mode, (width, height))
    if draw(st.booleans()):
        image.info.update(draw(st.sampled_from(({"transparency": 0}, {"transparency": (1, 2, 3)}, {"transparency": b"\0\1"}, {"transparency": "x"},
                                                {"exif": b"Exif\0\0II*\0\xff\xff\xff\x7f"}, {"exif": b"\0" * 9}, {"icc_profile": b"no"}, {"xmp": b"<x tiff:Orientation='6'"}))))  # fmt: skip
    return draw(st.sampled_from((image, image, Image.new(mode, (0, 5)), Image.new(mode, (3, 0))))) if not draw(st.integers(0, 6)) else image
