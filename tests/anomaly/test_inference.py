from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from aedemo import anomaly, pretrained
from aedemo.anomaly.inference import Calibration
from aedemo.anomaly.model import AnomalyAutoencoder, AnomalyConfig
from tests.anomaly.textures import spotted, texture
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "anomaly.json"
NAMES = tuple(pretrained.names("anomaly"))
EXAMPLES = {"faces": ("face", "cartoon"), "tiles": ("metal", "metal-scratched"), "paper": ("paper", "paper-scratched")}


def example(name: str) -> Image.Image:
    return Image.open(ROOT / "examples" / "anomaly" / f"{name}.png")


def summary(name: str) -> dict:
    """Scores of a model's two examples, and the odd one's heat in 16 fields."""
    results = anomaly.load(name).inspect([example(e) for e in EXAMPLES[name.removesuffix("-plain")]])
    heat = results[1].heatmap
    fields = [part.mean() for row in np.array_split(heat, 4) for part in np.array_split(row, 4, axis=1)]
    return {"scores": [round(r.score, 4) for r in results], "heat": [round(float(v), 4) for v in fields]}


@pytest.mark.parametrize("name", NAMES)
def test_shipped_weights_still_say_the_same(name):
    wanted, now = json.loads(GOLDEN.read_text())[name], summary(name)
    assert np.allclose(now["scores"], wanted["scores"], atol=0.03)
    assert np.allclose(now["heat"], wanted["heat"], atol=0.03)


def test_every_promised_model_is_shipped():
    assert set(NAMES) >= {n + s for n in EXAMPLES for s in ("", "-plain")}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_odd_example_is_more_unusual_than_the_normal_one(name):
    normal, odd = anomaly.load(name).inspect([example(e) for e in EXAMPLES[name]])
    assert odd.score > normal.score + 0.3 and odd.is_anomaly
    assert odd.is_anomaly == (odd.score > anomaly.load(name).threshold)


@pytest.mark.parametrize("name, background", [("paper", "paper"), ("tiles", "metal")])
@pytest.mark.parametrize("centre", [(0.3, 0.7), (0.75, 0.2)])
def test_the_heat_peaks_inside_a_painted_defect(name, background, centre):
    image = example(background)
    odd, where = spotted(image, centre, 0.03 * max(image.size))
    normal, found = anomaly.load(name).inspect([image, odd])
    assert where.flat[found.heatmap.argmax()]
    assert found.score > normal.score


@pytest.mark.parametrize("size", [(128, 128), (384, 384), (97, 260), (301, 173), (1000, 400)])
def test_the_heat_lies_where_the_defect_lies_at_any_size_and_aspect(size):
    image = example("paper").resize(size, Image.Resampling.BICUBIC)
    odd, _ = spotted(image, (0.25, 0.6), 0.045 * max(size), 0.7)
    result = anomaly.load("paper").inspect([odd])[0]
    assert result.heatmap.shape == (size[1], size[0]) and result.reconstruction.size == size
    y, x = np.unravel_index(result.heatmap.argmax(), result.heatmap.shape)
    assert abs(x - 0.25 * size[0]) < 0.06 * max(size) and abs(y - 0.6 * size[1]) < 0.06 * max(size)


@pytest.mark.parametrize("name", NAMES)
def test_the_threshold_lets_five_per_cent_of_the_stored_normals_through(name):
    scores = anomaly.load(name).calibration.normal_scores
    assert 0.03 <= np.mean(scores > 1) <= 0.07 and abs(np.median(scores)) < 1e-3
    assert np.all(np.diff(scores) >= 0)


@pytest.mark.parametrize("count", [12, 30, 60, 500])
def test_a_calibration_holds_on_fresh_normals_however_few_set_it(count):
    rng, alarms = np.random.default_rng(count), []
    for _ in range(200):
        kept = Calibration.of(rng.normal(3, 2, count), rng.normal(size=count))
        alarms.append(np.mean(kept.score(rng.normal(3, 2, 100)) > 1))
    assert 0.035 < np.mean(alarms) < 0.075


def test_a_picture_alone_and_in_a_batch_score_the_same():
    detector = anomaly.load("paper")
    many = [example("paper"), example("metal"), example("paper-scratched"), Image.new("RGB", (64, 64), "red")]
    together, alone = detector.inspect(many), [detector.inspect([one])[0] for one in many]
    for a, b in zip(together, alone, strict=True):
        assert abs(a.score - b.score) < 1e-3 and np.abs(a.heatmap - b.heatmap).max() < 1e-2


