"""What the commands of several demos have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .. import speech


def begin_with(parser) -> None:
    parser.add_argument(
        "--begin-with", nargs="+", default=[], metavar="NAME", help="another model in OUT to take the first weights from; of several, their mean"
    )


def write(parser) -> None:
    parser.add_argument("--write", action="store_true", help="store the figures beside the weights and in the model card")


def speech_options(parser, steps: int) -> None:
    parser.add_argument("--data", required=True, help="folder of speech: a folder per speaker, VCTK, LibriSpeech or FSDD")
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--batch", type=int, default=None, help="clips a step and process")
    parser.add_argument("--exclude", help="file of shell patterns, relative to DATA, of clips never to train on")
    begin_with(parser)
    parser.add_argument("--out", help="default: pretrained/ and the demo's name")


def speech_given(a, demo: str) -> dict[str, Any]:
    """Of `speech_options`, what the recipes of voice and vocoder both take."""
    given = {"exclude": speech.read_patterns(a.exclude), "out": a.out or f"pretrained/{demo}", "start": a.begin_with}
    return given | ({"batch": a.batch} if a.batch else {})


def patterns(only: list[str]) -> list[str]:
    """Shell patterns as given, and those in files of such."""
    return [p for one in only for p in (speech.read_patterns(one) if Path(one).is_file() else [one])]


def tell(figures: dict[str, float], width: int, digits: int, first: str = "") -> None:
    """Print figures, one a line, in columns."""
    for key, value in figures.items():
        print(f"{first}{key:{width}s} {value:.{digits}f}")
