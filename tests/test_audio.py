from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from aedemo import audio


def voiced(f0: float, seconds: float = 1.0, rate: int = 16_000) -> np.ndarray:
    """A buzz with many harmonics, as a throat makes."""
    t = np.arange(int(seconds * rate)) / rate
    return (0.1 * sum(np.cos(2 * np.pi * k * f0 * t) / k for k in range(1, int(3000 / f0)))).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_wrong_rate_would_change_pitch_and_length(rate):
    wave = audio.prepare(voiced(200, 1.0, rate), rate)
    f0, heard = audio.pitch(wave)
    assert abs(len(wave) - 16_000) <= 1
    assert heard.mean() > 0.8
    assert abs(np.median(f0) / 200 - 1) < 0.01


@pytest.mark.parametrize("f0", [70, 110, 180, 260, 400])
def test_pitch_is_no_octave_off(f0):
    found, heard = audio.pitch(voiced(f0))
    assert abs(np.median(found[heard]) / f0 - 1) < 0.01


def test_noise_has_no_pitch():
    noise = np.random.default_rng(0).normal(size=16_000).astype(np.float32) * 0.1
    assert audio.pitch(noise)[1].mean() < 0.1


def test_integers_stereo_and_offset_mean_the_same_sound():
    wave = voiced(150)
    same = audio.prepare(wave, 16_000)
    for other in (
        (wave * 32767).astype(np.int16),
        (wave * (2**31 - 1)).astype(np.int32),
        np.stack([wave, wave], 1),
        wave + 0.3,
        wave.astype(np.float64),
    ):
        assert np.abs(audio.prepare(other, 16_000) - same).max() < 1e-3
    eight_bit = ((wave * 127) + 128).round().astype(np.uint8)
    assert np.abs(audio.prepare(eight_bit, 16_000) - same).max() < 0.02


@pytest.mark.parametrize(
    ("wave", "rate", "sentence"),
    [
        (np.zeros(16_000), 16_000, "The clip is silent."),
        (np.full(16_000, 0.5), 16_000, "The clip is silent."),
        (np.zeros(0), 16_000, "The clip is empty."),
        (np.ones(100), 16_000, "at least 0.1 s"),
        (np.full(16_000, np.nan), 16_000, "not numbers"),
        (np.full(16_000, np.inf), 16_000, "not numbers"),
        (np.ones((2, 3, 4)), 16_000, "(samples,)"),
        (np.ones(16_000), 10, "outside"),
        (np.ones(16_000), float("nan"), "outside"),
    ],
)
def test_bad_sound_gets_one_sentence(wave, rate, sentence):
    with pytest.raises(ValueError, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        audio.prepare(wave, rate)


@pytest.mark.parametrize(
    ("wave", "rate"), [("hello", 16_000), (None, 16_000), ([[1.0], [1.0, 2.0]], 16_000), (np.ones(16_000, complex), 16_000), (np.ones(16_000), "16k")]
)
def test_a_wrong_type_gets_a_type_error(wave, rate):
    with pytest.raises(TypeError):
        audio.prepare(wave, rate)


def test_too_long_is_cut_with_a_warning():
    with pytest.warns(UserWarning, match="only its first 60 s"):
        assert len(audio.prepare(voiced(100, 61), 16_000)) == 60 * 16_000


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 9_000),
    st.sampled_from([4_000, 8_000, 11_025, 16_000, 48_000, 96_000]),
    st.sampled_from([np.uint8, np.int16, np.int32, np.float32, np.float64]),
    st.integers(0, 2),
    st.integers(0, 2**31),
)
def test_any_array_is_a_finite_sound_or_a_sentence(samples, rate, kind, channels, seed):
    rng = np.random.default_rng(seed)
    shape = (samples, channels) if channels else (samples,)
    wave = rng.normal(size=shape) * 2 if np.issubdtype(kind, np.floating) else rng.integers(np.iinfo(kind).min, np.iinfo(kind).max, shape)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out = audio.prepare(wave.astype(kind), rate)
    except ValueError as problem:
        assert str(problem).endswith((".", ")."))
    else:
        assert out.dtype == np.float32 and out.ndim == 1 and np.isfinite(out).all()


def test_griffin_lim_gives_back_the_spectrogram_it_was_given(man):
    wave = audio.prepare(*man)
    mel = audio.log_mel(torch.from_numpy(wave))
    again = audio.log_mel(audio.griffin_lim(mel))
    loud = mel > mel.max() - 6
    assert (again - mel)[loud].abs().mean() < 0.25
    assert torch.equal(audio.griffin_lim(mel[:, :40]), audio.griffin_lim(mel[:, :40]))


def test_level_ignores_pauses():
    wave = voiced(150)
    assert abs(audio.active_level(np.concatenate([wave, np.zeros(48_000, np.float32)])) / audio.active_level(wave) - 1) < 0.05
