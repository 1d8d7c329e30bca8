"""Vocoder on the command line."""

from __future__ import annotations

from .. import pretrained
from .common import patterns, speech_given, speech_options, tell, write

TRAIN = "mel spectrogram and pitch to waveform"
EVALUATE = "on speakers never trained on, beside Griffin-Lim"


def train_options(parser) -> None:
    speech_options(parser, steps=4000)
    parser.add_argument("--through", help="a voice model; half of the spectrograms are what it makes of them")


def train(a) -> None:
    from ..vocoder import train as vocoder
    from ..voice import train as voice

    options = speech_given(a, "vocoder")
    if a.through:
        options["through"] = voice.rebuilding(a.through)
    print(vocoder.train(a.data, a.name, a.steps, **options))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of speech")
    parser.add_argument("--only", nargs="+", default=["*"], help="shell patterns of the clips to use, or files of such")
    parser.add_argument("--name", default="mel80", help="which model")
    write(parser)


def evaluate(a) -> None:
    from ..vocoder.evaluate import evaluate
    from ..vocoder.model import Vocoder

    figures = evaluate(pretrained.load(Vocoder, "vocoder", a.name), a.data, patterns(a.only))
    tell(figures, 28, 4)
    if a.write:
        pretrained.write_figures(pretrained.folder("vocoder", a.name), figures)
