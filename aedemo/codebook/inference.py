"""Codes in, codes out: pictures and speech as whole numbers, and back."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import audio, images, numbers, pretrained
from .. import device as devices
from ..halves import HALF, MARGIN, STACK, split_pitch
from ..squares import to_array, to_arrays, to_tensor
from ..vocoder.model import Vocoder
from . import atlas
from .model import GRID, FlipAutoencoder, ImageAutoencoder, SpeechAutoencoder

IMAGE_NAMES = ("image", "image-32", "image-one-hot", "image-binary")
FLIP_NAMES = ("flip-one-hot", "flip-binary")
MOST = 256  # pictures at once
NAMES = (*IMAGE_NAMES, "speech", *FLIP_NAMES)


@dataclass(frozen=True)
class Neighbours:
    """The lecture's analogy for one query: the nearest keys, `codes` (n,) with their `distance` (n,) to it, nearest first,
    and `attention` (n,): the softmax of minus half the squared distances over *all* keys, of which only the first wins."""

    codes: np.ndarray
    distance: np.ndarray
    attention: np.ndarray


class _Codebook:
    """What image and speech codebooks have in common."""

    def __init__(self, network, known: dict[str, np.ndarray]):
        self.network = network
        self.device = next(network.parameters()).device
        self.codebook = network.quantiser.table().float().cpu().numpy()  # (K, D)
        count = len(self.codebook)
        self.known = known  # see atlas.py: what was found out about each code after training
        self.map = known.get("map", atlas.unit(atlas.pca(self.codebook)))  # (K, 2), from -1 to 1
        self.usage = known.get("usage", np.full(count, 1 / count, np.float32))  # (K,), sums to 1

    def to(self, device: str | torch.device) -> Self:
        """Move to a device."""
        self.network = self.network.to(device)
        self.device = next(self.network.parameters()).device
        return self

    def nearest(self, query: np.ndarray, count: int = 8) -> Neighbours:
        """The keys nearest to a query (D,), which may be a key itself."""
        query = numbers.array(query, "A query")
        if query.shape != self.codebook.shape[1:]:
            raise ValueError(f"A query has {self.codebook.shape[1]} numbers, this one the shape {query.shape}.")
        if not np.isfinite(query).all():
            raise ValueError("The query holds values that are not numbers (NaN or infinity).")
        if not numbers.whole(count, 1, len(self.codebook)):
            raise ValueError(f"{count!r} codes were asked for; 1 to {len(self.codebook)} can be.")
        squared = np.square(self.codebook - query).sum(1)
        attention = np.exp(-0.5 * (squared - squared.min()))
        order = np.argsort(squared, kind="stable")[: int(count)]
        return Neighbours(order, np.sqrt(squared[order]), (attention / attention.sum())[order])

    def _checked(self, codes, shape: str, wanted) -> torch.Tensor:
        try:
            codes = np.asarray(codes)
        except ValueError as error:
            raise TypeError("Codes are an array of whole numbers.") from error
        if codes.dtype.kind not in "iu":
            raise TypeError(f"Codes are whole numbers, not {codes.dtype}.")
        if not wanted(codes.shape):
            raise ValueError(f"The codes should be {shape}, not {codes.shape}.")
        if codes.size and not (0 <= codes.min() and codes.max() < len(self.codebook)):
            raise ValueError(f"Codes go from 0 to {len(self.codebook) - 1}; there is {codes.min() if codes.min() < 0 else codes.max()}.")
        return torch.from_numpy(codes.astype(np.int64)).to(self.device)


class ImageCodebook(_Codebook):
    """A trained image codebook. Stateless between calls; safe to share between threads."""

    grid = (GRID, GRID)

    @property
    def bits(self) -> float:
        """Of one picture's codes."""
        return GRID * GRID * float(np.log2(len(self.codebook)))

    @torch.inference_mode()
    def encode(self, image) -> np.ndarray:
        """The codes of a picture, (16, 16) whole numbers from 0 to K - 1; of a list of pictures (n, 16, 16).

        Parameters
        ----------
        image : PIL image, array, path or bytes of any size, or a list of at most 256 of them; seen at 64 x 64 pixels, a longer side with white beside it

        Raises
        ------
        ValueError, TypeError
            As `images.read`: for what is no picture, is cut off or holds NaN; for an empty list, or too long a one.
        """
        several = isinstance(image, (list, tuple))
        if several and not 1 <= len(image) <= MOST:
            raise ValueError(f"{len(image)} pictures were given; 1 to {MOST} can be read at once.")
        codes = self.network.encode(self._seen(*image) if several else self._seen(image)).cpu().numpy()
        return codes if several else codes[0]

    @torch.inference_mode()
    def queries(self, image) -> np.ndarray:
        """What the encoder says of each place before the nearest key is looked up: (16, 16, D). Raises as `encode`.

        For "vq" only: the other two kinds of code choose by scores."""
        z = self.network.latents(self._seen(image))
        return z[0].cpu().numpy()

    @torch.inference_mode()
    def decode(self, codes) -> Image.Image:
        """The picture of a (16, 16) grid of codes, 64 x 64 pixels.

        Raises
        ------
        ValueError, TypeError
            For another grid, codes out of range, or what are no whole numbers.
        """
        codes = self._checked(codes, f"a grid of {GRID} x {GRID}", lambda shape: shape == self.grid)
        with devices.autocast(self.device):
            drawn = self.network.decode(codes[None])
        return Image.fromarray(to_arrays(drawn)[0])

    @lru_cache(maxsize=1)  # noqa: B019  # models live as long as the page
    def stamps(self) -> np.ndarray:
        """What each code looks like alone: (K, 12, 12, 3) uint8."""
        return self.known["stamp"] if "stamp" in self.known else atlas.stamps(self.network)

    def colours(self) -> np.ndarray:
        """Mean colour of the places where each code was used: (K, 3) in [0, 1]."""
        return self.known["colour"] if "colour" in self.known else self.stamps().mean((1, 2)).astype(np.float32) / 255

    def _seen(self, *several) -> torch.Tensor:
        return to_tensor(np.stack([to_array(images.read(one)) for one in several])).to(self.device)


