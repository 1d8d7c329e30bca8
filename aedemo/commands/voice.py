"""Voice on the command line."""

from __future__ import annotations

from .. import pretrained
from .common import patterns, speech_given, speech_options, tell, write

TRAIN = "content and speaker halves of speech"
EVALUATE = "on speakers never trained on"


def train_options(parser) -> None:
    speech_options(parser, steps=6000)
    parser.add_argument("--method", choices=("instance-norm", "adversarial"), default="instance-norm")
    parser.add_argument("--listener-steps", type=int, default=4000, help="steps of the listener that is trained first")
    parser.add_argument("--reader-steps", type=int, default=1800, help="steps of the reader, trained next if there are texts")
    parser.add_argument("--texts", nargs="+", default=[], help="tables (.tsv) with the columns file and text: what is said in some of the clips")
    parser.add_argument("--peak", type=float, default=1.5e-3, help="highest learning rate")


def train(a) -> None:
    from ..voice import train as voice

    options = speech_given(a, "voice") | {"method": a.method, "listener_steps": a.listener_steps}
    options |= {"texts": a.texts, "reader_steps": a.reader_steps, "peak": a.peak}
    print(voice.train(a.data, a.name, a.steps, **options))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of speech")
    parser.add_argument(
        "--only", nargs="+", default=["*"], help="shell patterns of the clips to use, such as 'speechocean762/0133/*'; or files of such"
    )
    parser.add_argument("--name", default=None, help="which model (default: the page's)")
    write(parser)


def evaluate(a) -> None:
    from ..voice import inference
    from ..voice.evaluate import evaluate

    figures = evaluate(inference.load(a.name), a.data, patterns(a.only))
    tell(figures, 28, 3)
    if a.write:
        pretrained.write_figures(pretrained.folder("voice", a.name or inference.DEFAULT), figures)
