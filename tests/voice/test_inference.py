from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aedemo import audio, pretrained, voice
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "voice.json"
NAMES = ("instance-norm", "adversarial")


@pytest.fixture(scope="module", params=NAMES)
def model(request):
    return voice.load(request.param)


def bands(wave: np.ndarray) -> np.ndarray:
    """A sound's average log-mel in eight broad bands: what an ear would notice if the weights meant something else."""
    import torch

    return audio.log_mel(torch.from_numpy(wave)).mean(1).view(8, 10).mean(1).numpy()


@pytest.mark.parametrize("name", NAMES)
def test_shipped_weights_still_say_the_same(name, man, woman):
    wanted = json.loads(GOLDEN.read_text())[name]
    result = voice.load(name).swap(*man, *woman)
    assert np.allclose(result.code_a.content[::20, ::10], wanted["content"], atol=0.02)
    assert np.allclose(result.code_a.speaker[::5], wanted["speaker"], atol=0.01)
    assert np.allclose(bands(result.a_words_b_voice), wanted["a_words_b_voice"], atol=0.05)
    assert np.allclose(bands(result.b_again), wanted["b_again"], atol=0.05)


def test_swapping_a_clip_with_itself_rebuilds_it(model, man):
    result = model.swap(*man, *man)
    assert np.array_equal(result.a_words_b_voice, result.a_again)


def test_content_a_with_speaker_a_is_the_reconstruction(model, man, woman):
    result = model.swap(*man, *woman)
    own = replace(
        result.code_b,
        content=result.code_a.content,
        speaker=result.code_a.speaker,
        level=result.code_a.level,
        samples=result.code_a.samples,
        bandwidth=result.code_a.bandwidth,
    )
    assert np.array_equal(model.decode(own), result.a_again)
    assert np.array_equal(model.decode(model.cross(result.code_a, result.code_b)), result.a_words_b_voice)


def test_a_cross_is_the_exchanged_half_pushed_away_from_the_clips_own(model, man, woman):
    a, b = model.encode(*man), model.encode(*woman)
    plain, pushed = model.cross(a, b, push=0), model.cross(a, b)
    assert np.array_equal(plain.speaker, b.speaker) and plain.content is a.content

    def likeness(x, y):
        return float(np.corrcoef(x.speaker[:48], y.speaker[:48])[0, 1])

    assert likeness(pushed, a) < likeness(plain, a) - 0.05
    assert likeness(pushed, b) > 0.8
    assert np.linalg.norm(pushed.speaker[:48]) == pytest.approx(np.linalg.norm(b.speaker[:48]), rel=1e-5)
    assert np.array_equal(pushed.speaker[48:], b.speaker[48:])  # the pitch is the other's own
    # and heard again, what was pushed is less like the one whose words they are
    heard = [model.encode(model.decode(code), model.sample_rate) for code in (plain, pushed)]
    assert likeness(heard[1], a) < likeness(heard[0], a)


def test_the_halves_are_the_columns_claimed(model, woman):
    code = model.encode(*woman)
    assert code.content.shape == (code.frames.shape[0], 50) and code.speaker.shape == (50,)
    assert np.array_equal(code.frames[:, :50], code.content)
    assert (code.frames[:, 50:] == code.speaker).all()
    seconds = len(woman[0]) / woman[1]
    assert abs((len(code.content) - 8) * 0.032 - seconds) < 0.033


def test_no_average_of_the_speaker_is_left_in_the_content(model, woman):
    content = model.encode(*woman).content
    assert np.abs(content.mean(0)).max() < 1e-3
    assert np.abs(content.std(0) - 1).max() < 0.02


def test_what_comes_out_has_the_targets_pitch(model, man, woman):
    result = model.swap(*man, *woman)
    # exactly: the code moves the melody to the other's height
    _, f0 = model.mel(model.cross(result.code_a, result.code_b))
    _, own = model.mel(result.code_b)
    assert abs(np.log2(f0 / 150).mean() - np.log2(own / 150).mean()) < 0.08

    # and to the ear of a pitch tracker: the man's words are sung an octave higher than he said them
    def median(wave):
        found, heard = audio.pitch(wave)
        return np.median(found[heard])

    assert abs(12 * np.log2(median(result.a_words_b_voice) / median(audio.prepare(*woman)))) < 3
    assert abs(12 * np.log2(median(result.b_words_a_voice) / median(audio.prepare(*man)))) < 3


