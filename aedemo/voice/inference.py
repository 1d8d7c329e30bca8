"""Voices in, voices out: encode, decode, swap."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch
from safetensors.numpy import load_file

from .. import audio, numbers, pretrained
from .. import device as devices
from ..halves import HALF, MARGIN, STACK, TRAITS
from ..vocoder.model import Vocoder
from .model import VoiceAutoencoder

DEFAULT = "adversarial"  # by measure: what it converts is more often nearer to the voice asked for than to the first
VOCODERS = ("neural", "griffin-lim")
PUSH = 0.6  # how far a swap goes beyond the other's speaker half, see `VoiceModel.cross`
SURE = 2.0  # seconds of a clip from which its speaker half says more of the voice than of the words


@dataclass(frozen=True)
class Code:
    """What is said, `content` (frames, 50), and who says it, `speaker` (50,): the halves of a 100-number code a frame.

    A frame is 32 ms; the first and last four are the quiet that every clip is set in. `level` (RMS) and `samples` say
    how loud and long the clip was at 16 kHz, so that what is decoded is as loud and as long. `bandwidth` (Hz) goes with
    the speaker half: above it the voice's recording held nothing (4,000 Hz for one sampled at 8 kHz).
    """

    content: np.ndarray
    speaker: np.ndarray
    level: float = audio.LEVEL
    samples: int | None = None
    bandwidth: float = audio.RATE / 2

    @property
    def seconds(self) -> float:
        """How long the clip was, its quiet margins not counted."""
        return max(0, len(self.content) - 2 * MARGIN) * STACK * audio.HOP / audio.RATE

    @property
    def frames(self) -> np.ndarray:
        """(frames, 100): each frame's content with the speaker half beside it, as the lecture draws it."""
        return np.concatenate([self.content, np.tile(self.speaker, (len(self.content), 1))], 1)


@dataclass(frozen=True)
class Swap:
    a_words_b_voice: np.ndarray
    b_words_a_voice: np.ndarray
    a_again: np.ndarray
    b_again: np.ndarray
    code_a: Code
    code_b: Code


class VoiceModel:
    """A trained voice auto-encoder with its vocoder. Stateless between calls; safe to share between threads."""

    sample_rate = audio.RATE

    def __init__(self, network: VoiceAutoencoder, vocoder: Vocoder):
        self.network, self.vocoder = network, vocoder
        self.device = next(network.parameters()).device

    def encode(self, wave, rate: int) -> Code:
        """The code of a clip.

        Parameters
        ----------
        wave : 1-D float in [-1, 1] (integers and (samples, channels) are understood too); 0.1 to 60 s
        rate : Hz

        Raises
        ------
        ValueError, TypeError
            For silence, NaN, an empty or too short clip, a wrong rate or type.
        """
        return self.code(*self.hear(wave, rate))

    @torch.inference_mode()
    def code(self, mel: np.ndarray, f0: np.ndarray, level: float, samples: int, bandwidth: float) -> Code:
        """The code of a clip as `hear` gives it."""
        mel, f0 = audio.in_quiet(mel.T, f0, MARGIN * STACK, MARGIN * STACK)
        mel, f0 = torch.from_numpy(mel.T).to(self.device), torch.from_numpy(f0).to(self.device)
        content, speaker = self.network.encode(mel[None], f0[None])
        return Code(content[0].T.cpu().numpy(), speaker[0].cpu().numpy(), level, samples, bandwidth)

    @torch.inference_mode()
    def hear(self, wave, rate: int) -> tuple[np.ndarray, np.ndarray, float, int, float]:
        """A clip as the encoder is shown it: log-mel (80, 2T) and pitch (2T,) in Hz at one level; its own level (RMS), its
        samples at 16 kHz and its bandwidth in Hz. Raises as `encode`."""
        wave = audio.prepare(wave, rate)
        samples, level = len(wave), audio.active_level(wave)
        wave = np.pad(wave * (audio.LEVEL / level), (0, -samples % (STACK * audio.HOP)))
        mel = audio.log_mel(torch.from_numpy(wave).to(self.device)).cpu().numpy()
        return mel, audio.pitch(wave)[0], level, samples, min(rate, audio.RATE) / 2

    def mel(self, code: Code) -> tuple[np.ndarray, np.ndarray]:
        """The decoder alone: log-mel (80, 2 * frames) and pitch (2 * frames,) in Hz, quiet margins included."""
        mel, f0 = self._mel(code)
        return mel.cpu().numpy(), f0.cpu().numpy()

    @torch.inference_mode()
    def _mel(self, code: Code) -> tuple[torch.Tensor, torch.Tensor]:
        content, speaker = (torch.from_numpy(half).to(self.device) for half in _checked(code))
        mel, f0 = self.network.decode(content.T[None], speaker[None])
        return mel[0], f0[0]

    def decode(self, code: Code, vocoder: str = "neural") -> np.ndarray:
        """The sound of any content half with any speaker half. float32 at 16 kHz, as loud as `code.level`."""
        return self._rendered(*self._mel(code), code, vocoder)

    def render(self, mel: np.ndarray, f0: np.ndarray, code: Code, vocoder: str = "neural") -> np.ndarray:
        """log-mel (80, T) and pitch (T,) to sound, by the trained vocoder or by Griffin-Lim."""
        return self._rendered(torch.from_numpy(mel).to(self.device), torch.from_numpy(f0).to(self.device), code, vocoder)

    @torch.inference_mode()
    def _rendered(self, mel: torch.Tensor, f0: torch.Tensor, code: Code, vocoder: str) -> np.ndarray:
        if vocoder == "neural":
            noise = torch.Generator().manual_seed(0)  # the same code must always sound the same
            wave = self.vocoder(mel[None], f0[None], noise)[0]
        elif vocoder == "griffin-lim":
            wave = audio.griffin_lim(mel)
        else:
            raise ValueError(f"There is no vocoder {vocoder!r}; there are: {', '.join(VOCODERS)}.")
        edge = MARGIN * STACK * audio.HOP
        wave = audio.band_limited(wave.cpu().numpy()[edge:-edge][: code.samples], code.bandwidth)
        return audio.at_level(wave, code.level)

    def cross(self, words: Code, voice: Code, push: float = PUSH) -> Code:
        """The content half of one clip with the speaker half of another.

        A trace of its speaker is left in every content half and pulls what is decoded back to that speaker. So the half
        is taken from a little beyond the other's, away from the clip's own, by `push` of the way between the two; 0 is
        the plain exchange. Of clips shorter than two seconds less, in proportion: halves heard in one word differ by
        the word too, which must not be pushed. (The same extrapolation sharpens conditional diffusion models:
        classifier-free guidance, Ho and Salimans 2022, arXiv 2207.12598.)
        """
        sure = min(1.0, min(words.seconds, voice.seconds) / SURE)
        speaker = between(words.speaker, voice.speaker, 1 + push * sure)
        return replace(words, speaker=speaker, bandwidth=voice.bandwidth)

    def swap(self, wave_a, rate_a: int, wave_b, rate_b: int, push: float = PUSH) -> Swap:
        """Each clip's words in the other's voice (`push` as in `cross`), and both rebuilt as they were."""
        a, b = self.encode(wave_a, rate_a), self.encode(wave_b, rate_b)
        crossed = self.decode(self.cross(a, b, push)), self.decode(self.cross(b, a, push))
        return Swap(*crossed, self.decode(a), self.decode(b), a, b)


