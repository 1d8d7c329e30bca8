"""Sound, as every demo here needs it: one rate, one mel spectrogram, one pitch track.

Everything that turns a person's recording into something a network reads passes through `prepare`, so that a wrong
sample rate, a silent file or a NaN is met in one place and in one sentence.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
import soundfile
import torch
import torchaudio

from . import numbers, threads

RATE = 16_000  # Hz, the rate all networks here work at
HOP = 256  # samples between frames: 16 ms
N_FFT = 1024
N_MELS = 80
LOWEST, HIGHEST = 4_000, 192_000  # Hz, of what is heard
SHORTEST, LONGEST = 0.1, 60.0  # seconds a clip may last
LOUDEST = 1e9  # of samples, which within -1 to 1 are sound
LEVEL = 0.05  # RMS of active speech that the networks are trained at: -26 dBFS
LOG_FLOOR = 1e-5

_F0_MIN, _F0_MAX, _PER_OCTAVE = 55.0, 550.0, 24
_YIN_WINDOW = 704  # samples compared; with the longest lag it fills one 1024-sample frame


def prepare(wave, rate: int) -> np.ndarray:
    """Mono float32 at 16 kHz from whatever a recorder or a file gave.

    Parameters
    ----------
    wave : array (samples,) or (samples, channels); floats in [-1, 1] or integers of any width
    rate : Hz, 4,000 to 192,000

    Raises
    ------
    TypeError, ValueError
        With a sentence for people. A clip over 60 s is cut, with a warning.
    """
    try:
        wave = np.asarray(wave)
        number = isinstance(rate, (int, float, np.integer, np.floating)) and not isinstance(rate, bool)
    except (ValueError, TypeError) as error:
        raise TypeError("The sound should be an array of numbers.") from error
    if not np.issubdtype(wave.dtype, np.number) or np.iscomplexobj(wave):
        raise TypeError(f"The sound should be an array of real numbers, not of {wave.dtype}.")
    if not number:
        raise TypeError(f"The sample rate should be a number in Hz, not {type(rate).__name__}.")
    if not LOWEST <= rate <= HIGHEST:
        raise ValueError(f"A sample rate of {rate} Hz is outside {LOWEST:,} to {HIGHEST:,} Hz.")
    if wave.ndim not in (1, 2) or wave.size == 0:
        raise ValueError("The clip is empty." if wave.size == 0 else "The sound should be (samples,) or (samples, channels).")
    if wave.dtype == np.uint8:  # 8-bit WAV is unsigned, with silence at 128
        wave = (wave.astype(np.float32) - 128) / 128
    elif np.issubdtype(wave.dtype, np.integer):
        wave = wave.astype(np.float32) / float(np.iinfo(wave.dtype).max)
    wave = wave.astype(np.float32)
    if wave.ndim == 2:
        wave = wave.mean(1) if wave.shape[1] <= 8 else wave.mean(0)  # (channels, samples) is met too
    if not np.isfinite(wave).all():
        raise ValueError("The clip holds values that are not numbers (NaN or infinity).")
    seconds = len(wave) / rate
    if seconds < SHORTEST:
        raise ValueError(f"The clip lasts {seconds:.2f} s; at least {SHORTEST} s is needed.")
    if seconds > LONGEST:
        threads.tell(f"The clip lasts {seconds:.0f} s; only its first {LONGEST:.0f} s are used.")
        wave = wave[: int(LONGEST * rate)]
    if np.abs(wave).max() > LOUDEST:
        raise ValueError("The clip holds values beyond 1e9; sound goes from -1 to 1.")
    wave = wave - wave.mean()  # a constant offset is no sound
    if np.abs(wave).max() < 1e-4:
        raise ValueError("The clip is silent.")
    if rate != RATE:
        # the filter has as many numbers as both sides of the fraction multiplied: of 44,099 Hz as it stands, gigabytes
        step = (RATE / Fraction(float(rate))).limit_denominator(1000)
        wave = torchaudio.functional.resample(torch.from_numpy(wave), step.denominator, step.numerator).numpy()
    return np.ascontiguousarray(wave)


def active_level(wave: np.ndarray) -> float:
    """RMS of the frames where someone speaks: those within 20 dB of the loud ones."""
    n = max(len(wave) // 400, 1)
    power = np.square(wave[: n * 400].reshape(n, -1), dtype=np.float64).mean(1) if len(wave) >= 400 else np.square(wave).mean(keepdims=True)
    return float(np.sqrt(power[power >= 0.01 * np.quantile(power, 0.95)].mean()))


def band_limited(wave: np.ndarray, bandwidth: float) -> np.ndarray:
    """A sound of 16 kHz that falls off to nothing at `bandwidth` Hz, as a recorder's own filter falls. Raises ValueError for what is none.

    A decoder's hiss where the voice's recording has nothing at all hides the words.
    """
    if not numbers.within(bandwidth, 100, float("inf")):
        raise ValueError(f"A bandwidth of {bandwidth!r} Hz was asked for; 100 and more can be.")
    if bandwidth >= RATE / 2:
        return wave
    spectrum = np.fft.rfft(wave)
    place = np.linspace(0, RATE / 2 / bandwidth, len(spectrum))
    spectrum *= np.cos(np.pi / 2 * ((place - 0.9) / 0.1).clip(0, 1))
    return np.fft.irfft(spectrum, len(wave)).astype(np.float32)


def at_level(wave: np.ndarray, level: float) -> np.ndarray:
    """A sound as loud as `level` (RMS of active speech, of a clip within -1 to 1 below 1). Peaks that would clip are bent, not the whole made quieter.

    Raises ValueError for another level.
    """
    if not numbers.within(level, 0, LOUDEST):
        raise ValueError(f"A level of {level!r} was asked for; 0 to {LOUDEST:g} can be.")
    wave = wave * (level / max(active_level(wave), 1e-6))
    peak, knee = np.abs(wave), 0.7
    bent = knee + (0.99 - knee) * np.tanh((peak - knee) / (0.99 - knee))
    return np.where(peak > knee, np.sign(wave) * bent, wave).astype(np.float32)


def read(path: str) -> tuple[np.ndarray, int]:
    """A sound file's samples (all channels' mean) and rate, as `prepare` takes them.

    Raises
    ------
    ValueError
        If it cannot be read as sound.
    """
    try:
        with soundfile.SoundFile(path) as file:
            # what lies beyond the longest clip is never decoded, however large the file; and never all channels of it at once
            rate, most = file.samplerate, int((LONGEST + 1) * min(file.samplerate, HIGHEST))
            parts = [part.mean(1) for part in file.blocks(1 << 16, frames=most, dtype="float32", always_2d=True)]
            return np.concatenate(parts) if parts else np.zeros(0, np.float32), rate
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: a name that ends in .raw
        raise ValueError("This file cannot be read as sound; WAV, FLAC, OGG and MP3 can.") from error


@lru_cache(maxsize=4)
def _mel_transform(device: str) -> torchaudio.transforms.MelSpectrogram:
    return torchaudio.transforms.MelSpectrogram(RATE, N_FFT, hop_length=HOP, n_mels=N_MELS, power=1.0, norm="slaney", mel_scale="slaney").to(device)


def log_mel(wave: torch.Tensor) -> torch.Tensor:
    """Natural-log mel amplitudes. (..., samples) -> (..., 80, samples // 256)"""
    mel = _mel_transform(str(wave.device))(wave)[..., : wave.shape[-1] // HOP]
    return mel.clamp_min(LOG_FLOOR).log()


def in_quiet(mel: np.ndarray, f0: np.ndarray, before: int, after: int) -> tuple[np.ndarray, np.ndarray]:
    """Set a clip among frames as quiet as its own quiet ones (each band's 10th percentile). (T, 80), (T,)"""
    quiet = np.quantile(mel, 0.1, axis=0).astype(mel.dtype)
    mel = np.concatenate([np.tile(quiet, (before, 1)), mel, np.tile(quiet, (after, 1))])
    return mel, np.pad(f0, (before, after), mode="edge")


def griffin_lim(mel: torch.Tensor, iterations: int = 32) -> torch.Tensor:
    """The waveform whose spectrogram fits best, found without any training (Griffin and Lim 1984; with momentum, Perraudin et al. 2013).

    (80, frames) log-mel -> (frames * 256,)
    """
    filters = _mel_transform(str(mel.device)).mel_scale.fb  # (513, 80)
    bands = mel.clamp(max=10).exp()  # louder than any sound: what a decoder says of an odd code
    # the non-negative spectrum with these bands, by multiplicative updates (Lee and Seung 2001)
    amplitude = filters @ bands + 1e-8  # (513, T)
    overlap = filters @ filters.T
    for _ in range(60):
        amplitude = amplitude * (filters @ bands) / (overlap @ amplitude).clamp_min(1e-10)
    amplitude = torch.nn.functional.pad(amplitude, (0, 1))  # the frame that log_mel leaves out
    window, samples = torch.hann_window(N_FFT, device=mel.device), mel.shape[-1] * HOP

    def added(frames: torch.Tensor) -> torch.Tensor:
        """(1024, T + 1), laid over each other -> (T * 256,)"""
        whole = torch.nn.functional.fold(frames[None], (1, samples + N_FFT), (1, N_FFT), stride=(1, HOP))
        return whole[0, 0, 0, N_FFT // 2 : N_FFT // 2 + samples]

    # torch.istft would look at this anew each time, and a GPU's host wait for the answer
    envelope = added(window.square()[:, None].expand(-1, amplitude.shape[1]))

    def inverse(spectrum: torch.Tensor) -> torch.Tensor:
        return added(torch.fft.irfft(spectrum, dim=0) * window[:, None]) / envelope

    # the first phase is drawn on the CPU, so that every device begins with the same
    phase = torch.rand(amplitude.shape, dtype=torch.complex64, generator=torch.Generator().manual_seed(0)).to(mel.device)
    before, momentum = torch.zeros_like(phase), 0.99 / 1.99
    for _ in range(iterations):
        rebuilt = torch.stft(inverse(amplitude * phase), N_FFT, HOP, window=window, return_complex=True)
        phase = rebuilt - momentum * before
        phase, before = phase / (phase.abs() + 1e-16), rebuilt
    return inverse(amplitude * phase)


def pitch(wave: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pitch of the voice: YIN's difference function (de Cheveigne and Kawahara 2002) with a Viterbi path through it.

    Returns
    -------
    f0 : (samples // 256,) Hz, 55 to 550, bridged where nothing is voiced
    voiced : (samples // 256,) bool
    """
    x = torch.as_tensor(wave, dtype=torch.float32)
    frames = len(x) // HOP
    x = torch.nn.functional.pad(x, (N_FFT // 2, N_FFT)).unfold(0, N_FFT, HOP)[:frames]  # (frames, 1024)
    lags = N_FFT - _YIN_WINDOW
    spectrum = torch.fft.rfft(x, 2 * N_FFT)
    head = torch.fft.rfft(x[:, :_YIN_WINDOW], 2 * N_FFT)
    similar = torch.fft.irfft(head.conj() * spectrum)[:, :lags]
    energy = torch.nn.functional.pad(x.double().square().cumsum(1), (1, 0))
    moved = (energy[:, _YIN_WINDOW : _YIN_WINDOW + lags] - energy[:, :lags]).float()
    difference = (moved[:, :1] + moved - 2 * similar).clamp_min(0)
    lag = torch.arange(lags)
    normal = difference * lag / difference.cumsum(1).clamp_min(1e-7)  # (frames, lags), 0 is perfectly periodic
    normal[:, 0] = 1
    states = int(np.log2(_F0_MAX / _F0_MIN) * _PER_OCTAVE) + 1
    wanted = RATE / (_F0_MIN * 2 ** (torch.arange(states) / _PER_OCTAVE))  # the lag of each pitch
    low = wanted.floor().long()
    cost = torch.lerp(normal[:, low], normal[:, low + 1], (wanted - low))
    # a period of two cycles fits as well as one: a small price on long lags keeps the octave right
    cost = (cost + 0.04 * torch.log2(wanted / wanted.min())).numpy()
    step = np.abs(np.arange(states)[:, None] - np.arange(states)).astype(np.float32)
    step = np.minimum(0.02 * step, 0.5)
    total, back = cost[0], np.zeros((frames, states), np.int16)
    for t in range(1, frames):
        through = total + step
        back[t] = through.argmin(1)
        total = through[np.arange(states), back[t]] + cost[t]
    path = np.empty(frames, np.int64)
    path[-1] = total.argmin()
    for t in range(frames - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    rows, inner = np.arange(frames), path.clip(1, states - 2)
    left, mid, right = cost[rows, inner - 1], cost[rows, inner], cost[rows, inner + 1]
    bend = left - 2 * mid + right
    shift = np.where((bend > 1e-4) & (inner == path), 0.5 * (left - right) / np.maximum(bend, 1e-4), 0).clip(-0.5, 0.5)
    f0 = _F0_MIN * 2 ** ((path + shift) / _PER_OCTAVE)
    loud = x[:, 256:768].square().mean(1).sqrt().numpy() > 0.02 * active_level(wave)
    voiced = (normal.numpy()[rows, low.numpy()[path]] < 0.35) & loud
    if voiced.any():
        f0 = np.exp(np.interp(rows, rows[voiced], np.log(f0[voiced])))
    else:
        f0 = np.full(frames, 140.0)
    return f0.astype(np.float32), voiced
