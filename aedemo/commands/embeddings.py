"""Embeddings on the command line."""

from __future__ import annotations

from .. import pretrained, speech
from .common import patterns, tell, write

TRAIN = "an encoder of pictures, speech or sentences that is not (only) trained to rebuild"
EVALUATE = "what a linear probe or the nearest neighbour reads from codes of new data"


def train_options(parser) -> None:
    parser.add_argument("--of", choices=("pictures", "speech", "sentences"), required=True)
    parser.add_argument(
        "--objective",
        choices=("infomax", "cpc", "quick-thought", "skip-thought", "collapsed", "plain", "plain-views"),
        required=True,
        help="infomax: pictures; cpc: speech; plain: any, to rebuild as it is; plain-views: pictures, to rebuild in the views that infomax is shown; the others: sentences",
    )
    parser.add_argument(
        "--data", nargs="+", required=True, help="folder of pictures or of speech, or the word digits; folders of .txt files, each a document"
    )
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument(
        "--batch", type=int, default=None, help="pictures (default: 96), clips (32), or runs of eight sentences (64) a step and process"
    )
    parser.add_argument("--peak", type=float, default=None, help="highest learning rate")
    parser.add_argument("--exclude", help="speech: file of shell patterns, relative to DATA, of clips never to train on")
    parser.add_argument("--out", help="default: pretrained/embeddings")


def train(a) -> None:
    out, given = a.out or "pretrained/embeddings", {key: value for key, value in (("batch", a.batch), ("peak", a.peak)) if value}
    known = {
        "pictures": ("infomax", "plain", "plain-views"),
        "speech": ("cpc", "plain"),
        "sentences": ("quick-thought", "skip-thought", "collapsed", "plain"),
    }
    if a.objective not in known[a.of]:
        raise ValueError(f"Encoders of {a.of} are trained by {', '.join(known[a.of])}, not by {a.objective}.")
    if a.of != "sentences" and len(a.data) > 1:
        raise ValueError(f"Encoders of {a.of} are trained on one folder.")
    if a.of == "pictures":
        from ..embeddings.train import train_pictures

        print(train_pictures(a.data[0], a.name, a.objective, a.steps, out, **given))
    elif a.of == "speech":
        from ..embeddings.train import train_speech

        print(train_speech(a.data[0], a.name, a.objective, a.steps, out, speech.read_patterns(a.exclude), **given))
    else:
        from ..embeddings.thought_train import train

        print(train(a.data, a.name, a.objective, a.steps, out, a.batch or 64, a.peak or 2e-3))


def evaluate_options(parser) -> None:
    parser.add_argument("--name", nargs="+", required=True, help="which models")
    parser.add_argument("--data", nargs="+", required=True, help="as for training; of pictures those of a test")
    parser.add_argument("--train", help="emoji: folder of the pictures that were trained on")
    parser.add_argument("--groups", help="emoji: Unicode's emoji-test.txt")
    parser.add_argument("--texts", nargs="+", default=[], help="speech: tables (.tsv) with the columns file and text")
    parser.add_argument("--only", nargs="+", default=["*"], help="speech: shell patterns of the clips to use, or files of such")
    write(parser)


def evaluate(a) -> None:
    from ..embeddings import evaluate, inference, thought_evaluate, thought_inference

    for name in a.name:
        model = inference.load(name)
        if isinstance(model, thought_inference.SentenceEncoder):
            figures = thought_evaluate.evaluate(model.network, model.vocabulary, a.data)
            folders = [pretrained.folder("embeddings", one) for one in pretrained.names("embeddings")]
            folders = [one for one in folders if (one / "curve.json").is_file()]
            figures |= thought_evaluate.same_budget(pretrained.folder("embeddings", name), folders)
            if name == "quick-thought":
                figures |= thought_evaluate.compare(*(pretrained.folder("embeddings", one) for one in (name, "skip-thought")))
        elif isinstance(model, inference.SpeechEncoder):
            figures = evaluate.of_speech(model, a.data[0], a.texts, patterns(a.only))
        elif a.data == ["digits"]:
            figures = evaluate.of_digits(model)
        elif a.groups:
            figures = evaluate.of_emoji(model, a.data[0], a.train or a.data[0], a.groups)
        else:
            figures = evaluate.of_faces(model, a.data[0])
        tell(figures, 28, 4, f"{name:18s} ")
        if a.write:
            pretrained.write_figures(pretrained.folder("embeddings", name), figures)
