from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from aedemo import codebook, pretrained
from aedemo.codebook import atlas, drawing, inference, tab_codes, tab_common, tab_map
from aedemo.codebook import tab as module
from tests.conftest import CLIPS


class Visit:
    """A request with a link's settings."""

    def __init__(self, **query):
        self.query_params, self.headers = query, {}


def first(**query):
    name, layout, _, _, _, *rest = module.opened(Visit(**query))
    return name, layout, rest[0], rest[1]  # the model, the layout, the map, the session


@pytest.mark.parametrize("name", ["image", "image-32", "speech"])
@pytest.mark.parametrize("layout", ["UMAP", "PCA", "afresh"])
def test_the_clicked_points_index_is_the_code_shown_in_every_colour_and_layout(models, name, layout):
    model = codebook.load(name)
    afresh = {"name": name, "points": np.random.default_rng(0).uniform(-1, 1, (len(model.codebook), 2)).astype(np.float32)}
    wanted = {"UMAP": model.map, "PCA": atlas.unit(atlas.pca(model.codebook)), "afresh": afresh["points"]}[layout]
    for colour in tab_map.COLOURS[tab_common.kind(name)]:
        value = tab_map.map_value(name, colour, layout, afresh, 5, "en")
        assert np.allclose(value["points"], wanted, atol=1e-3) and value["picked"] == 5
        assert len(value["fill"]) == len(value["size"]) == len(value["names"]) == len(model.codebook)
        assert all(re.match(rf"code {k}:", n) for k, n in enumerate(value["names"]))
        _, card = module.opened_code(None, name, 7, "en")
        assert card["code"] == 7 and 'data-code="7"' in card["html"] and "code 7</h3>" in card["html"].lower()


def test_the_stamp_on_the_map_is_the_codes_own(models):
    import base64
    import io

    stamps = codebook.load("image").stamps()
    value = tab_map.map_value("image", "by_use", "UMAP", None, None, "en")
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(value["sprite"].split(",")[1]))))
    size, columns = value["stamp"], value["columns"]
    for k in (0, 31, 32, 63):
        row, column = divmod(k, columns)
        assert np.array_equal(sheet[row * size : (row + 1) * size, column * size : (column + 1) * size], stamps[k])


def test_a_drawing_is_there_as_codes_before_any_click(models):
    name, layout, value, work = first()
    assert (name, layout) == ("image", "UMAP") and len(value["points"]) == 64
    assert np.array_equal(work["codes"], codebook.load("image").encode(Image.fromarray(tab_common.sheet()[tab_common.FIRST])))


def test_settings_come_from_the_link_and_nonsense_in_it_does_no_harm(models):
    name, layout, value, work = first(codebook="image-32", layout="PCA", code="9", colour="by_use", example="3")
    assert (name, layout, work["code"], len(value["points"])) == ("image-32", "PCA", 9, 32)
    assert first(codebook="../x", layout="?", code="99999", colour="by_phone", example="-1")[0] == "image"


def test_places_shown_of_a_code_are_where_it_is(models):
    codes = tab_common.gallery("image")
    code = int(np.bincount(codes.ravel()).argmax())
    shown = tab_map.card("image", code, None, "en")["html"].count("cb-crop")
    assert shown == min(10, (codes == code).sum())
    cut = drawing.crop(tab_common.sheet()[20], 4, 7, 4)
    assert np.array_equal(cut[10:14, 10:14], tab_common.sheet()[20][16:20, 28:32]) and tuple(cut[9, 9]) == (232, 113, 10)


def test_the_tools_write_exchange_and_look(models):
    work = tab_common.example("image", 20) | {"code": 3}
    (painted, *_), _ = tab_codes.touched(work, [0, 17, 200], "paint", "en")
    assert (painted["codes"].flat[[0, 17, 200]] == 3).all() and (painted["codes"] != work["codes"]).sum() <= 3
    old = int(work["codes"].flat[100])
    (swapped, *_), _ = tab_codes.touched(work, [100], "swap", "en")
    assert not (swapped["codes"] == old).any() or old == 3
    (looked, *_), chosen = tab_codes.touched(work, [100], "look", "en")
    assert chosen == old == looked["code"] and np.array_equal(looked["codes"], work["codes"])
    assert np.array_equal(tab_codes.restored(painted, "en")[0]["codes"], work["codes"])
    # a visitor's changes touch nobody else's
    assert np.array_equal(tab_common.example("image", 20)["codes"], work["codes"])


