from __future__ import annotations

import numpy as np
import pytest

from aedemo import anomaly
from aedemo.anomaly import tabular


def rows(count: int, seed: int = 0) -> np.ndarray:
    """Three columns that hang together, and one that does not."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=count)
    return np.stack([a, 2 * a + 0.1 * rng.normal(size=count) + 5, -a + 0.1 * rng.normal(size=count), rng.normal(size=count)], 1)


def test_malignant_cells_are_found_on_held_out_splits():
    figures = tabular.evaluate_cells()
    assert figures["cells_auroc"] >= 0.97 and figures["cells_auroc_worst_split"] > 0.94
    assert 0.03 <= figures["cells_false_alarm_rate"] <= 0.08


def test_the_column_that_breaks_the_pattern_is_named_and_its_expected_value_is_right():
    detector = anomaly.fit_table(rows(300), ["a", "b", "c", "d"])
    odd = rows(1, 7)[0]
    odd[1] = 2 * odd[0] + 5 + 6  # each value alone is usual
    result = detector.inspect([odd])[0]
    assert result.is_anomaly and result.worst(detector.columns, 1)[0][0] == "b"
    assert abs(result.expected[1] - (2 * odd[0] + 5)) < 2.0


def test_a_tables_threshold_holds_on_fresh_rows():
    detector = anomaly.fit_table(rows(300))
    assert 0.02 < np.mean([r.is_anomaly for r in detector.inspect(rows(2000, 1))]) < 0.09


def test_a_table_detector_is_the_same_after_saving_and_loading(tmp_path):
    detector = anomaly.fit_table(rows(50), ["a", "b", "c", "d"])
    again = anomaly.load_table(detector.save(tmp_path / "t"))
    assert again.columns == detector.columns
    assert np.allclose([r.score for r in again.inspect(rows(9, 3))], [r.score for r in detector.inspect(rows(9, 3))], atol=1e-3)


@pytest.mark.parametrize("text", ["a,b,c\n1,2,x\n3,4,y\n", "a;b;c\n1;2;x\n3;4;y\n", "\ufeffa\tb\tc\r\n1\t2\tx\r\n3\t4\ty\r\n"])
def test_csv_in_its_dialects_and_columns_of_words_are_left_out(text):
    with pytest.warns(UserWarning, match="Left out.*: c"):
        values, columns = tabular.read_csv(text.encode())
    assert columns == ["a", "b"] and values.tolist() == [[1, 2], [3, 4]]


def test_csv_without_names():
    values, columns = tabular.read_csv(b"1,2\n3,4\n")
    assert columns == ["column 1", "column 2"] and len(values) == 2


@pytest.mark.parametrize("data", [b"", b"\n\n", b"a,b\nx,y\n", b"1,2\n3\n", b"\x89PNG\r\n\x1a\n\0\0\0", b"a,b\n"])
def test_a_bad_table_gets_one_sentence(data):
    with pytest.raises(ValueError, match=r"^[^\n]*\.$"):
        tabular.read_csv(data)


@pytest.mark.parametrize("bad", [rows(9), np.zeros((20, 1)), np.full((20, 3), np.nan), np.full((20, 3), 1e200), "text", [[1, "x"]] * 20])
def test_bad_rows_get_one_sentence(bad):
    with pytest.raises(ValueError, match=r"\.$"):
        anomaly.fit_table(bad)
    with pytest.raises(ValueError, match="should have 4 columns"):
        anomaly.fit_table(rows(20)).inspect(rows(5)[:, :3])


def test_constant_and_identical_columns_are_no_trouble():
    values = np.concatenate([rows(40), np.full((40, 1), 7.0), rows(40)[:, :1]], 1)
    detector = anomaly.fit_table(values)
    assert np.isfinite([r.score for r in detector.inspect(values)]).all()
    changed = values[:1].copy()
    changed[0, 4] = 8
    assert detector.inspect(changed)[0].is_anomaly
