"""The same idea for tables: learn normal rows, and see which columns of another row will not rebuild.

The auto-encoder is masked and linear: every column is rebuilt from all the others, never from itself, so there is no code
through which a strange value could be copied. Its best weights have a closed form (the precision matrix of the columns;
Steck 2019, arXiv 1905.03375), so it learns in milliseconds.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from .. import threads
from .inference import LARGEST, Calibration

RIDGE = 0.5  # added to the variance (1) of each column: as much as a column's noise, so that no column is trusted fully
POWER = 1.5  # of a value's distance from the median: one far value tells more than many that are a little off
FEWEST = 10  # rows
MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class RowInspection:
    """score : 0 is the median normal row, 1 the threshold. errors (columns,) : how badly each column was rebuilt, in units
    of its mean square on normal rows. expected (columns,) : what each column would be, given the others."""

    score: float
    is_anomaly: bool
    errors: np.ndarray
    expected: np.ndarray
    more_unusual_than: float

    def worst(self, columns: list[str], count: int = 5) -> list[tuple[str, float]]:
        order = np.argsort(-self.errors)[:count]
        return [(columns[i], float(self.errors[i])) for i in order]


class TableDetector:
    """A masked linear auto-encoder of the columns of a table, with its calibration."""

    threshold = 1.0
    calibration: Calibration  # only while one is being fitted there is none

    def __init__(self, columns: list[str], tensors: dict[str, np.ndarray], calibration: Calibration | None):
        self.columns, self.tensors = list(columns), tensors
        if calibration is not None:
            self.calibration = calibration

    def inspect(self, rows) -> list[RowInspection]:
        """Score rows, (n, columns) of finite numbers.

        Raises
        ------
        ValueError
            For another number of columns, or values that are not numbers.
        """
        x = _checked(rows)
        if x.shape[1] != len(self.columns):
            raise ValueError(f"The rows should have {len(self.columns)} columns, as the normal ones had; these have {x.shape[1]}.")
        errors, expected = self._errors(x)
        raw = np.minimum(errors.mean(1), LARGEST)
        scores = self.calibration.score(raw)
        below = np.searchsorted(self.calibration.scores, raw.astype(np.float32)) / len(self.calibration.scores)
        return [RowInspection(float(s), bool(s > self.threshold), e, v, float(b)) for s, e, v, b in zip(scores, errors, expected, below, strict=True)]

    def _errors(self, x: np.ndarray):
        t = self.tensors
        z = (_bend((x - t["median"]) / t["spread"]) - t["mean"]) / t["scale"]
        rebuilt = z @ t["weights"]
        expected = t["median"] + t["spread"] * _unbend(rebuilt * t["scale"] + t["mean"])
        return ((z - rebuilt) ** 2 / t["usual"]), expected

    def save(self, folder: str | Path) -> Path:
        """Write model.safetensors, calibration.safetensors and config.json; `load_table(folder)` reads them back."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        save_file({k: np.ascontiguousarray(v, np.float32) for k, v in self.tensors.items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps({"columns": self.columns}, indent=1) + "\n")
        self.calibration.save(folder)
        return folder


def _bend(z):
    return np.sign(z) * np.abs(z) ** POWER


def _unbend(z):
    return np.sign(z) * np.abs(z) ** (1 / POWER)


def _checked(rows) -> np.ndarray:
    try:
        x = np.asarray(rows, np.float64)
    except (ValueError, TypeError):
        raise ValueError("The table holds values that are not numbers.") from None
    if x.ndim != 2 or not x.size:
        raise ValueError(f"A table is (rows, columns) of numbers, not {x.shape}.")
    if not np.isfinite(x).all():
        raise ValueError("The table holds values that are missing or not numbers (NaN or infinity).")
    if np.abs(x).max() > 1e30:
        raise ValueError("The table holds values beyond 1e30.")
    return x


def fit_table(rows, columns: list[str] | None = None, seed: int = 0) -> TableDetector:
    """Learn what normal rows look like.

    Parameters
    ----------
    rows : (n, d) finite numbers, at least 10 rows and 2 columns, all normal
    columns : their d names

    Raises
    ------
    ValueError
        For fewer, or values that are not numbers.
    """
    x = _checked(rows)
    if len(x) < FEWEST or x.shape[1] < 2:
        raise ValueError(f"At least {FEWEST} normal rows and 2 columns of numbers are needed; there are {len(x)} and {x.shape[1]}.")
    columns = list(columns) if columns is not None else [f"column {i + 1}" for i in range(x.shape[1])]
    if len(columns) != x.shape[1]:
        raise ValueError(f"There are {len(columns)} names for {x.shape[1]} columns.")
    # rows are few: each sets the threshold once, scored by an auto-encoder of the other four fifths (cross-conformal
    # prediction, Vovk 2015), and all of them teach the one that is kept
    fold = np.random.default_rng(seed).permutation(len(x)) % 5
    raw = np.zeros((len(x), x.shape[1]))
    for k in range(5):
        raw[fold == k] = TableDetector(columns, _learn(x[fold != k]), None)._errors(x[fold == k])[0]
    return TableDetector(columns, _learn(x), Calibration.of(raw.mean(1), raw.max(1)))


