"""Codebook on the command line."""

from __future__ import annotations

from .. import pretrained, speech
from .common import patterns, tell, write

TRAIN = "discrete codes of pictures or of speech"
EVALUATE = "on pictures or speakers never trained on, or on a flip book"


def train_options(parser) -> None:
    parser.add_argument("--kind", choices=("image", "speech", "flip"), required=True)
    parser.add_argument("--data", required=True, help="folder of pictures or of speech; for flip a sheet of drawings too")
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--method", choices=("vq", "one-hot", "binary"), default=None, help="of image and flip")
    parser.add_argument("--codes", type=int, default=None, help="how many (default: image and flip 512, speech 128)")
    parser.add_argument("--steps", type=int, default=None, help="default: image 12,000, speech 9,000, flip 1,500")
    parser.add_argument("--starts", type=int, default=None, help="flip: how often to begin anew, of which the best is kept (default: 6)")
    parser.add_argument("--batch", type=int, default=None, help="pictures or clips a step and process")
    parser.add_argument("--exclude", help="speech: file of shell patterns, relative to DATA, of clips never to train on")
    parser.add_argument("--texts", nargs="+", default=[], help="speech: tables (.tsv) with the columns file and text")
    parser.add_argument("--hint", type=float, default=1.0, help="speech: weight of naming phones where texts are known; 0: never")
    parser.add_argument("--balance", type=float, default=None, help="price of much-used codes while training vq (default: 0.25)")
    parser.add_argument("--speaker-from", default="instance-norm", help="speech: the voice model whose speaker half is used")
    parser.add_argument("--workers", type=int, default=None, help="speech: processes that lay texts along clips (default: all cores)")
    parser.add_argument("--peak", type=float, default=None, help="highest learning rate")
    parser.add_argument("--out", help="default: pretrained/codebook")


def train(a) -> None:
    from ..codebook import train

    given = {k: v for k, v in vars(a).items() if k in ("codes", "batch", "peak", "method", "balance") and v is not None}
    places = {"data": a.data, "name": a.name, "out": a.out or "pretrained/codebook"}
    steps = a.steps or {"image": 12_000, "speech": 9_000, "flip": 1_500}[a.kind]
    if a.kind == "speech":
        if given.pop("method", "vq") != "vq":
            raise ValueError("Speech has the method vq only.")
        given |= {"texts": a.texts, "hint": a.hint, "speaker_from": a.speaker_from, "workers": a.workers}
        print(train.train_speech(**places, steps=steps, exclude=speech.read_patterns(a.exclude), **given))
    elif a.kind == "flip":
        given.pop("balance", None)
        given |= {"starts": a.starts} if a.starts else {}
        if given.get("method") == "vq":
            raise ValueError("A flip book has the methods one-hot and binary.")
        print(train.train_flip(**places, steps=steps, **given))
    else:
        print(train.train_image(**places, steps=steps, **given))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of pictures or of speech; for a flip book its sheet of drawings")
    parser.add_argument("--name", default="image", help="which model")
    parser.add_argument("--texts", nargs="+", default=[], help="speech: tables (.tsv) with the columns file and text")
    parser.add_argument("--only", nargs="+", default=["*"], help="speech: shell patterns of the clips to use, or files of such")
    write(parser)


def evaluate(a) -> None:
    from ..codebook import inference
    from ..codebook.evaluate import evaluate

    figures = evaluate(inference.load(a.name), a.data, a.texts, patterns(a.only))
    tell(figures, 28, 4)
    if a.write:
        pretrained.write_figures(pretrained.folder("codebook", a.name), figures)
