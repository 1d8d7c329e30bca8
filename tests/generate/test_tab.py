from __future__ import annotations

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image

from aedemo import images
from aedemo.generate import live, room, tab_codes, tab_live, tab_walls
from aedemo.generate import tab as module
from aedemo.generate.words import WORDS
from tests.conftest import ROOT

FACE = str(ROOT / "examples" / "anomaly" / "face.png")


class Visit:
    """A request with a link's settings."""

    def __init__(self, **query):
        self.query_params, self.headers = query, {}


@pytest.fixture(scope="module")
def first():
    return module.opened(Visit())


def state_of(result):
    return next(part for part in result if isinstance(part, dict) and "code" in part)


def test_everything_is_there_before_any_click(first):
    name, beta, temperature, seed, *_ = first
    assert (name, beta.value, temperature, seed) == tab_walls.USUAL and [b for _, b in beta.choices] == list(tab_walls.model("faces").betas)
    plane, told, losses, run = first[9:13]
    places = np.frombuffer(base64.b64decode(plane["codes"]), "<i2").reshape(-1, 2)
    assert (
        len(places) == len(plane["names"]) == 1797
        and 300 < np.abs(places).max() <= 1200
        and f"{tab_live.FIRST} of {live.EPOCHS}" in told
        and run.epoch == tab_live.FIRST
    )
    text = " ".join(part for part in first if isinstance(part, str))
    assert all(f'data-kind="{kind}"' in text for kind in ("vae", "plain", "fitted")) and "image/webp" in text


def test_the_link_brings_all_back_and_nonsense_in_it_does_no_harm(first):
    state = state_of(first) | {"name": "emoji", "beta": tab_walls.model("emoji").betas[2], "seed": 7, "temperature": 1.1}
    told = json.loads(module.link(state, 0.5, 0.1, 64, 0.002, 3, "en"))
    again = module.opened(Visit(**told))
    assert (again[0], again[1].value, *again[2:4]) == ("emoji", tab_walls.model("emoji").betas[2], 1.1, 7) and again[4:9] == (0.5, 0.1, 64, 0.002, 3)
    assert np.allclose(state_of(again)["code"], state["code"], atol=0.011)
    assert again[12].epoch == 0, "another run than the one that is ready is not trained yet"
    odd = module.opened(Visit(model="../x", beta="nan", temperature="1e999", draw="-3", code="1,2", live_kl="x", live_width="1e9"))
    assert odd[0] == "faces" and odd[1].value == 1.0 and odd[3] == 0 and odd[6] == live.RANGES["width"][1]


def test_the_photograph_that_is_there_first_is_framed_as_the_model_knows_faces():
    faces, photograph = tab_walls.model("faces"), tab_codes.three("faces")[0]
    again = faces.arrays(faces.encode(photograph))[0]
    assert images.psnr(again, faces.seen(photograph)) > 20


def test_visitors_do_not_share_a_run():
    one, other = module.opened(Visit())[12], module.opened(Visit())[12]
    one.step()
    assert (one.epoch, other.epoch) == (tab_live.FIRST + 1, tab_live.FIRST)


def test_play_trains_to_the_end_and_shows_it_on_the_way():
    run = live.Run(live.Knobs(width=8))
    run.epoch = live.EPOCHS - 30
    frames = list(tab_live.played(run, 1, 0, 8, 0.004, 0, "en"))
    assert run.over and frames[-1][1].startswith(f"Seen all digits {live.EPOCHS}") and frames[-1][3] is run
    assert list(tab_live.played(run, 1, 0, 8, 0.004, 0, "en")) == [], "what is over stays as it is"


def test_a_click_on_the_wall_takes_that_picture(first):
    state = state_of(first)
    result = tab_codes.chosen(state, {"index": 5}, "en")
    code = tab_walls.model("faces").draw(tab_walls.WALL, state["seed"], state["temperature"])[5]
    assert np.array_equal(result[0]["code"], code) and len(result) == 3 + tab_codes.AXES
    assert result[1] != tab_codes.chosen(state, {"index": 6}, "en")[1]
    assert tab_codes.chosen(state, {"index": 10**9}, "en")[0]["code"] is not None


def test_sliders_and_the_plane_move_the_numbers_they_name(first):
    state = state_of(first)
    axes = tab_codes.turned_axes("faces", 1.0)
    values = [float(np.clip(state["code"][axis.latent], -3, 3)) for axis in axes]
    after, picture, plane = tab_codes.turned(state, *values[:3], 2.5, *values[4:], "en")
    changed = np.flatnonzero(np.abs(after["code"] - state["code"]) > 0.01)
    assert list(changed) == [axes[3].latent] and after["code"][axes[3].latent] == 2.5 and "data:image/png" in picture
    walked = tab_codes.walked(state, {"x": 0.4, "y": -1}, "en")
    assert walked[0]["code"][axes[0].latent] == pytest.approx(1.0) and walked[0]["code"][axes[1].latent] == pytest.approx(-2.5)
    assert walked[2:] == (1.0, -2.5)


def picture_in(text):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(re.search(r"data:image/\w+;base64,([^\")]+)", text)[1]))), float)


