from __future__ import annotations

import torch

from aedemo.disturb import Disturb
from aedemo.voice.teachers import Reader, timbre


def test_timbre_is_the_filter_a_clip_was_heard_through_and_not_how_long_it_was_silent():
    torch.manual_seed(0)
    mel = torch.randn(2, 80, 60) - 4
    tilt = torch.linspace(-1, 1, 80)[:, None]
    assert torch.allclose(timbre(mel + tilt)[:, :80], timbre(mel)[:, :80] + tilt[:, 0], atol=0.02)
    assert torch.allclose(timbre(mel + tilt)[:, 80:], timbre(mel)[:, 80:], atol=0.02)
    quiet = torch.full((2, 80, 40), -11.5)
    assert torch.allclose(timbre(torch.cat([mel, quiet], 2)), timbre(mel), atol=0.1)


def test_what_the_content_encoder_is_shown_keeps_the_timing_and_loses_the_quietest_parts():
    torch.manual_seed(0)
    mel = torch.full((64, 80, 40), -11.5)
    mel[:, :, 10:20] = -3.0
    shown = Disturb("cpu")(mel)
    assert shown.shape == mel.shape and torch.isfinite(shown).all()
    assert (shown[:, :, 10:20].mean((1, 2)) > shown[:, :, 25:].mean((1, 2)) + 2).all(), "the word still stands out of the noise"
    raised = (shown[:, :, 25:].mean((1, 2)) > -11.4).float().mean()
    assert 0.25 < raised < 0.75, "about half of the clips get a noise floor"


def test_the_reader_finds_no_difference_between_a_clip_and_itself():
    torch.manual_seed(0)
    reader, mel = Reader().eval(), torch.randn(2, 80, 40) - 4
    assert reader.differ(mel, mel) < 1e-6 < reader.differ(mel, mel.flip(2))
