"""One way in for pictures, however odd: every tab reads them here, as upright 8-bit grey or RGB.

Phone photographs lie on their side (EXIF), microscopes write 16 bits, scanners CMYK, screenshots carry transparency, and
some files are cut off, no pictures at all, or a few kilobytes that unfold into gigabytes.
"""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

# of Pillow's many the ones that people have; others run programs (EPS) or are hardly ever looked at
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")
DAMAGED = "This picture is damaged or cut off: it cannot be read to its end."
LARGEST = 100_000_000  # pixels; three bytes each are then 300 MB
STRIP = 256  # rows
SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm"}


def read(source) -> Image.Image:
    """A picture as an upright 8-bit image of mode "L" (grey) or "RGB".

    Parameters
    ----------
    source : path, bytes, binary file, PIL image, or array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4) of uint8, uint16,
        bool, or floats in [0, 1]. Of an animation the first frame; what is transparent is laid on white.

    Raises
    ------
    ValueError
        If it is no picture, is cut off, has no or more than 100 million pixels, or holds NaN.
    TypeError
        If `source` is something else.
    """
    if isinstance(source, np.ndarray):
        return _of_array(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata and large pictures; the limit is ours
        if isinstance(source, Image.Image):
            return _plain(_limited(source).copy())
        if isinstance(source, (bytes, bytearray)):
            source = io.BytesIO(source)
        if not isinstance(source, (str, os.PathLike)) and not hasattr(source, "read"):
            raise TypeError(f"An image is a PIL image, an array, a path or a file's bytes, not {type(source).__name__}.")
        with _opened(source) as image:
            return _plain(_limited(image))


def _opened(source) -> Image.Image:
    try:
        if isinstance(source, (str, os.PathLike)) and "\0" in os.fsdecode(source):
            raise FileNotFoundError
        return Image.open(source, formats=FORMATS)
    except Image.DecompressionBombError:
        raise ValueError(f"This picture is too large; at most {LARGEST // 10**6} million pixels are taken.") from None
    except UnidentifiedImageError:
        raise ValueError("This file cannot be read as a picture; PNG, JPEG, WebP, GIF, BMP and TIFF can.") from None
    except FileNotFoundError:
        raise ValueError(f"There is no file {os.fspath(source)!r}.") from None
    except Exception as error:  # Pillow's decoders raise whatever a damaged file makes of their arithmetic
        raise ValueError(DAMAGED) from error


def _limited(image: Image.Image) -> Image.Image:
    """Looks at the size that the header promises, before a pixel is unpacked."""
    if image.width * image.height > LARGEST:
        raise ValueError(f"This picture has {image.width} x {image.height} pixels; at most {LARGEST // 10**6} million are taken.")
    if not image.width or not image.height:
        raise ValueError("This picture has no pixels.")
    return image


def _plain(image: Image.Image) -> Image.Image:
    """An image that is ours to change; of a large one there is no second copy."""
    try:
        image.load()
        try:
            ImageOps.exif_transpose(image, in_place=True)
        except Exception:
            pass  # a broken EXIF block is no reason to refuse the picture
        if image.mode in ("1", "I", "F") or image.mode.startswith("I;16"):
            wide = np.asarray(image)
        else:
            return _flat(image)
    except Exception as error:
        raise ValueError(DAMAGED) from error
    return _of_array(wide)


def _flat(image: Image.Image) -> Image.Image:
    """What is transparent on white."""
    if image.mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    if image.mode in ("La", "RGBa"):  # colours that are multiplied by their opacity
        image = image.convert({"La": "LA", "RGBa": "RGBA"}[image.mode])
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        grey = image.mode in ("L", "LA")
        laid = Image.new("L" if grey else "RGB", image.size)
        for top in range(0, image.height, STRIP):
            strip = image.crop((0, top, image.width, min(top + STRIP, image.height))).convert("RGBA")
            laid.paste(Image.alpha_composite(Image.new("RGBA", strip.size, "white"), strip).convert(laid.mode), (0, top))
        return laid
    return image.convert("RGB")


def _of_array(values: np.ndarray) -> Image.Image:
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (3, 4)):
        raise ValueError(f"A picture as an array is (H, W), (H, W, 3) or (H, W, 4), not {values.shape}.")
    if not values.size:
        raise ValueError("This picture has no pixels.")
    if values.shape[0] * values.shape[1] > LARGEST:
        raise ValueError(f"This picture has {values.shape[1]} x {values.shape[0]} pixels; at most {LARGEST // 10**6} million are taken.")
    if values.dtype == bool:
        values = values * np.uint8(255)
    elif values.dtype != np.uint8:
        if values.dtype.kind not in "uif":
            raise TypeError(f"A picture holds numbers, not {values.dtype}.")
        wide, values = values.dtype.itemsize == 2 and values.dtype.kind == "u", values.astype(np.float32)
        if not np.isfinite(values).all():
            raise ValueError("The picture holds values that are not numbers (NaN or infinity).")
        # uint16 is full scale; of floats and wide integers only the largest value tells whether they end at 1, 255 or 65535
        top = 65535 if wide else max(values.max(), 1e-9)
        full = next((limit for limit in (1, 255, 65535) if top <= limit), top)
        values = (values * (255 / full)).clip(0, 255).round().astype(np.uint8)
    image = Image.fromarray(values)
    return image if image.mode in ("L", "RGB") else _plain(image)


def files(folder: str | Path) -> list[Path]:
    """The picture files under a folder, by name, with 2 before 10.

    Raises
    ------
    ValueError
        If there are none.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}.")
    found = [f for f in folder.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file() and not f.name.startswith(".")]
    if not found:
        raise ValueError(f"No pictures in {folder}; PNG, JPEG, WebP, GIF, BMP and TIFF can be read.")
    return sorted(found, key=lambda f: [int(p) if p.isdecimal() else p for p in re.split(r"(\d+)", str(f.relative_to(folder)).lower())])


def each(sources) -> Iterator[tuple[Image.Image | None, str]]:
    """Read pictures one after the other: the image, or None and the sentence that says why not."""
    for source in sources:
        try:
            yield read(source), ""
        except ValueError as problem:
            yield None, str(problem)


def psnr(a, b) -> float:
    """In dB, of two pictures of 8 bits."""
    error = float(np.mean(np.square(np.asarray(a, np.float64) - np.asarray(b, np.float64))))
    return float(10 * np.log10(255**2 / max(error, 1e-9)))