def test_the_planes_pictures_are_the_codes_of_their_places(first):
    state = state_of(first)
    sheet = picture_in(tab_codes.walk("faces", 1.0, state["code"], "en")["back"])
    code = np.array(state["code"])
    first_axis, second_axis = (axis.latent for axis in tab_codes.turned_axes("faces", 1.0)[:2])
    code[first_axis], code[second_axis] = -tab_codes.WALKED, tab_codes.WALKED  # top left
    corner = tab_walls.model("faces").arrays(code, 1.0)[0, ..., 0]
    assert np.abs(sheet[:64, :64] - corner).max() <= 8, "but for what JPEG changes"
    other = code.copy()
    other[first_axis] = 1.0
    assert tab_codes.walk("faces", 1.0, code, "en")["back"] is tab_codes.walk("faces", 1.0, other, "en")["back"], "its own numbers do not change it"


def test_sums_of_codes_add_up(first):
    state = state_of(first)
    html = tab_codes.mixed(state, FACE, FACE, FACE, "en")
    strips = re.findall(r"data:image/png;base64,([^\"]+)", html)
    through, *_, total = (np.asarray(Image.open(io.BytesIO(base64.b64decode(s))), float) for s in strips)
    assert np.abs(through[:, :64] - through[:, -64:]).max() <= 1, "from a picture to itself nothing moves"
    assert np.abs(total - through[:, :64]).max() <= 1, "A - A + A is A"


def test_a_wall_lies_in_rows_as_its_buttons_do():
    arrays = np.arange(8, dtype=np.uint8).reshape(8, 1, 1, 1).repeat(64, 1).repeat(64, 2)
    sheet = np.asarray(room.sheet(arrays, 6))
    assert sheet.shape == (128, 384) and sheet[0, 330] == 5 and sheet[70, 70] == 7 and sheet[70, 200] == 255
    assert tab_walls.walls("faces", 1.0, 0.8, 1, "en").count("<button") == tab_walls.WALL


def test_what_cannot_be_done_is_said_in_a_sentence(first):
    state = state_of(first)
    with pytest.raises(ValueError, match="at least one picture"):
        tab_codes.mixed(state, FACE, None, FACE, "en")
    with pytest.raises(ValueError, match="at least one picture"):
        tab_codes.own_picture(state, None, "en")
    with pytest.raises(ValueError, match="no longer kept"):
        tab_walls.drawn(None, 1, 1, "en")


def test_every_name_of_an_axis_has_words():
    from aedemo.generate.axes import measures

    for key in measures(np.random.default_rng(0).random((2, 3, 64, 64))):
        assert f"generate.axis.{key}" in WORDS


def open_tab(tab, server, **query):
    tab.goto(f"{server}?tab=generate" + "".join(f"&{k}={v}" for k, v in query.items()))
    tab.wait_for_selector("#generate-mixed .ge-film")


def test_in_a_browser_one_trains_walks_and_draws(tab, server):
    open_tab(tab, server)
    tab.wait_for_function("document.querySelector('#generate-plane canvas').dataset.count == 1797")
    tab.click("#generate-again")
    tab.wait_for_function("document.querySelector('#generate-told').innerText.includes('Not trained yet')")
    tab.click("#generate-play")
    tab.wait_for_function("/Seen all digits [1-9]/.test(document.querySelector('#generate-told').innerText)")
    tab.click("#generate-pause")
    tab.wait_for_timeout(1500)
    seen = tab.inner_text("#generate-told")
    tab.wait_for_timeout(1500)
    assert tab.inner_text("#generate-told") == seen, "paused is paused"
    tab.click("#generate-step")
    tab.wait_for_function("before => document.querySelector('#generate-told').innerText != before", arg=seen)
    one = tab.get_attribute("#generate-one img", "src")
    tab.click("#generate-walls button[data-index='7']")
    tab.wait_for_function("before => document.querySelector('#generate-one img').src != before", arg=one)
    one = tab.get_attribute("#generate-one img", "src")
    tab.click("#generate-pad .ge-pad", position={"x": 30, "y": 40})
    tab.wait_for_function("before => document.querySelector('#generate-one img').src != before", arg=one)
    one = tab.get_attribute("#generate-one img", "src")
    tab.focus("#generate-pad .ge-pad")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("before => document.querySelector('#generate-one img').src != before", arg=one)
    wall = tab.evaluate("document.querySelector('#generate-walls .ge-sheet').style.backgroundImage")
    tab.click("#generate-draw")
    tab.wait_for_function("before => document.querySelector('#generate-walls .ge-sheet').style.backgroundImage != before", arg=wall)
    tab.click("#generate-share")
    tab.wait_for_function("location.search.includes('draw=2') && location.search.includes('live_kl=1')")


def test_in_a_browser_emoji_and_beta_are_chosen_and_a_picture_is_uploaded(tab, server):
    open_tab(tab, server)
    tab.click("#generate-model label:has-text('Emoji')")
    before = tab.get_attribute("#generate-one img", "src")
    tab.wait_for_function("before => document.querySelector('#generate-one img').src != before", arg=before)
    before = tab.get_attribute("#generate-one img", "src")
    tab.locator("#generate-beta label").first.click()
    tab.wait_for_function("before => document.querySelector('#generate-one img').src != before", arg=before)
    before = tab.get_attribute("#generate-one img", "src")
    tab.set_input_files("#generate-own input[type=file]", FACE)
    tab.wait_for_function("before => document.querySelector('#generate-one img').src != before", arg=before)


@pytest.mark.parametrize("width", (390, 1600))
def test_nothing_sticks_out_on_a_phone_or_a_projector(chromium, server, width):
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US")
    visitor = context.new_page()
    visitor.set_default_timeout(45_000)
    open_tab(visitor, server, lang="zh")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width
    assert "解码器" in visitor.inner_text("body")
    context.close()
