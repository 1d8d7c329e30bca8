"""Trees on the command line."""

from __future__ import annotations

from .. import pretrained
from .common import tell, write

TRAIN = "a grammar, from sentences alone"
EVALUATE = "on gold trees, beside trees that know nothing of words"


def train_options(parser) -> None:
    parser.add_argument("--data", nargs="+", required=True, metavar="FILE", help="text, a sentence a line: .txt, .txt.gz or .txt.xz")
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--batch", type=int, default=32, help="sentences a step and process")
    parser.add_argument("--longest", type=int, default=20, help="words of the longest sentence to train on")
    parser.add_argument("--rules-first", type=int, default=6000, metavar="STEPS", help="steps of the rules alone, classes of words as they began")
    parser.add_argument("--peak", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--lean", type=float, default=2.0, help="to the right, to begin with; 0: none, less: to the left")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the sentences' order")
    parser.add_argument("--out", help="default: pretrained/trees")


def train(a) -> None:
    from ..trees import train as trees

    print(trees.train(a.data, a.name, a.steps, a.out or "pretrained/trees", a.batch, a.longest, a.rules_first, a.peak, a.seed, a.lean))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", required=True, metavar="FILE", help="bracketings, one a line, as the Penn Treebank has them")
    parser.add_argument("--name", default="en", help="which model")
    write(parser)


def evaluate(a) -> None:
    from ..trees import inference
    from ..trees.evaluate import evaluate

    figures = evaluate(inference.load(name=a.name), a.data)
    tell(figures, 32, 4)
    if a.write:
        pretrained.write_figures(pretrained.folder("trees", a.name), figures)
