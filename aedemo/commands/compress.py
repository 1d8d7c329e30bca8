"""Compress on the command line."""

from __future__ import annotations

from .. import pretrained
from .common import begin_with, tell, write

TRAIN = "a codec for pictures"
EVALUATE = "on photographs never trained on, beside JPEG and WebP"


def train_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of photographs")
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--batch", type=int, default=8, help="crops of 96 x 96 a step and process; half as many of 128 x 128")
    parser.add_argument("--peak", type=float, default=1e-3, help="highest learning rate")
    begin_with(parser)
    parser.add_argument("--out", help="default: pretrained/compress")


def train(a) -> None:
    from ..compress import train as compress

    print(compress.train(a.data, a.name, a.steps, a.out or "pretrained/compress", a.batch, a.peak, a.begin_with))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of photographs")
    parser.add_argument("--name", default="context", help="which model")
    write(parser)


def evaluate(a) -> None:
    from ..compress import inference
    from ..compress.evaluate import evaluate

    figures = evaluate(inference.load(name=a.name), a.data)
    tell(figures, 28, 4)
    if a.write:
        pretrained.write_figures(pretrained.folder("compress", a.name), figures)