def test_a_changed_code_changes_the_picture_around_it(models):
    work = tab_common.example("image", 20)
    before = np.asarray(tab_codes.decoded(work), int)
    other = (int(work["codes"].flat[0]) + 1) % 64
    (after, *_), _ = tab_codes.touched(work | {"code": other}, [0], "paint", "en")
    change = np.abs(np.asarray(tab_codes.decoded(after), int) - before).sum(2)
    assert change[:4, :4].any()


def test_shuffling_keeps_the_codes_and_top_k_keeps_k_of_them(models):
    for work in (tab_common.example("image", 20), tab_common.example("speech", 0)):
        mixed = tab_codes.shuffled(work, "en")[0]["codes"]
        assert np.array_equal(np.sort(mixed, None), np.sort(work["codes"], None)) and mixed.shape == work["codes"].shape
        for k in (1, 4):
            kept = tab_codes.commonest_only(work, k, "en")[0]["codes"]
            assert len(np.unique(kept)) <= k
            # the commonest stay where they were
            top = np.argsort(-np.bincount(work["codes"].ravel()), kind="stable")[:k]
            assert np.array_equal(kept[np.isin(work["codes"], top)], work["codes"][np.isin(work["codes"], top)])


def test_the_analogy_shows_the_place_that_was_touched(models):
    work = tab_common.example("image", 20)
    (looked, *_), code = tab_codes.touched(work, [37], "look", "en")
    found = tab_codes.likeness(looked, "en")
    winner = re.search(r'cb-won"><button type="button" class="cb-code" data-code="(\d+)"', found)
    assert int(winner[1]) == code and "(2, 5)" in found


