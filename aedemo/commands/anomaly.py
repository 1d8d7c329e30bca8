"""Anomaly on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .common import begin_with, tell, write

TRAIN = "what is normal, from pictures of it"
EVALUATE = "on a test folder laid out as MVTec AD, or on the table of cells"


def train_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of pictures: MVTec AD's layout (train/good is used), or all of them normal")
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--method", choices=("restore", "whitened", "pixel"), default="restore")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--side", type=int, default=256, help="pixels of the longer side at which pictures are seen")
    parser.add_argument("--batch", type=int, default=12, help="crops a step and process")
    parser.add_argument("--crop", type=int, default=128, help="pixels of the crops' sides")
    parser.add_argument("--pooled", type=float, nargs="+", help="shares of the hottest pixels that make the score: 0 the hottest alone, 1 all")
    begin_with(parser)
    parser.add_argument(
        "--weights", type=float, nargs="+", help="of restore's comparisons: what its head marks, features, and (if given) pixels, neighbourhoods"
    )
    parser.add_argument("--whole", type=int, default=0, help="of whitened: side of the grid on which the whole picture's error is whitened too")
    parser.add_argument("--blur", type=int, help="pixels over which the heat is averaged")
    parser.add_argument("--out", help="default: pretrained/anomaly")


def train(a) -> None:
    from ..anomaly import train as anomaly

    print(
        anomaly.train(
            a.data,
            a.name,
            a.steps,
            a.out or "pretrained/anomaly",
            a.method,
            a.side,
            a.batch,
            a.crop,
            a.pooled,
            start=a.begin_with,
            weights=a.weights,
            blur=a.blur,
            whole=a.whole,
        )
    )


def evaluate_options(parser) -> None:
    parser.add_argument("--data", help="folder with test/good, test/KIND and ground_truth/KIND; not for cells")
    parser.add_argument("--name", required=True, help="which model, or a folder that holds one; cells for the table")
    write(parser)


def evaluate(a) -> None:
    from ..anomaly import evaluate, inference, tabular

    if a.name == "cells":
        figures, scores = tabular.evaluate_cells(), dict[str, Any]()
    elif not a.data:
        raise ValueError("--data is needed: a folder with test/good beside folders of odd pictures.")
    else:
        figures, scores = evaluate.evaluate(inference.load(a.name), a.data)
    tell(figures, 28, 4)
    if a.write and scores:
        evaluate.write(inference.place(a.name), figures, scores)


def inspect_options(parser) -> None:
    parser.add_argument("folder", help="folder of pictures, however many")
    parser.add_argument("--model", required=True, help="faces, tiles, paper, one trained by you, or a folder that holds one")
    parser.add_argument("--out", required=True, help="folder for scores.csv and the overlays")
    parser.add_argument("--threshold", type=float, default=1.0, help="score above which a picture is odd (1: the stored one)")


def inspect(a) -> None:
    from ..anomaly.folder import inspect_folder

    done, odd, unread = inspect_folder(a.model, a.folder, a.out, a.threshold)
    print(f"{done} pictures inspected, {odd} odd; {Path(a.out) / 'scores.csv'}")
    if unread:
        print(f"{len(unread)} files could not be read:", *(f"  {file}: {why}" for file, why in unread), sep="\n")
