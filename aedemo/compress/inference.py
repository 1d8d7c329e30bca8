"""Load a codec; pictures to files and back."""

from __future__ import annotations

import struct
import threading
import zlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file

from .. import device as devices
from .. import images, pretrained
from . import tables
from .coder import Coder
from .model import BLOCK, COARSE, Synthesis, Transform

NAME = "context"
MAGIC, VERSION = b"AEDC", 1
HEAD = struct.Struct("<4sBBHHI")  # magic, version, quality and whether grey, width, height, checksum
GREY = 0x80
LARGEST = 24_000_000  # pixels
TILE = 64  # blocks along each side that are computed at once: bounds memory


@dataclass(frozen=True)
class Opened:
    """A file, read again.

    image : PIL image, "RGB" or "L"
    quality : 1 to 6
    """

    image: Image.Image
    quality: int


@dataclass(frozen=True)
class Written:
    """A picture, written.

    data : the file
    bits : (320, h, w), what each number of the code costs
    numbers : (320, h, w) int32, the code
    image : what `decompress` makes of it
    """

    data: bytes
    bits: np.ndarray
    numbers: np.ndarray
    image: Image.Image


class Codec:
    """Pictures to files of a few kilobytes and back; see `load`."""

    def __init__(self, transform: Transform, kept: dict[str, torch.Tensor], fingerprint: int):
        self.transform, self.coder, self._fingerprint = transform, Coder(kept), fingerprint
        self.device = next(transform.parameters()).device
        back = transform.gain_back.detach().cpu()
        self._prices = [tables.price(back, quality) for quality in range(len(COARSE))]
        self._one = threading.Lock()  # one picture at a time: two would need twice the memory and be no faster

    def to(self, device: str | torch.device) -> Codec:
        """Move the transform to a device; the coder stays on the CPU, see `coder`."""
        self.transform = self.transform.to(device)
        self.device = next(self.transform.parameters()).device
        return self

    @property
    def qualities(self) -> tuple[int, ...]:
        """From the smallest files to the best pictures."""
        return tuple(range(1, len(COARSE) + 1))

    def compress(self, image, quality: int = 3) -> bytes:
        """A picture as the bytes of a file.

        Parameters
        ----------
        image : whatever `aedemo.images.read` takes, of at most 24 million pixels
        quality : 1 (smallest) to 6 (best)

        Raises
        ------
        ValueError, TypeError
            If it is no picture, is too large, or there is no such quality.
        """
        return self._write(image, quality)[0]

    def write(self, image, quality: int = 3) -> Written:
        """As `compress`, with all that the page shows of it."""
        data, numbers, bits, size, grey = self._write(image, quality)
        return Written(data, bits, numbers, self._picture(numbers, quality, size[0], size[1], grey))

    def decompress(self, data: bytes) -> Image.Image:
        """A file's bytes as a picture of the size that was compressed: "RGB", or "L" if that was grey.

        Raises
        ------
        ValueError
            If they are not such a file, or it is damaged, cut off, or of another version or model.
        TypeError
            If `data` is not bytes.
        """
        return self.open(data).image

    def open(self, data: bytes) -> Opened:
        """As `decompress`, with what the file says of itself."""
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise TypeError(f"A compressed picture is bytes, not {type(data).__name__}.")
        data = bytes(data)
        if data[:4] != MAGIC:
            raise ValueError("This is no file that was compressed here: it does not begin with AEDC.")
        if len(data) < HEAD.size:
            raise ValueError("This compressed picture is damaged or cut off.")
        _, version, flags, width, height, check = HEAD.unpack_from(data)
        if version != VERSION:
            raise ValueError(f"This compressed picture is of version {version}; version {VERSION} can be read.")
        quality, payload = flags & ~GREY, data[HEAD.size :]
        # the size is looked at before anything of that size is made
        if not 1 <= quality <= len(COARSE) or not width or not height or width * height > LARGEST or len(payload) % 4:
            raise ValueError("This compressed picture is damaged or cut off.")
        if self._checksum(data[: HEAD.size - 4], payload) != check:
            raise ValueError("This compressed picture is damaged or cut off, or was written by another model.")
        with self._one:
            numbers = self.coder.read(payload, -(-height // BLOCK), -(-width // BLOCK), quality - 1)
            return Opened(self._picture(numbers, quality, width, height, bool(flags & GREY)), quality)

    def _checksum(self, head: bytes, payload: bytes) -> int:
        """Seeded by the model's fingerprint: another model's tables would read nonsense."""
        return zlib.crc32(payload, zlib.crc32(head, self._fingerprint))

    def _write(self, image, quality):
        if isinstance(quality, bool) or quality not in self.qualities:
            raise ValueError(f"There is no quality {quality!r}; there are 1 to {len(COARSE)}.")
        quality, image = int(quality), images.read(image)
        if image.width * image.height > LARGEST or max(image.size) > 65_535:
            raise ValueError(f"This picture has {image.width} x {image.height} pixels; at most {LARGEST // 10**6} million are taken.")
        array = np.asarray(image.convert("RGB"))
        missing = [(0, -side % BLOCK) for side in array.shape[:2]]
        x = torch.from_numpy(np.pad(array, (*missing, (0, 0)), "edge")).permute(2, 0, 1)
        with self._one:
            scaled = self._tiled(x, self._analysed, BLOCK, 1, quality - 1, self.transform.config.channels)
            payload, numbers, bits = self.coder.write(scaled.numpy(), quality - 1, self._prices[quality - 1])
        grey = image.mode == "L"
        head = HEAD.pack(MAGIC, VERSION, quality | GREY * grey, *image.size, 0)[:-4]
        data = head + struct.pack("<I", self._checksum(head, payload)) + payload
        return data, numbers, bits, image.size, grey

    def _analysed(self, x: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
        return self.transform.scaled(x.float() / 255, quality)

    def _picture(self, numbers: np.ndarray, quality: int, width: int, height: int, grey: bool) -> Image.Image:
        x = self._tiled(torch.from_numpy(numbers), self._painted, 1, BLOCK, quality - 1, 3, torch.uint8)
        image = Image.fromarray(np.ascontiguousarray(x[:, :height, :width].permute(1, 2, 0).numpy()))
        return image.convert("L") if grey else image

    def _painted(self, numbers: torch.Tensor, quality: torch.Tensor) -> torch.Tensor:
        with devices.autocast(self.device):
            painted = self.transform.paint(numbers.float(), quality).float()
        return (painted.clamp(0, 1) * 255).round().byte()

    @torch.inference_mode()
    def _tiled(self, x, function, inner: int, outer: int, quality: int, channels: int, kind=torch.float32) -> torch.Tensor:
        """`function` of (C, H, W) in tiles that overlap by what it reaches, which gives what the whole would give, on the CPU.

        inner, outer : how many of x's and of the result's units along a side a block is
        """
        height, width = (side // inner for side in x.shape[1:])
        x = x.to(self.device)  # once, as whole numbers, and the result once back: not tile by tile
        result = torch.empty(channels, height * outer, width * outer, dtype=kind, device=self.device)
        which, reach = torch.full((1,), quality, device=self.device), Synthesis.reach
        for top in range(0, height, TILE):
            for left in range(0, width, TILE):
                bottom, right = min(top + TILE, height), min(left + TILE, width)
                above, before = max(0, top - reach), max(0, left - reach)
                part = x[:, above * inner : (bottom + reach) * inner, before * inner : (right + reach) * inner]
                done = function(part[None], which)[0]
                done = done[:, (top - above) * outer : (bottom - above) * outer, (left - before) * outer : (right - before) * outer]
                result[:, top * outer : bottom * outer, left * outer : right * outer] = done
        return result.cpu()


def load(device: str | torch.device | None = None, name: str = NAME) -> Codec:
    """The trained codec.

    Raises
    ------
    ValueError
        If there is no such model or device, or its files are damaged.
    """
    with _loading:  # two visitors at once must not load it twice
        return _load(name, str(devices.choose(device)), pretrained.version("compress", name))


_loading = threading.Lock()


@lru_cache(maxsize=4)
def _load(name: str, device: str, version: str) -> Codec:
    # on ZeroGPU nothing may be computed on the GPU before it is lent: prices are read off on the CPU
    transform = pretrained.load(Transform, "compress", name, "cpu")
    folder = pretrained.folder("compress", name)
    try:
        kept = load_file(folder / tables.FILE)
        fingerprint = zlib.crc32((folder / tables.FILE).read_bytes(), zlib.crc32((folder / "model.safetensors").read_bytes()))
        return Codec(transform, kept, fingerprint).to(device)
    except (SafetensorError, OSError, KeyError, RuntimeError) as error:
        raise ValueError(f"The weights in {folder} cannot be read; they are damaged or of another version.") from error