def between(a: np.ndarray, b: np.ndarray, place: float) -> np.ndarray:
    """A speaker half (50,) on the way from `a` (place 0) to `b` (1), or beyond: there the pitch stays b's."""
    traits = b[:TRAITS] + (place - 1) * (b[:TRAITS] - a[:TRAITS])
    traits = traits * (np.linalg.norm(b[:TRAITS]) / max(float(np.linalg.norm(traits)), 1e-6))  # all speaker halves are of one length
    pitch = b[TRAITS:] + (min(place, 1.0) - 1) * (b[TRAITS:] - a[TRAITS:])
    return np.concatenate([traits, pitch]).astype(np.float32)


def _checked(code: Code) -> tuple[np.ndarray, np.ndarray]:
    content, speaker = numbers.array(code.content, "The content half"), numbers.array(code.speaker, "The speaker half")
    if content.ndim != 2 or content.shape[1] != HALF:
        raise ValueError(f"The content half should be (frames, {HALF}), not {content.shape}.")
    if len(content) <= 2 * MARGIN:
        raise ValueError(f"The content half should have more than {2 * MARGIN} frames (its quiet margins), not {len(content)}.")
    if speaker.shape != (HALF,):
        raise ValueError(f"The speaker half should be ({HALF},), not {speaker.shape}.")
    if not (np.isfinite(content).all() and np.isfinite(speaker).all()):
        raise ValueError("The code holds values that are not numbers (NaN or infinity).")
    return content, speaker


_loading = threading.Lock()


def load(name: str | None = None, device=None) -> VoiceModel:
    """A trained model by name: "adversarial" (default) or "instance-norm", or one trained by you."""
    with _loading:  # two visitors at once must not load it twice
        return _load(name or DEFAULT, str(devices.choose(device)), pretrained.source())


@lru_cache(maxsize=8)  # on ZeroGPU each model is there twice, and none for the GPU may be forgotten
def _load(name: str, device: str, source: str) -> VoiceModel:
    return VoiceModel(pretrained.load(VoiceAutoencoder, "voice", name, device), pretrained.load(Vocoder, "vocoder", "mel80", device))


def speakers(name: str) -> dict[str, np.ndarray]:
    """The training speakers' halves as a plane: `mean` (50,), `axes` (2, 50) and `points` (n, 2)."""
    return _speakers(name, pretrained.source())


@lru_cache(maxsize=4)
def _speakers(name: str, source: str) -> dict[str, np.ndarray]:
    return load_file(pretrained.folder("voice", name) / "speakers.safetensors")
