"""Load an encoder of pictures or of speech; encode, and ask it what it was trained to say."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from .. import audio, images, pretrained, threads
from .. import device as devices
from ..squares import to_array, to_tensor
from . import thought_inference
from .cpc import Cpc
from .infomax import InfoMax

STAGES = ("untrained", "half", "trained")
USUAL = {"infomax": "infomax-emoji", "plain": "plain-emoji"}
MOST = 4096  # pictures at once


class PictureEncoder:
    """Pictures to codes, and whether a code belongs to a picture; see `load`."""

    def __init__(self, network: InfoMax, name: str = ""):
        self.name, self.network, self.side = name, network, network.config.side
        self.device = next(network.parameters()).device
        self.dim = network.config.latents

    @torch.inference_mode()
    def encode(self, pictures) -> np.ndarray:
        """Codes (n, D) float32 of a list of pictures, each whatever `aedemo.images.read` takes, seen whole on a white square.

        Raises
        ------
        TypeError, ValueError
            If it is no list, is empty or too long, or one of them is no picture.
        """
        return self.looked_at(self.seen(pictures))[1].cpu().numpy()

    @torch.inference_mode()
    def verdicts(self, pictures, others=None) -> np.ndarray:
        """How surely the code of each of `pictures` is taken to belong to each of `others`: (n, m) in [0, 1].

        others : pictures as in `encode`; without them the same ones. Raises as `encode`.
        """
        places, codes = self.looked_at(self.seen(pictures))
        if others is not None:
            places = self.looked_at(self.seen(others))[0]
        return torch.sigmoid(self.network.verdicts(self.network.fit(places, codes))).cpu().numpy()

    def seen(self, pictures) -> torch.Tensor:
        """Pictures as the network sees them, (n, C, side, side) in [0, 1]."""
        if not isinstance(pictures, (list, tuple)):
            raise TypeError(f"A list of pictures is needed, not {type(pictures).__name__}.")
        if not 1 <= len(pictures) <= MOST:
            raise ValueError(f"{len(pictures)} pictures were given; 1 to {MOST} can be read at once.")
        grey = self.network.config.channels == 1
        read = [images.read(one) for one in pictures]
        arrays = np.stack([to_array(one.convert("L") if grey else one, self.side) for one in read])
        return to_tensor(arrays[..., : self.network.config.channels])

    @torch.inference_mode()
    def looked_at(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(n, C, side, side) as `seen` gives them -> places (n, D, h, w) and codes (n, latents), on the model's device"""
        places, codes = zip(*(self.network.encoder(part) for part in x.to(self.device).split(256)))
        return torch.cat(places), torch.cat(codes)


@dataclass(frozen=True)
class Ahead:
    """What was guessed of a recording.

    sure : (K, T) how likely the true frame k + 1 ahead of frame t, the last one heard, was held to be among those of the clip; NaN past its
        end, and where no code has heard just so far
    right : (K,) share of frames for which the true one was held the likeliest
    chance : (K,) what guessing blindly would reach
    """

    sure: np.ndarray
    right: np.ndarray
    chance: np.ndarray


class SpeechEncoder:
    """Speech to codes, one every 16 ms, and guesses of what comes; see `load`."""

    def __init__(self, network: Cpc):
        self.network = network
        self.device = next(network.parameters()).device
        self.dim = network.config.latents

    @torch.inference_mode()
    def encode(self, wave, rate: int) -> np.ndarray:
        """Codes (frames, D) float32 of a recording; a frame is 16 ms.

        wave, rate : as `aedemo.audio.prepare` takes them; ValueError and TypeError as there
        """
        return self.network(self.mel(wave, rate))[1][0].float().cpu().numpy()

    @torch.inference_mode()
    def ahead(self, wave, rate: int) -> Ahead:
        """How well each of the next frames of a recording is picked from among all that follow. Raises as `encode`."""
        z, c = self.network(self.mel(wave, rate))
        frames, look, ahead = z.shape[1], self.network.config.look, self.network.config.ahead
        if frames <= look + ahead + 1:
            raise ValueError(
                f"The recording is too short; to guess {ahead} frames ahead, {(look + ahead + 2) * audio.HOP / audio.RATE:.2f} seconds are needed."
            )
        sure, right = z.new_full((ahead, frames), torch.nan, dtype=torch.float32), []
        for k in range(1, ahead + 1):
            scores = self.network.scores(z, c, look + k)[0]
            sure[k - 1, look : frames - k] = scores.softmax(1).diagonal()
            right.append((scores.argmax(1) == torch.arange(len(scores), device=self.device)).float().mean())
        chance = 1 / (frames - look - np.arange(1, ahead + 1))
        return Ahead(sure.cpu().numpy(), torch.stack(right).double().cpu().numpy(), chance)

    def mel(self, wave, rate: int) -> torch.Tensor:
        """(1, 80, frames): log-mel frames at the level the network was trained at"""
        wave = audio.prepare(wave, rate)
        wave = wave * (audio.LEVEL / audio.active_level(wave))
        wave = wave[: max(len(wave) // audio.HOP, 1) * audio.HOP].clip(-1, 1)
        return audio.log_mel(torch.from_numpy(wave).to(self.device))[None]


def load(name: str = "infomax", device: str | torch.device | None = None, stage: str = "trained"):
    """A trained encoder.

    name : of pictures "infomax-faces", "infomax-emoji" ("infomax" for short), "infomax-digits", and "plain-..." for the
        auto-encoders beside them; of speech "cpc" and "plain-speech"; of sentences "quick-thought", "skip-thought",
        "sentences-plain" and "collapsed"
    stage : of the InfoMax encoders also "half" trained and "untrained"

    Raises
    ------
    ValueError
        If there is no such model, stage or device, or its files are damaged.
    """
    with _loading:  # two visitors at once must not load it twice
        name = pretrained.named(name)
        name = USUAL.get(name, name)
        return _load(name, str(devices.choose(device)), stage, pretrained.version("embeddings", name))


_loading = threading.Lock()


@lru_cache(maxsize=48)
def _load(name: str, device: str, stage: str, version: str):
    if name in thought_inference.NAMES:
        return thought_inference.load_sentences(name, device)
    config = pretrained.config("embeddings", name)
    if stage not in STAGES or (stage == "half" and not name.startswith("infomax")):
        raise ValueError(f"There is no {stage!r} stage of {name}; there are {', '.join(STAGES if name.startswith('infomax') else STAGES[-1:])}.")
    if "ahead" in config:
        return SpeechEncoder(pretrained.load(Cpc, "embeddings", name, device))
    # on ZeroGPU nothing may be computed on the GPU before it is lent, nor weights changed there
    network = pretrained.load(InfoMax, "embeddings", name, "cpu")
    if stage == "untrained":
        with threads.seeded(0):  # the very weights that the recipe began with
            untrained = InfoMax(network.config)
        network = untrained.eval().requires_grad_(False)
    if stage == "half":
        try:
            packed = load_file(pretrained.folder("embeddings", name) / "half.safetensors")
            network.load_state_dict(packed, strict=False)
            pretrained.stretch(network, packed)
        except (SafetensorError, OSError, RuntimeError) as error:
            raise ValueError(f"The half-trained weights of {name} cannot be read; they are damaged or of another version.") from error
    return PictureEncoder(network.to(device), name)