def test_speech_cards_have_clips_in_context_and_phones(models):
    clip = tab_common.gallery("speech")[0]
    code = int(clip["codes"][len(clip["codes"]) // 2])
    shown = tab_map.card("speech", code, None, "zh")["html"]
    assert shown.count("<audio") >= 2 and "cb-strip" in shown and "cb-bar" in shown and "音素" in shown


def test_columns_of_the_phone_table_are_the_codes_its_clicks_open(models):
    counts = codebook.load("speech").known["phones"]
    table, rows, order = drawing.phone_table(counts)
    assert sorted(order) == list(range(32)) and table.shape == (len(rows), 32)
    for column in (0, 11, 31):
        share = counts[order[column]] / counts[order[column]].sum()
        assert np.allclose(table[:, column], share[rows], atol=1e-6)
    assert tab_map.table("speech", "en")["order"] == order and tab_map.table("image", "en")["order"] == []


def test_an_own_picture_and_an_own_voice_are_encoded(models, tmp_path):
    assert tab_codes.own_image("image-32", {"composite": Image.new("RGB", (300, 80), "red"), "background": Image.new("RGB", (9, 9)), "layers": []}, "en")[0]["name"] == "image-32"  # fmt: skip
    work = tab_codes.own_voice(str(CLIPS / "zh-m3.wav"), "en")[0]
    assert work["name"] == "speech" and work["codes"].ndim == 1 and len(work["queries"]) == len(work["codes"])


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: tab_codes.own_image("image", None, "en"), "draw one first"),
        (
            lambda: tab_codes.own_image(
                "image", {"composite": Image.new("RGBA", (9, 9)), "background": None, "layers": [Image.new("RGBA", (9, 9))]}, "en"
            ),
            "draw one first",
        ),  # fmt: skip
        (lambda: tab_codes.own_voice(None, "en"), "record or upload"),
        (lambda: tab_codes.touched(None, [1], "look", "en"), "no longer kept"),
        (lambda: tab_codes.shuffled(None, "en"), "no longer kept"),
        (lambda: tab_codes.commonest_only(None, 3, "en"), "no longer kept"),
        (lambda: tab_codes.restored(None, "en"), "no longer kept"),
        (lambda: inference.load("image").decode(np.full((16, 16), 999)), "from 0 to"),
        (lambda: inference.load("image").decode(np.zeros((2, 2), int)), "should be a grid"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_that_has_a_translation(models, call, said):
    from aedemo import words

    with pytest.raises(ValueError, match=said) as told:
        call()
    assert re.search("[\u4e00-\u9fff]", words.error(str(told.value), "zh")), "not translated"


def test_codes_out_of_range_on_the_page_are_left_alone(models):
    work = tab_common.example("image", 20)
    (same, *_), _ = tab_codes.touched(work, [-1, 256, 10**9], "paint", "en")
    assert np.array_equal(same["codes"], work["codes"])
    assert module.opened_code(work, "image", 10**6, "en")[1]["code"] == 63


# ---- in a browser


@pytest.fixture(scope="module")
def place(request, untrained_models):
    """The page; with untrained codebooks while none are shipped."""
    if set(pretrained.names("codebook")) >= set(inference.NAMES):
        yield request.getfixturevalue("server")
        return
    from aedemo import page

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AEDEMO_PRETRAINED", str(untrained_models))
        demo = page.build()
        _, url, _ = page.launch(demo, prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
        yield url
        demo.close()


def ready(tab):
    tab.wait_for_function("document.querySelector('#codebook-map canvas')?.dataset.count > 0")
    tab.locator("#codebook-card .cb-title").wait_for()
    tab.locator("#codebook-cells [data-i]").first.wait_for()


def click_point(tab, index: int):
    x, y = tab.evaluate("i => document.querySelector('#codebook-map canvas').place(i)", index)
    tab.locator("#codebook-map canvas").click(position={"x": x, "y": y})
    # another point may lie on top: what the map took is what must be shown
    tab.wait_for_function(
        "document.querySelector('#codebook-map canvas').dataset.picked === document.querySelector('#codebook-card .cb-title').dataset.code"
    )
    return int(tab.locator("#codebook-card .cb-title").get_attribute("data-code"))


def test_a_clicked_point_opens_its_card_and_its_code_can_be_painted_in(tab, place):
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    tab.goto(f"{place}?tab=codebook")
    ready(tab)
    code = click_point(tab, 12)
    tab.locator("#codebook-tool").get_by_label("writes").check()
    before = tab.locator("#codebook-again .cb-rebuilt img").get_attribute("src")
    cell = tab.locator("#codebook-cells [data-i='100']")
    if int(cell.get_attribute("data-code")) == code:
        cell = tab.locator("#codebook-cells [data-i='20']")
    cell.click()
    tab.wait_for_function("b => document.querySelector('#codebook-again .cb-rebuilt img').src !== b", arg=before)
    assert int(cell.get_attribute("data-code")) == code
    assert not errors


def test_the_keyboard_reaches_a_code_on_the_map(tab, place):
    tab.goto(f"{place}?tab=codebook&code=3")
    ready(tab)
    canvas = tab.locator("#codebook-map canvas")
    canvas.focus()
    canvas.press("ArrowRight")
    canvas.press("ArrowUp")
    hovered = canvas.get_attribute("data-hovered")
    tab.wait_for_timeout(200)
    hovered = canvas.get_attribute("data-hovered")
    canvas.press("Enter")
    tab.wait_for_function("h => document.querySelector('#codebook-card .cb-title').dataset.code === h", arg=hovered)


def test_speech_codes_are_heard_and_chinese_is_read(tab, place):
    tab.goto(f"{place}?tab=codebook&codebook=speech&lang=zh")
    ready(tab)
    tab.locator("#codebook-sound a.download-link, #codebook-sound audio").first.wait_for(state="attached")
    assert tab.locator("#codebook-card audio").count() >= 1
    assert "码" in tab.locator("#codebook-card .cb-title").inner_text()
    assert tab.locator("#codebook-table .cb-field img").count() == 1


def test_nothing_sticks_out_on_a_phone_or_a_projector(screen, place):
    screen.goto(f"{place}?tab=codebook")
    ready(screen)