def _learn(x: np.ndarray) -> dict[str, np.ndarray]:
    middle = np.median(x, 0)
    low, high = np.quantile(x, [0.2, 0.8], axis=0)
    # a column that hardly ever changes still needs a unit, whose powers are numbers
    spread = np.where(high > low, np.maximum(high - low, 1e-30), np.maximum(x.std(0), 1e-6 * np.maximum(1, np.abs(middle))))
    z = _bend((x - middle) / spread)
    mean, scale = z.mean(0), np.maximum(z.std(0), 1e-6)
    z = (z - mean) / scale
    precision = np.linalg.inv(z.T @ z / len(z) + RIDGE * np.eye(z.shape[1]))
    weights = -precision / np.diag(precision)  # column j: the ridge regression of column j on all the others
    np.fill_diagonal(weights, 0)
    usual = np.maximum(((z - z @ weights) ** 2).mean(0), 1e-6)
    return {"median": middle, "spread": spread, "mean": mean, "scale": scale, "weights": weights, "usual": usual}


def load_table(folder: str | Path | None = None) -> TableDetector:
    """The breast-cancer cells that the page shows, learned from benign ones only, or what `TableDetector.save` wrote."""
    if folder is None:
        return _cells()
    folder = Path(folder)
    try:
        columns = json.loads((folder / "config.json").read_text())["columns"]
        return TableDetector(columns, load_file(folder / "model.safetensors"), Calibration.read(folder))
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise ValueError(f"{folder} holds no table detector, or a damaged one.") from error


def cells(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """scikit-learn's breast-cancer cells: 80% of the benign ones to learn from, the other 20%, and all malignant ones."""
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer()
    benign = np.random.default_rng(seed).permutation(np.flatnonzero(data.target == 1))
    count = round(0.8 * len(benign))
    return data.data[benign[:count]], data.data[benign[count:]], data.data[data.target == 0], [str(n) for n in data.feature_names]


@lru_cache(maxsize=1)
def _cells() -> TableDetector:
    learn, _, _, columns = cells()
    return fit_table(learn, columns)  # milliseconds: nothing is stored


def evaluate_cells(splits: int = 12) -> dict[str, float]:
    """AUROC of malignant against held-out benign cells, over several random splits of the benign ones."""
    from sklearn.metrics import roc_auc_score

    areas, alarms, found = [], [], []
    for seed in range(splits):
        learn, benign, malignant, columns = cells(seed)
        detector = fit_table(learn, columns)
        good, bad = ([r.score for r in detector.inspect(rows)] for rows in (benign, malignant))
        areas.append(roc_auc_score([0] * len(good) + [1] * len(bad), good + bad))
        alarms.append(np.mean(np.array(good) > 1))
        found.append(np.mean(np.array(bad) > 1))
    return {
        "cells_auroc": float(np.mean(areas)),
        "cells_auroc_worst_split": float(np.min(areas)),
        "cells_false_alarm_rate": float(np.mean(alarms)),
        "cells_detection_rate": float(np.mean(found)),
    }


def read_csv(source) -> tuple[np.ndarray, list[str]]:
    """A CSV file's rows and the names of its columns of numbers; other columns are left out with a warning.

    source : path, or the file's bytes; commas, semicolons or tabs; with or without a line of names

    Raises
    ------
    ValueError
        If it is no table of numbers.
    """
    try:
        raw = bytes(source) if isinstance(source, (bytes, bytearray)) else Path(source).read_bytes()
    except (OSError, ValueError):  # a name with a null byte
        raise ValueError(f"There is no file {str(source)!r}.") from None
    if len(raw) > MOST_BYTES:
        raise ValueError(f"The table is larger than {MOST_BYTES // 10**6} MB.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        lines = [line for line in reader if any(c.strip() for c in line)] if "\0" not in text else []
    except csv.Error:  # a quote that does not end, or ends in the middle of a cell
        lines = []
    if not lines:
        raise ValueError("This file cannot be read as a table; a CSV file with a row a line can.")
    width = len(lines[0])
    if any(len(line) != width for line in lines):
        odd = next(i for i, line in enumerate(lines, 1) if len(line) != width)
        raise ValueError(f"Line {odd} of the table has {len(lines[odd - 1])} columns, the first has {width}.")
    named = not any(_is_number(c) for c in lines[0])
    columns = [c.strip() or f"column {i + 1}" for i, c in enumerate(lines[0])] if named else [f"column {i + 1}" for i in range(width)]
    body = lines[1:] if named else lines
    keep = [i for i in range(width) if body and all(_is_number(line[i]) for line in body)]
    if not keep:
        raise ValueError("No column of the table holds only numbers.")
    if len(keep) < width:
        threads.tell(f"Left out, as they do not hold only numbers: {', '.join(columns[i] for i in range(width) if i not in keep)}.")
    return np.array([[float(line[i]) for i in keep] for line in body]), [columns[i] for i in keep]


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False