class SpeechCodebook(_Codebook):
    """A trained speech codebook with the vocoder. Stateless between calls; safe to share between threads."""

    sample_rate = audio.RATE
    codes_per_second = audio.RATE / (audio.HOP * STACK)

    def __init__(self, network: SpeechAutoencoder, vocoder: Vocoder, known: dict[str, np.ndarray]):
        super().__init__(network, known)
        self.vocoder = vocoder
        self.average = network.average.cpu().numpy()  # (50,): the training speakers' mean half

    def to(self, device: str | torch.device) -> Self:
        """Move to a device."""
        self.vocoder = self.vocoder.to(device)
        return super().to(device)

    def bits(self, codes) -> float:
        return np.size(codes) * float(np.log2(len(self.codebook)))

    def encode(self, wave, rate: int) -> np.ndarray:
        """The codes of a clip, one each 32 ms: (T,) whole numbers from 0 to K - 1.

        Parameters
        ----------
        wave : 1-D float in [-1, 1] (integers and (samples, channels) are understood too); 0.1 to 60 s
        rate : Hz

        Raises
        ------
        ValueError, TypeError
            For silence, NaN, an empty or too short clip, a wrong rate or type.
        """
        return self.looked_up(self.hear(wave, rate)[0])[0]

    @torch.inference_mode()
    def hear(self, wave, rate: int) -> tuple[np.ndarray, np.ndarray]:
        """A clip as the encoder is shown it: log-mel (2T, 80) and pitch (2T,) in Hz at one level. Raises as `encode`."""
        wave = audio.prepare(wave, rate)
        wave = wave * (audio.LEVEL / audio.active_level(wave))
        wave = np.pad(wave, (0, -len(wave) % (STACK * audio.HOP)))
        return audio.log_mel(torch.from_numpy(wave).to(self.device)).T.cpu().numpy(), audio.pitch(wave)[0]

    def speaker(self, wave, rate: int) -> np.ndarray:
        """Who speaks, as the decoder wants it: (50,), traits of the voice and height and range of its pitch. Raises as
        `encode`."""
        return self.who(*self.hear(wave, rate))

    @torch.inference_mode()
    def who(self, mel: np.ndarray, f0: np.ndarray) -> np.ndarray:
        """`speaker` of a clip as `hear` gives it."""
        traits = self.network.speaker_encoder(torch.from_numpy(mel.T.copy())[None].to(self.device))[0].cpu()  # pitch is the host's
        height, spread, _ = split_pitch(torch.from_numpy(f0)[None])
        return torch.cat([traits, height[0], spread[0]]).numpy()

    @torch.inference_mode()
    def looked_up(self, mel: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The codes (T,) of a clip as `hear` gives it, and what the encoder said of each moment before the nearest key was
        looked up (T, D)."""
        edge = MARGIN * STACK
        # quiet needs no pitch
        mel = audio.in_quiet(mel, np.zeros(len(mel), np.float32), edge, edge)[0]
        z = self.network.latents(torch.from_numpy(mel.T.copy())[None].to(self.device))[0]
        return self.network.quantiser.codes(z).cpu().numpy(), z.cpu().numpy()

    def mel(self, codes, speaker=None) -> tuple[np.ndarray, np.ndarray]:
        """The decoder alone: log-mel (80, 2T) and pitch (2T,) in Hz. Raises as `decode`."""
        mel, f0 = self._mel(codes, speaker)
        return mel.cpu().numpy(), f0.cpu().numpy()

    @torch.inference_mode()
    def _mel(self, codes, speaker) -> tuple[torch.Tensor, torch.Tensor]:
        codes = self._checked(codes, "a string of at least one", lambda shape: len(shape) == 1 and shape[0] > 0)
        speaker = self.average if speaker is None else numbers.array(speaker, "The speaker")
        if speaker.shape != (HALF,) or not np.isfinite(speaker).all():
            raise ValueError(f"The speaker should be {HALF} finite numbers, not {speaker.shape}.")
        mel, f0 = self.network.decode(codes[None], torch.from_numpy(speaker)[None].to(self.device))
        return mel[0], f0[0]

    def decode(self, codes, speaker=None, level: float = audio.LEVEL, bandwidth: float = audio.RATE / 2) -> np.ndarray:
        """The sound of a string of codes (T,), as whoever speaks: float32 at 16 kHz, 512 samples a code.

        Parameters
        ----------
        codes : (T,) whole numbers from 0 to K - 1
        speaker : (50,) from `speaker`; None: the average of all voices trained on
        level : loudness (RMS of active speech)
        bandwidth : Hz, half the rate of the speaker's recording: above it there is nothing, where a decoder would hiss

        Raises
        ------
        ValueError, TypeError
            For no codes, codes out of range, what are no whole numbers, or another speaker's shape.
        """
        return self._rendered(*self._mel(codes, speaker), level, bandwidth)

    def render(self, mel: np.ndarray, f0: np.ndarray, level: float = audio.LEVEL, bandwidth: float = audio.RATE / 2) -> np.ndarray:
        """log-mel (80, 2T) and pitch (2T,) to sound."""
        return self._rendered(torch.from_numpy(mel).to(self.device), torch.from_numpy(f0).to(self.device), level, bandwidth)

    @torch.inference_mode()
    def _rendered(self, mel: torch.Tensor, f0: torch.Tensor, level: float, bandwidth: float) -> np.ndarray:
        noise = torch.Generator().manual_seed(0)  # the same codes must always sound the same
        short = max(0, 8 - mel.shape[1])  # the vocoder's windows overlap: a lone code is set between copies of itself
        mel, f0 = (F.pad(x[None], (short, short), mode="replicate") for x in (mel, f0[None]))
        wave = self.vocoder(mel, f0[0], noise)[0].cpu().numpy()
        return audio.at_level(audio.band_limited(wave[short * audio.HOP : len(wave) - short * audio.HOP], bandwidth), level)


class FlipCodebook(_Codebook):
    """One code for a whole picture of 32 x 32, one-hot or binary: the lecture's."""

    side = 32

    @torch.inference_mode()
    def encode(self, image) -> int:
        """One whole number. Raises as `ImageCodebook.encode`."""
        return int(self.network.encode(to_tensor(to_array(images.read(image), self.side)[None]).to(self.device))[0])

    @torch.inference_mode()
    def decode(self, code) -> Image.Image:
        """32 x 32 pixels. Raises ValueError or TypeError for what is no code."""
        return Image.fromarray(to_arrays(self.network.decode(self._checked(code, "a single number", lambda s: s == ())[None]))[0])


_loading = threading.Lock()


def load(name: str = "image", device=None) -> ImageCodebook | SpeechCodebook | FlipCodebook:
    """A trained codebook by name: "image" (512 codes), "image-32", "image-one-hot", "image-binary", "speech",
    "flip-one-hot", "flip-binary", or one trained by you."""
    with _loading:  # two visitors at once must not load it twice
        return _load(name, str(devices.choose(device)), pretrained.source())


@lru_cache(maxsize=24)  # on ZeroGPU each model is there twice, and none for the GPU may be forgotten
def _load(name: str, device: str, source: str):
    place = pretrained.folder("codebook", name)
    kind = kind_of(place)
    known = atlas.read(place)
    # there, nothing may be computed on the GPU before it is lent: the codebook's vectors are read off on the CPU
    if kind == "speech":
        network, vocoder = pretrained.load(SpeechAutoencoder, "codebook", name, "cpu"), pretrained.load(Vocoder, "vocoder", "mel80", "cpu")
        return SpeechCodebook(network, vocoder, known).to(device)
    network, book = (FlipAutoencoder, FlipCodebook) if kind == "flip" else (ImageAutoencoder, ImageCodebook)
    return book(pretrained.load(network, "codebook", name, "cpu"), known).to(device)


def kind_of(place) -> str:
    """ "image", "speech" or "flip", by what a model's config says."""
    try:
        config = json.loads((place / "config.json").read_text())
        config = config.get("config", config)
    except (OSError, json.JSONDecodeError) as error:
        raise ValueError(f"The weights in {place} cannot be read; they are damaged or of another version.") from error
    return "speech" if "speaker_dim" in config else "flip" if "side" in config else "image"