def test_the_result_is_as_loud_and_as_long_as_the_words(model, man, woman):
    quiet = (man[0] * 0.05, man[1])
    result = model.swap(*quiet, *woman)
    for wave, (source, rate) in ((result.a_words_b_voice, quiet), (result.b_words_a_voice, woman), (result.a_again, quiet)):
        assert abs(20 * np.log10(audio.active_level(wave) / audio.active_level(audio.prepare(source, rate)))) < 6
        assert abs(len(wave) / model.sample_rate - len(source) / rate) < 0.001
        assert wave.dtype == np.float32 and np.abs(wave).max() < 1


def test_a_voice_recorded_at_8_khz_speaks_without_hiss_above_4_khz(model, man, woman):
    narrow = audio.prepare(*woman)[::2], 8000
    result = model.swap(*man, *narrow)

    def above(wave):
        power = np.abs(np.fft.rfft(wave)) ** 2
        return power[int(0.26 * len(wave)) :].sum() / power.sum()

    assert above(result.a_words_b_voice) < 1e-4 and above(result.b_again) < 1e-4
    assert above(result.a_again) > 1e-3 and above(result.b_words_a_voice) > 1e-3  # the other voice keeps its own


def test_rebuilding_is_closer_to_the_clip_than_another_voice_is(model, man, woman):
    code, other = model.encode(*man), model.encode(*woman)
    real = model.hear(*man)[0]
    loud = real > real.max() - 6
    again, swapped = (model.mel(replace(code, speaker=half))[0][:, 8:-8] for half in (code.speaker, other.speaker))
    assert np.abs(again - real)[loud].mean() < 0.9 * np.abs(swapped - real)[loud].mean()


def test_both_vocoders_speak(man):
    model = voice.load()
    code = model.encode(*man)
    neural, classic = model.decode(code), model.decode(code, vocoder="griffin-lim")
    assert np.abs(bands(neural) - bands(classic)).mean() < 1.0
    with pytest.raises(ValueError, match="neural, griffin-lim"):
        model.decode(code, vocoder="tape")


def test_the_same_code_always_sounds_the_same(man):
    model = voice.load()
    code = model.encode(*man)
    assert np.array_equal(model.decode(code), model.decode(code))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1_600, 40_000),
    st.sampled_from([8_000, 16_000, 44_100, 96_000]),
    st.sampled_from(["noise", "clicks", "square", "tone", "tiny"]),
    st.integers(0, 2**31),
)
def test_any_sound_comes_out_finite_and_audible(samples, rate, kind, seed):
    rng, t = np.random.default_rng(seed), np.arange(samples)
    wave = {
        "noise": lambda: rng.normal(size=samples),
        "clicks": lambda: (rng.random(samples) > 0.999) * 1.0 + (t == samples // 2),
        "square": lambda: np.sign(np.sin(t * rng.uniform(0.01, 1.0)) + 1e-9),  # hard clipping
        "tone": lambda: np.sin(t * rng.uniform(0.01, 3.0)),
        "tiny": lambda: rng.normal(size=samples) * 1e-3,
    }[kind]()
    try:
        code = voice.load().encode(wave, rate)
    except ValueError as problem:
        assert str(problem).endswith(".")
        return
    out = voice.load().decode(code)
    assert np.isfinite(out).all() and np.abs(out).max() > 1e-5


@pytest.mark.parametrize(
    "change",
    [
        {"content": np.zeros((20, 49), np.float32)},
        {"content": np.zeros((0, 50), np.float32)},
        {"content": np.full((20, 50), np.nan, np.float32)},
        {"speaker": np.zeros(49, np.float32)},
        {"speaker": np.full(50, np.inf, np.float32)},
    ],
)
def test_a_wrong_code_gets_one_sentence(change, man):
    model = voice.load()
    with pytest.raises(ValueError, match=r"\.$"):
        model.decode(replace(model.encode(*man), **change))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="adversarial, instance-norm"):
        voice.load("../voice/instance-norm")


@pytest.mark.parametrize("name", NAMES)
def test_the_card_states_the_measured_figures(name):
    card = (pretrained.folder("voice", name) / "README.md").read_text()
    for key, value in pretrained.card("voice", name).items():
        assert f"| {key} | {value:.3f} |" in card, f"{key} in the model card is not what was measured"
