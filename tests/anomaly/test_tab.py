from __future__ import annotations

import io
import re
import zipfile

import numpy as np
import pytest
from PIL import Image

from aedemo.anomaly import tab_own, tab_pictures, tab_table
from tests.anomaly.textures import spotted, texture
from tests.conftest import ROOT

EXAMPLES = ROOT / "examples" / "anomaly"


def ready(tab):
    tab.locator("#anomaly-grid .an-cell").nth(1).wait_for()
    tab.wait_for_function("document.querySelectorAll('#anomaly-view .an-stack img').length === 6")


def verdicts(tab) -> list[str]:
    return tab.locator("#anomaly-grid .an-cell span").all_inner_texts()


def slide(tab, where: str, value: float):
    box = tab.locator(f"#{where} input[type=range]")
    box.evaluate(
        "(e, v) => { e.value = v; e.dispatchEvent(new Event('input', {bubbles: true})); e.dispatchEvent(new Event('change', {bubbles: true})); }",
        value,
    )
    box.dispatch_event("pointerup")


def test_a_face_and_a_drawing_are_there_before_any_click(tab, server):
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    tab.goto(f"{server}?tab=anomaly")
    ready(tab)
    face, cartoon = verdicts(tab)
    assert face.startswith("normal") and cartoon.startswith("odd")
    assert tab.locator("#anomaly-charts .an-histogram rect").count() > 5 and tab.locator("#anomaly-charts .an-roc polyline").count() == 2
    assert tab.locator("#anomaly-cell .an-column").count() == 5
    assert not errors


def test_the_threshold_marks_anew_and_the_charts_follow(tab, server):
    tab.goto(f"{server}?tab=anomaly")
    ready(tab)
    before = tab.locator("#anomaly-charts .an-limit").get_attribute("x1")
    slide(tab, "anomaly-threshold", 0)  # the face's score is 0.5, the drawing's 5
    tab.wait_for_function("document.querySelectorAll('#anomaly-grid .an-odd').length === 2")
    assert tab.locator("#anomaly-charts .an-limit").get_attribute("x1") != before
    slide(tab, "anomaly-threshold", 4)
    tab.wait_for_function("document.querySelectorAll('#anomaly-grid .an-odd').length === 1")


def test_a_click_on_a_picture_looks_at_it(tab, server):
    tab.goto(f"{server}?tab=anomaly")
    ready(tab)
    tab.locator("#anomaly-grid [data-index='0']").click()
    tab.locator("#anomaly-view").get_by_text("face.png").wait_for()


def test_uploads_are_inspected_a_bad_one_is_named_and_results_download(tab, server, tmp_path):
    tab.goto(f"{server}?tab=anomaly&normal=paper")
    ready(tab)
    odd, _ = spotted(Image.open(EXAMPLES / "paper.png"), (0.3, 0.6), 6, 0.7)
    odd.save(tmp_path / "spot.png")
    tab.locator("#anomaly-files").get_by_label("Clear").first.click()
    tab.locator("#anomaly-files input[type=file]").first.set_input_files([str(tmp_path / "spot.png"), str(EXAMPLES / "paper.png")])
    tab.locator("#anomaly-view").get_by_text("spot.png").wait_for()
    assert verdicts(tab)[0].startswith("odd")
    tab.locator("#anomaly-zip").click()
    link = tab.locator("#anomaly-saved a[href*='heatmaps.zip']").first
    link.wait_for()
    data = tab.request.get(link.get_attribute("href")).body()
    assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == 2


def test_an_own_table_is_learned_and_its_strangest_row_listed(tab, server, tmp_path):
    rng = np.random.default_rng(0)
    a = rng.normal(size=60)
    (tmp_path / "n.csv").write_text("a,b\n" + "\n".join(f"{x:.4f},{2 * x + 0.05 * e:.4f}" for x, e in zip(a, rng.normal(size=60), strict=True)))
    tab.goto(f"{server}?tab=anomaly")
    ready(tab)
    assert not tab.locator("#anomaly-csv-table").is_visible()
    tab.locator("#anomaly-csv-normal input[type=file]").set_input_files(str(tmp_path / "n.csv"))
    tab.locator("#anomaly-csv-normal").get_by_text("n.csv").wait_for()
    tab.locator("#anomaly-csv-go").click()
    tab.locator("#anomaly-csv-table").get_by_text("verdict").first.wait_for()
    assert tab.locator("#anomaly-csv-told .an-column").count() == 2