def test_more_unusual_than_counts_the_normals_below():
    detector = anomaly.load("faces")
    for result in detector.inspect([example("face"), example("cartoon")]):
        assert abs(result.more_unusual_than - np.mean(detector.calibration.normal_scores < result.score - 1e-6)) < 0.01


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("image", [Image.new("L", (1, 1)), Image.new("RGB", (1, 700), "blue"), Image.new("RGBA", (20_000, 40)), Image.new("CMYK", (33, 47)), Image.new("I;16", (50, 50))])  # fmt: skip
def test_odd_pictures_get_finite_answers_of_their_own_size(name, image):
    result = anomaly.load(name).inspect([image])[0]
    assert result.heatmap.shape == (image.height, image.width) and np.isfinite(result.heatmap).all() and np.isfinite(result.score)
    assert result.reconstruction.size == image.size


@pytest.mark.parametrize("bad, error, words", [([], ValueError, "no pictures"), (Image.new("L", (9, 9)), TypeError, "as a list"), (3, TypeError, "as a list"), ([3], TypeError, "Picture 1"), ([Image.new("L", (9, 9)), b"text"], ValueError, "Picture 2")])  # fmt: skip
def test_what_is_no_list_of_pictures_gets_one_sentence(bad, error, words):
    with pytest.raises(error, match=words) as told:
        anomaly.load("faces").inspect(bad)
    assert "\n" not in str(told.value) and str(told.value).endswith(".")


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match="faces.*paper.*tiles"):
        anomaly.load("../anomaly/faces")


def test_a_damaged_model_folder_is_told_in_a_sentence(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match=r"damaged"):
        anomaly.load(tmp_path)


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(ValueError, match="restore, whitened, pixel"):
        AnomalyAutoencoder(AnomalyConfig(method="magic"))


@pytest.fixture(scope="module")
def learned():
    """Twelve generated textures, learned in the fewest steps, however fast the machine; and what was told meanwhile."""
    told = []
    detector = anomaly.fit([texture(i) for i in range(12)], progress=lambda done, loss: told.append((done, loss)), seconds=1e-3)
    return detector, told


def test_fit_on_twelve_textures_finds_a_painted_spot(learned):
    detector, _ = learned
    odd, where = spotted(texture(99), (0.7, 0.4), 5)
    normal, found = detector.inspect([texture(99), odd])
    assert found.is_anomaly and found.score > normal.score + 1
    assert where.flat[found.heatmap.argmax()]


def test_what_was_fitted_leaves_fresh_normals_alone(learned):
    scores = [r.score for r in learned[0].inspect([texture(100 + i) for i in range(40)])]
    assert np.mean(np.array(scores) > 1) <= 0.25


def test_fit_tells_how_far_it_is_and_learns(learned):
    done, losses = zip(*learned[1], strict=True)
    assert len(done) >= 100 and list(done) == sorted(done) and done[-1] <= 1
    assert np.mean(losses[-15:]) < 0.8 * np.mean(losses[:15])


def test_what_was_fitted_is_the_same_after_saving_and_loading(learned, tmp_path):
    detector, _ = learned
    again = anomaly.load(detector.save(tmp_path / "mine"))
    assert {f.name for f in (tmp_path / "mine").iterdir()} == {"model.safetensors", "config.json", "calibration.safetensors"}
    for a, b in zip(detector.inspect([texture(5), example("face")]), again.inspect([texture(5), example("face")]), strict=True):
        assert abs(a.score - b.score) < 1e-3 and np.abs(a.heatmap - b.heatmap).max() < 1e-3


@pytest.mark.parametrize("images, words", [([], "there are 0"), ([texture(i) for i in range(9)], "there are 9")])
def test_fewer_than_ten_normals_are_told(images, words):
    with pytest.raises(ValueError, match=f"At least 10 normal pictures.*{words}"):
        anomaly.fit(images)


def test_stopping_a_fit_stops_it():
    class Enough(Exception):
        pass

    def progress(done, loss):
        raise Enough

    with pytest.raises(Enough):
        anomaly.fit([texture(i) for i in range(10)], progress=progress)


def test_identical_normals_of_odd_sizes_give_a_detector_all_the_same():
    detector = anomaly.fit([Image.new("RGB", (40, 70), (90, 120, 50))] * 10, seconds=1)
    same, other = detector.inspect([Image.new("RGB", (40, 70), (90, 120, 50)), texture(1, colour=True)])
    assert np.isfinite([same.score, other.score]).all() and not same.is_anomaly and other.score > same.score


@pytest.mark.parametrize("name", NAMES)
def test_the_card_states_the_measured_figures(name):
    figures = pretrained.card("anomaly", name)
    card = (pretrained.folder("anomaly", name) / "README.md").read_text()
    assert figures["auroc"] > 0.5
    for key, value in figures.items():
        assert f"| {key} | {value:.3f} |" in card, f"{key} in the model card is not what was measured"
