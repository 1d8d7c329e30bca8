"""Summary on the command line."""

from __future__ import annotations

from .. import pretrained
from .common import tell, write

TRAIN = "articles to headlines and back, from articles and headlines that do not belong together"
EVALUATE = "on articles whose headlines are known and were never learned from"


def train_options(parser) -> None:
    parser.add_argument("--articles", nargs="+", required=True, metavar="FILE", help="one a line: .txt, .gz, .xz")
    parser.add_argument("--headlines", nargs="+", required=True, metavar="FILE", help="one a line, of other articles")
    parser.add_argument("--lang", choices=("en", "zh"), required=True)
    parser.add_argument("--name", help="name of the model; weights go to OUT/NAME and OUT/NAME-plain (default: the language)")
    parser.add_argument("--searched", type=int, default=40_000, help="articles that are searched for headlines and learned from")
    parser.add_argument("--steps", nargs="+", default=[], metavar="STAGE=NUMBER", help="steps of some of the stages, such as adversarial=2000")
    parser.add_argument("--dev", metavar="TABLE", help=".tsv with the columns article and title, to measure ROUGE on the way; never learned from")
    parser.add_argument("--workers", type=int, default=None, help="processes that search (default: all cores)")
    parser.add_argument("--out", help="default: pretrained/summary")


def train(a) -> None:
    from ..summary import train as summary

    steps = dict(part.partition("=")[::2] for part in a.steps)
    if not all(number.isdecimal() for number in steps.values()):
        raise ValueError("Steps are given as STAGE=NUMBER, such as adversarial=2000.")
    given = {"name": a.name, "out": a.out or "pretrained/summary", "searched": a.searched, "dev": a.dev, "workers": a.workers}
    print(summary.train(a.articles, a.headlines, a.lang, steps={k: int(v) for k, v in steps.items()}, **given))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", nargs="+", required=True, metavar="TABLE", help=".tsv with the columns article and title")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    parser.add_argument("--number", type=int, default=500, help="articles of each table, by chance")
    write(parser)


def evaluate(a) -> None:
    from ..summary import inference
    from ..summary.evaluate import evaluate

    for regularized in (True, False):
        figures = evaluate(inference.load(a.lang, regularized), a.data, a.number)
        name = a.lang if regularized else f"{a.lang}-plain"
        tell(figures, 32, 3, f"{name:10s} ")
        if a.write:
            pretrained.write_figures(pretrained.folder("summary", name), figures)