def test_chinese_and_the_settings_come_from_the_link(tab, server):
    tab.goto(f"{server}?lang=zh&tab=anomaly&normal=paper&threshold=2&method=plain")
    ready(tab)
    assert tab.get_by_role("button", name="检查", exact=True).is_visible()
    assert re.search(r"正常|异常", verdicts(tab)[0])
    assert tab.locator("#anomaly-threshold input[type=number]").input_value() == "2"


@pytest.mark.parametrize("width", [390, 1920])
def test_nothing_is_wider_than_a_phone_or_lost_on_a_projector(chromium, server, width):
    context = chromium.new_context(viewport={"width": width, "height": 900})
    visitor = context.new_page()
    visitor.goto(f"{server}?tab=anomaly")
    ready(visitor)
    visitor.locator("#anomaly-how button").first.click()
    visitor.locator("#anomaly-how .katex-display").first.wait_for()
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width + 1
    context.close()


def test_own_normals_are_learned_with_a_curve_and_then_used(tmp_path):
    files = []
    for i in range(12):
        texture(i).save(tmp_path / f"{i}.png")
        files.append(str(tmp_path / f"{i}.png"))
    seen = list(tab_own.learn(files, "en"))
    assert all("an-progress" in s[0] and "polyline" in s[0] for s in seen) and len(seen) > 10
    detector, packed = seen[-1][1], seen[-1][2]
    odd, _ = spotted(texture(90), (0.5, 0.5), 5)
    odd.save(tmp_path / "odd.png")
    session = tab_pictures.inspect([(str(tmp_path / "odd.png"), None), (files[0], None)], tab_pictures.MINE, "strong", 1.0, detector, "en")[0]
    assert session["pictures"][0]["score"] > max(1, session["pictures"][1]["score"])
    again, _ = tab_own.opened_model(packed, "en")
    assert np.allclose(again.calibration.scores, detector.calibration.scores)


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: tab_pictures.inspect(None, "faces", "strong", 1, None, "en"), "at least one picture"),
        (lambda: tab_pictures.inspect(["x"] * 501, "faces", "strong", 1, None, "en"), "At most 500"),
        (lambda: tab_pictures.inspect(["x"], tab_pictures.MINE, "strong", 1, None, "en"), "your own normal pictures first"),
        (lambda: list(tab_own.learn([], "en")), "at least 10"),
        (lambda: tab_pictures.rethreshold(None, 1, "en"), "no longer kept"),
        (lambda: tab_pictures.as_zip(None, 1, 0.5, "en"), "no longer kept"),
        (lambda: tab_table.own_table(None, None, "en"), "CSV file of normal rows"),
        (lambda: tab_own.opened_model(str(EXAMPLES / "face.png"), "en"), "no model that was downloaded"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_that_has_a_translation(call, words):
    from aedemo import words as page_words

    with pytest.raises(ValueError, match=words) as told:
        call()
    assert re.search("[\u4e00-\u9fff]", page_words.error(str(told.value), "zh")), "not translated"


def test_an_own_table_names_the_strangest_row(tmp_path):
    rng = np.random.default_rng(0)
    a = rng.normal(size=60)
    lines = [f"{x:.4f},{2 * x + 0.05 * e:.4f}" for x, e in zip(a, rng.normal(size=60), strict=True)]
    (tmp_path / "n.csv").write_text("a,b\n" + "\n".join(lines))
    (tmp_path / "o.csv").write_text("b,a\n0.1,0.05\n5,0.1\n")
    told, listed = tab_table.own_table(str(tmp_path / "n.csv"), str(tmp_path / "o.csv"), "en")
    assert listed.value["data"][0][0] == 2 and listed.value["data"][0][2] == "odd" and "an-column" in told


def test_what_the_page_keeps_of_a_picture_is_small(tmp_path):
    Image.effect_noise((3000, 2000), 50).save(tmp_path / "big.jpg")
    kept, unread = tab_pictures.computed([str(tmp_path / "big.jpg"), str(tmp_path / "gone.jpg")], "faces")
    assert sum(len(v) if isinstance(v, bytes) else getattr(v, "nbytes", 0) for v in kept[0].values()) < 400_000
    assert unread[0][0] == "gone.jpg"
