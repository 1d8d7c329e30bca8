"""Load a variational auto-encoder, or the plain one beside it; draw, encode, decode."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file

from .. import device as devices
from .. import images, numbers, pretrained
from ..squares import to_array, to_arrays, to_tensor
from .model import MIDDLE, Vae

MOST = 4096  # pictures at once
FAR = 1e3  # codes farther out than this are a mistake, not a wish


@dataclass(frozen=True)
class Axis:
    """One number of the code, and what it does.

    latent : which
    effect : root of the mean squared change of a pixel, in grey levels, when the number grows by 1
    name : what it changes, a key such as "brightness", or "" if no one thing
    agreement : correlation of that thing with the number, over random codes
    """

    latent: int
    effect: float
    name: str
    agreement: float


class Generator:
    """A decoder that makes pictures of codes, and the encoder that belongs to it; see `load`."""

    def __init__(self, network: Vae, codes: dict[str, torch.Tensor], axes: dict[str, list[dict]]):
        self.network, self._codes, self._axes = network, codes, axes
        self.device = next(network.parameters()).device
        self.latents, self.variational = network.config.latents, network.config.variational

    @property
    def betas(self) -> tuple[float, ...]:
        """How strongly the code was held to a Gaussian, the middle one the usual; the plain auto-encoder was not, and has 0 alone."""
        return tuple(self.network.config.betas) if self.variational else (0.0,)

    def draw(self, n: int, seed: int = 0, temperature: float = 1.0, beta: float | None = None, fitted: bool = False) -> np.ndarray:
        """Codes (n, latents) by chance from a Gaussian about 0 of deviation `temperature`.

        fitted : from the Gaussian that the codes of the training pictures fit, each number for itself, instead of the
            standard one: what one may try with a plain auto-encoder
        """
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or not 1 <= n <= MOST:
            raise ValueError(f"{n!r} pictures were asked for; 1 to {MOST} can be.")
        if not numbers.whole(seed, 0, 2**63):
            raise ValueError(f"A seed is a whole number from 0 on, not {seed!r}.")
        if not numbers.within(temperature, 0, 10):
            raise ValueError(f"A temperature of {temperature!r} was asked for; 0 to 10 can be.")
        codes = np.random.default_rng(int(seed)).standard_normal((n, self.latents)) * temperature
        if fitted:
            index = self._which(beta)
            codes = codes * self._codes["std"][index].numpy() + self._codes["mean"][index].numpy()
        return codes.astype(np.float32)

    def sample(self, n: int, seed: int = 0, temperature: float = 1.0, beta: float | None = None, fitted: bool = False) -> list[Image.Image]:
        """Pictures of codes by chance: `decode(draw(...))`."""
        return self.decode(self.draw(n, seed, temperature, beta, fitted), beta)

    @torch.inference_mode()
    def encode(self, image, beta: float | None = None) -> np.ndarray:
        """The mean of a picture's code, on the Gaussian side of the flow, (latents,); of a list of pictures (n, latents).

        image : whatever `aedemo.images.read` takes; seen whole, on a white square of 64 x 64
        """
        several = isinstance(image, (list, tuple))
        if several and not image:
            raise ValueError("There are no pictures to encode.")
        arrays = np.stack([self.seen(one) for one in (image if several else [image])])
        x = to_tensor(arrays)
        means = [self.network.place(part, self._index(len(part), beta)) for part in x.to(self.device).split(256)]
        codes = torch.cat(means).cpu().numpy()
        return codes if several else codes[0]

    @torch.inference_mode()
    def decode(self, latents, beta: float | None = None) -> list[Image.Image]:
        """Codes (n, latents) or (latents,) as pictures of 64 x 64.

        Raises
        ------
        ValueError
            If they are not of that shape, or not numbers near zero.
        """
        return [self._image(array) for array in self.arrays(latents, beta)]

    @torch.inference_mode()
    def arrays(self, latents, beta: float | None = None) -> np.ndarray:
        """As `decode`: (n, 64, 64, channels) uint8"""
        codes = np.atleast_2d(numbers.array(latents, "Codes"))
        if codes.ndim != 2 or codes.shape[1] != self.latents or not len(codes):
            raise ValueError(f"Codes are (n, {self.latents}), not {np.shape(latents)}.")
        if not np.isfinite(codes).all() or np.abs(codes).max() > FAR:
            raise ValueError(f"Codes are numbers from -{FAR:g} to {FAR:g}.")
        parts = torch.from_numpy(codes).to(self.device).split(256)
        with devices.autocast(self.device):
            return to_arrays(torch.cat([self.network.picture(part, self._index(len(part), beta)) for part in parts]))

    def seen(self, image) -> np.ndarray:
        """A picture as the network sees it, (64, 64, channels) uint8."""
        picture = images.read(image)
        grey = self.network.config.channels == 1
        return to_array(picture.convert("L") if grey else picture)[..., : self.network.config.channels]

    def axes(self, beta: float | None = None) -> list[Axis]:
        """The numbers of the code, those first that change pictures most."""
        return [Axis(**one) for one in self._axes[str(self._which(beta))]]

    def _image(self, array: np.ndarray) -> Image.Image:
        return Image.fromarray(array[..., 0] if array.shape[-1] == 1 else array)

    def _which(self, beta: float | None) -> int:
        if not self.variational or beta is None:
            return MIDDLE
        if beta not in self.betas:
            raise ValueError(f"There is no beta {beta!r}; there are {', '.join(f'{b:g}' for b in self.betas)}.")
        return self.betas.index(beta)

    def _index(self, n: int, beta: float | None) -> torch.Tensor:
        return torch.full((n,), self._which(beta), device=self.device)


def load(name: str = "faces", device: str | torch.device | None = None) -> Generator:
    """A trained model: "faces" or "emoji", or the plain auto-encoder beside it, "faces-plain" or "emoji-plain".

    Raises
    ------
    ValueError
        If there is no such model or device, or its files are damaged.
    """
    with _loading:  # two visitors at once must not load it twice
        return _load(name, str(devices.choose(device)), pretrained.version("generate", name))


_loading = threading.Lock()


@lru_cache(maxsize=16)  # on ZeroGPU each model is there twice, and none for the GPU may be forgotten
def _load(name: str, device: str, version: str) -> Generator:
    network = pretrained.load(Vae, "generate", name, device).to(memory_format=torch.channels_last)  # a third faster on the CPU
    folder = pretrained.folder("generate", name)
    try:
        return Generator(network, load_file(folder / "codes.safetensors"), json.loads((folder / "axes.json").read_text()))
    except (SafetensorError, OSError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"The weights in {folder} cannot be read; they are damaged or of another version.") from error
