from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from aedemo.compress import charts, peers
from aedemo.compress import tab as module
from tests.conftest import ROOT

DRAWING = ROOT / "examples" / "compress" / "drawing.png"


class Visit:
    """A request with a link's settings."""

    def __init__(self, **query):
        self.query_params, self.headers = query, {}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    file = tmp_path_factory.mktemp("pictures") / "small.png"
    Image.open(DRAWING).convert("RGB").crop((90, 180, 290, 340)).save(file)
    return str(file)


@pytest.fixture(scope="module")
def session(small):
    return module.computed(module.fitted(small), 2)


def test_a_picture_is_there_before_any_click_and_then_its_curve():
    first = next(module.opened(Visit()))
    image, quality, against, (ours, right), cards, code, link, told, drawn, session, name = first
    assert (name, quality, against) == module.USUAL and image.size == ours.size == right.size
    assert all(f'data-kind="{kind}"' in cards for kind in ("ours", "JPEG", "WEBP")) and "<svg" in drawn
    assert set(session["points"]) == {quality}, "the curve comes after the picture"


def test_settings_come_from_the_link_and_nonsense_in_it_does_no_harm():
    first = next(module.opened(Visit(picture="drawing", quality="1", against="original")))
    assert first[1:3] == (1, "original") and first[-1] == "drawing" and first[0].size == (640, 440)
    first = next(module.opened(Visit(picture="../x", quality="9", against="<b>")))
    assert (first[-1], *first[1:3]) == module.USUAL


def test_the_cards_tell_the_files_themselves(session):
    pictures, cards, code, link, told = module.shown(session, 2, "JPEG", "en")
    ours, others = session["points"][2], session["others"][2]
    assert f"{ours['here'][1]:.2f} dB" in cards and f"{len(ours['data']):,} bytes" in cards
    for form in peers.FORMATS:
        assert f"{others[form]['psnr']:.2f} dB" in cards and len(others[form]["data"]) <= len(ours["data"])
    data = base64.b64decode(re.search(r"base64,([^\"]+)", link)[1])
    assert data == ours["data"] and module.inference_model().decompress(data).tobytes() == ours["image"].tobytes() == pictures[0].tobytes()
    assert pictures[1].tobytes() == others["JPEG"]["image"].tobytes()
    assert module.shown(session, 2, "original", "en")[0][1] is session["image"]


def test_a_new_picture_is_shown_at_once_and_then_its_curve_point_by_point(small):
    steps = list(module.given(small, 2, "WEBP", "en"))
    drawings = [step[5] for step in steps]
    assert [drawing.count("<circle") for drawing in drawings[:3]] == [2, 1 + 16, 1 + 17] and drawings[-1].count("<circle") == 1 + 6 + 14
    final = steps[-1][-1]
    assert sorted(final["points"]) == [1, 2, 3, 4, 5, 6]
    sizes = [len(final["points"][q]["data"]) for q in range(1, 7)]
    assert sizes == sorted(sizes)


def test_the_ring_stands_at_the_point_of_this_quality(small, session):
    drawing = module.curve(session, 2, "en")
    rings = re.findall(r'class="co-here" cx="([\d.]+)" cy="([\d.]+)"', drawing)
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="2.4"', drawing)
    assert rings == dots


def test_a_large_picture_is_shrunk_and_that_is_said():
    large = np.zeros((1500, 2000, 3), np.uint8)
    fitted = module.fitted(Image.fromarray(large))
    assert fitted.width * fitted.height <= module.MOST * 1.01 and fitted.width / fitted.height == pytest.approx(4 / 3, rel=0.01)
    first = next(module.given(Image.fromarray(large), 1, "JPEG", "en"))
    assert "2000 × 1500" in first[6]


def test_another_quality_leaves_other_visitors_alone(small):
    shared = module.begun("drawing", 1)
    mine = module.own_copy(shared)
    *_, after = module.turned(mine, None, 3, "JPEG", "en")
    assert 3 in after["points"] and 3 not in shared["points"] and 3 not in shared["others"]


def test_error_maps_are_black_where_nothing_differs():
    a = Image.new("RGB", (40, 30), (90, 90, 90))
    b = a.copy()
    b.paste((138, 138, 138), (20, 0, 40, 30))
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(charts.error_map(a, b).split(",")[1]))).convert("L"), float)
    assert pixels[:, :20].max() < 5 and pixels[:, 20:].min() > 200


def test_bits_lie_where_they_were_spent(session):
    ours = session["points"][2]
    assert ours["places"].shape == (10, 13) and ours["places"].sum() == pytest.approx(ours["channels"].sum(), rel=1e-3)
    shares = [share for _, share, _ in ours["costliest"]]
    assert shares == sorted(shares, reverse=True) and ours["channels"].argmax() == ours["costliest"][0][0]


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: module.opened_file(b"GIF89a", "en"), "does not begin with AEDC"),
        (lambda: module.opened_file(b"AEDC" + bytes(40), "en"), "version 0"),
        (lambda: module.opened_file(None, "en"), "choose a file"),
        (lambda: next(module.given(None, 2, "JPEG", "en")), "at least one picture"),
        (lambda: module.turned(None, None, 2, "JPEG", "en"), "at least one picture"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def open_tab(tab, server, **query):
    tab.goto(f"{server}?tab=compress" + "".join(f"&{k}={v}" for k, v in query.items()))
    tab.wait_for_selector("#compress-cards .co-card")


def test_in_a_browser_quality_turns_and_a_file_goes_out_and_comes_back(tab, server, tmp_path, small):
    open_tab(tab, server, picture="drawing")
    tab.wait_for_function("document.querySelectorAll('#compress-curve circle').length >= 20")
    before = tab.inner_text("#compress-file")
    handle = tab.locator("#compress-quality input[type=range]")
    handle.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.up("ArrowRight")
    handle.dispatch_event("pointerup")
    tab.wait_for_function("before => document.querySelector('#compress-file').innerText != before", arg=before)
    with tab.expect_download() as download:
        tab.click("#compress-file .co-download")
    download.value.save_as(tmp_path / "picture.aedc")
    assert module.inference_model().open((tmp_path / "picture.aedc").read_bytes()).image.size == (640, 440)
    tab.set_input_files("#compress-open input[type=file]", tmp_path / "picture.aedc")
    tab.wait_for_selector("#compress-opened img")
    assert "640 × 440" in tab.inner_text("#compress-facts")
    before = tab.inner_text("#compress-file")
    tab.click("text=A cat")
    tab.wait_for_function("before => document.querySelector('#compress-file').innerText != before", arg=before)
    for _ in range(10):  # the settings arrive a moment after the pictures
        tab.click("#compress-share")
        tab.wait_for_timeout(800)
        if "picture=chelsea" in tab.url:
            break
    assert "picture=chelsea" in tab.url


def test_in_a_browser_ones_own_picture_is_compressed_and_a_wrong_file_is_refused(tab, server, tmp_path, small):
    open_tab(tab, server)
    before = tab.inner_text("#compress-file")
    tab.set_input_files("#compress-image input[type=file]", small)
    tab.wait_for_function("before => document.querySelector('#compress-file').innerText != before", arg=before)
    (tmp_path / "wrong.aedc").write_bytes(b"no such file")
    tab.set_input_files("#compress-open input[type=file]", tmp_path / "wrong.aedc")
    tab.wait_for_selector("text=does not begin with AEDC")


def test_nothing_sticks_out_on_a_phone_or_a_projector(screen, server):
    open_tab(screen, server, lang="zh")
    assert "编码就是文件" in screen.inner_text("body")
