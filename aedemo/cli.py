"""python -m aedemo train|evaluate DEMO ..., python -m aedemo inspect ..., and python -m aedemo report"""

from __future__ import annotations

import argparse
import sys

from .commands import anomaly, codebook, compress, embeddings, generate, summary, trees, vocoder, voice

DEMOS = {
    "vocoder": vocoder,
    "voice": voice,
    "anomaly": anomaly,
    "codebook": codebook,
    "summary": summary,
    "compress": compress,
    "generate": generate,
    "embeddings": embeddings,
    "trees": trees,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aedemo", description="Train and evaluate the models of aedemo.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    train = verbs.add_parser("train", help="train a model from a folder of data").add_subparsers(dest="demo", required=True)
    evaluate = verbs.add_parser("evaluate", help="print a model's figures").add_subparsers(dest="demo", required=True)
    for name, demo in DEMOS.items():
        one = train.add_parser(name, help=demo.TRAIN)
        demo.train_options(one)
        one.set_defaults(do=demo.train)
        one = evaluate.add_parser(name, help=demo.EVALUATE)
        demo.evaluate_options(one)
        one.set_defaults(do=demo.evaluate)

    report = verbs.add_parser("report", help="README's table of all models, from their cards")
    report.add_argument("--check", action="store_true", help="change nothing; fail where README and a card disagree, or a card lacks something")
    report.set_defaults(do=_report)
    inspect = verbs.add_parser("inspect", help="score a folder of pictures: a CSV file and overlays")
    anomaly.inspect_options(inspect)
    inspect.set_defaults(do=anomaly.inspect)
    return parser


def _report(a) -> None:
    from . import report

    if a.check:
        report.check()
    else:
        report.write()


def main(arguments: list[str] | None = None) -> int:
    a = _parser().parse_args(arguments)
    try:
        a.do(a)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
