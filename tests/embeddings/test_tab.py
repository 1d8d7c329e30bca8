from __future__ import annotations

import re

import numpy as np
import pytest
import soundfile
import torch
from PIL import Image

from aedemo import audio, words
from aedemo.embeddings import drawing, inference, shelf, tab_common, tab_find, tab_pictures, tab_sentences, tab_speech
from aedemo.embeddings import tab as embeddings_tab
from tests.conftest import CLIPS, ROOT

FACE = str(ROOT / "examples" / "anomaly" / "face.png")


class Visit:
    """A request with a link's settings."""

    def __init__(self, **query):
        self.query_params, self.headers = query, {}


def cells(text: str) -> np.ndarray:
    """The numbers of a drawn matrix, square."""
    numbers = np.array([float(n) for n in re.findall(r'data-cell="\d+,\d+"[^>]*>(\d+)</i>', text)])
    return numbers.reshape(int(len(numbers) ** 0.5), -1)


# ---- pictures against codes


def test_the_grid_is_there_before_any_click_and_says_what_the_discriminator_says():
    kind, stage, draw, grid, shares, how = tab_pictures.opened_pictures(Visit())
    assert (kind, stage, draw) == ("emoji", 2, 1) and 'data-stage="trained"' in grid and "1808.06670" in how
    some = [shelf.pictures("emoji")[i] for i in tab_pictures.shown_of(1)]
    expected = inference.load("infomax-emoji").verdicts(some)
    assert np.abs(cells(grid) - 100 * expected).max() <= 0.51
    r, c = divmod(int(expected.argmin()), 8)
    assert f"The code of picture {r + 1} with picture {c + 1}: belongs with {100 * expected[r, c]:.1f}%" in grid
    assert shares.count("ae-bar") == 4 and "among these 48" in shares


@pytest.mark.parametrize("kind", shelf.KINDS)
def test_training_makes_the_diagonal_bright(kind):
    grids = [tab_pictures.verdicts(kind, stage, 1, None, "en")[0] for stage in (0, 2)]
    untrained, trained = map(cells, grids)
    assert np.ptp(untrained) <= 2, "codes of chance say nothing"
    others = trained[~np.eye(8, dtype=bool)]
    assert np.diag(trained).min() > 50 and np.diag(trained).mean() > others.mean() + 50
    right = [(found[0].argmax(1) == np.arange(48)).mean() for found in tab_pictures.judged_examples(kind).values()]
    assert right[0] < 0.15 < right[2] and right[2] > 0.8


def test_frames_tell_a_code_that_found_its_picture_from_one_that_did_not():
    values = np.array([[0.9, 0.1], [0.8, 0.3]])
    drawn = drawing.matrix(values, ["", ""], ["", ""], lambda r, c: f"{r}{c}", "", np.array([0, 1]))
    assert re.search(r'emb-own" data-cell="0,0"', drawn) and re.search(r'emb-other" data-cell="1,0"', drawn) and drawn.count(" emb-o") == 2


def test_ones_own_pictures_join_the_grid_and_too_many_do_not():
    own, grid, shares, _ = tab_pictures.joined([FACE, FACE], "faces", 2, 1, "en")
    values = cells(grid)
    assert len(own) == 2 and values.shape == (10, 10) and "among these 50" in shares
    assert abs(values[8, 8] - values[8, 9]) <= 1 and abs(values[9, 8] - values[9, 9]) <= 1, "the same picture twice is judged alike"
    with pytest.raises(ValueError, match="At most 8 pictures of your own join the grid; 9 were given"):
        tab_pictures.joined([FACE] * 9, "faces", 2, 1, "en")
    assert cells(tab_pictures.joined(None, "faces", 2, 1, "en")[1]).shape == (8, 8)


def test_other_examples_are_other_pictures():
    draw, grid, *_ = tab_pictures.drawn("emoji", 2, 1, None, "en")
    assert (
        draw == 2 and set(tab_pictures.shown_of(2)) != set(tab_pictures.shown_of(1)) and grid != tab_pictures.verdicts("emoji", 2, 1, None, "en")[0]
    )


def test_pictures_come_as_the_encoders_see_them():
    assert all(len(shelf.pictures(kind)) == shelf.MANY for kind in shelf.KINDS)
    assert shelf.pictures("digits")[0].size == (8, 8) and shelf.pictures("faces")[0].mode == "L" and shelf.pictures("emoji")[0].size == (64, 64)
    ink = Image.new("L", (200, 200), 255)
    ink.paste(0, (90, 20, 110, 180))
    seen = np.asarray(shelf.own("digits", ink), float)
    assert seen.shape == (8, 8) and seen[4, 3:5].mean() > 90 > 10 > seen[:, 0].mean(), "dark ink on paper becomes a bright digit"
    assert shelf.own("emoji", FACE).mode == "RGB" and shelf.own("faces", FACE).size == (64, 64)


# ---- the most similar


def test_other_views_do_what_they_say():
    house = shelf.pictures("emoji")[20]
    before = np.asarray(house, float)
    assert np.abs(np.asarray(shelf.seen_otherwise(house, "mirrored"), float) - before[:, ::-1]).max() <= 2
    moved = np.asarray(shelf.seen_otherwise(house, "moved"), float)
    assert np.abs(moved[:50, :50] - before[10:60, 10:60]).mean() < np.abs(moved - before).mean() / 3
    light = np.asarray(shelf.seen_otherwise(house, "light"), float)
    white = (before == 255).all(-1)
    assert np.abs(light[white] - 255).max() <= 1 and np.abs(light - before)[~white].mean() > 20
    assert np.array_equal(np.asarray(shelf.seen_otherwise(house, "as_is")), np.asarray(house))


def test_cosine_is_of_vectors_from_their_mean():
    rows = np.array([[3.0, 1], [1, 1], [2, 4]])
    away = rows - rows.mean(0)
    expected = away @ away[0] / np.linalg.norm(away, axis=1) / np.linalg.norm(away[0])
    assert np.allclose(shelf.alike(rows, rows[0], True), expected) and not np.allclose(shelf.alike(rows, rows[0], False), expected)


def test_what_is_sought_is_found_again_and_stands_first():
    text = tab_find.searched("emoji", 20, "turned", None, "en")
    ways = re.split(r'<section class="emb-way', text)[2:]
    assert len(ways) == 3 and text.count('class="emb-sought"') <= 3
    for way in ways:
        cosines = [float(c) for c in re.findall(r"<small>(-?[\d.]+)</small>", way)]
        assert len(cosines) == 5 and cosines == sorted(cosines, reverse=True)
    assert "itself at place 1 of 48" in ways[0] and "Deep InfoMax, 64 numbers" in ways[0] and ways[0].index("emb-sought") < ways[0].index("<small>")
    plain = tab_find.searched("emoji", 20, "as_is", None, "en")
    assert "emb-sought" not in plain and "itself at place" not in plain
    assert tab_find.searched("digits", 3, "as_is", None, "en").count("<section") == 5, "of digits also principal components"


def test_an_embedding_made_to_forget_views_finds_more_pictures_in_other_views_than_pixels_do():
    places = {"infomax": [], "pixels": []}
    for at in range(0, 48, 3):
        for way, _, cosines in tab_find.nearest_example("emoji", at, "mirrored"):
            if way in places:
                places[way].append(int((cosines > cosines[at]).sum()))
    assert np.mean(np.array(places["infomax"]) == 0) >= np.mean(np.array(places["pixels"]) == 0)


@pytest.mark.parametrize("what", tab_common.WHAT)
def test_something_of_ones_own_that_is_an_example_finds_it_first(what, tmp_path):
    thing = shelf.shelf(what)[7]
    if what == "clips":
        soundfile.write(tmp_path / "own.wav", thing, audio.RATE, subtype="FLOAT")
        result = tab_find.brought_clip(what, "as_is", None, str(tmp_path / "own.wav"), "en")
    elif what == "sentences":
        result = tab_find.brought_sentence(what, "as_is", None, f" {thing} ", "en")
    else:
        thing.save(tmp_path / "own.png")
        result = tab_find.brought_picture(what, "as_is", None, str(tmp_path / "own.png"), "en")
    mine, at, things, found = result
    many = len(shelf.shelf(what))
    assert at == many and len(mine[what]) == 1 and f'data-index="{many}"' in things and f'data-at="{many}"' in found
    for way, _, cosines in tab_find.nearest(what, at, "as_is", mine[what]):
        if not (what == "digits" and way == "infomax"):
            assert cosines[7] == pytest.approx(1, abs=2e-3), way
    again = tab_find.brought(what, "as_is", {what: mine[what] * tab_find.MOST_OWN}, mine[what][0], "en")
    assert len(again[0][what]) == tab_find.MOST_OWN, "the oldest makes room"


def test_collapsed_codes_find_everything_alike():
    found = {way: cosines for way, _, cosines in tab_find.nearest_example("sentences", 0, "as_is")}
    assert found["collapsed"].mean() > 0.9 and found["quick-thought"][1:].mean() < 0.5


def test_what_is_on_the_shelf_can_be_chosen_and_is_escaped():
    clips = tab_find.on_shelf("clips", 0, None, "en")
    assert clips.count("data-index") == len(shelf.CLIPS) == clips.count("data:audio/mpeg")
    mine, *_, things, found = tab_find.brought_sentence("sentences", "as_is", None, "<b>Ships</b> sail.", "en")
    assert "<b>Ships" not in things + found and "&lt;b&gt;Ships" in things


# ---- speech


@pytest.fixture(scope="module")
def session():
    return tab_speech.heard_example(0)


def test_a_recording_is_heard_and_its_future_guessed(session):
    path, index, ahead, kept, strips, curve, likely, how, bars = tab_speech.opened_speech(Visit())
    frames = session["mel"].shape[1]
    assert (path, index, ahead) == (str(CLIPS / "en-rms.wav"), 0, 4) and kept is session
    assert f'data-frames="{frames}"' in strips and strips.count("<img") == 4 and f"mel (80, {frames})" in how and "1807.03748" in how
    right, chance = session["right"], session["chance"]
    assert f"picked {100 * right[3]:.1f}% of the time; by chance it would be {100 * chance[3]:.1f}%" in curve
    assert right[0] > 10 * chance[0] and right[6:].mean() > 2 * chance[6:].mean(), "what comes can be told from what was heard"


def test_from_where_on_nothing_was_heard_yet_is_so(session):
    k = session["fresh"]
    wave = shelf.clip(0)[: 60 * audio.HOP]
    for far, same in ((k, True), (k - 1, False)):
        # what was heard at frame 30 reaches as far as its window; the frame so far on, of which z is made, must not, or must, know of it
        changed = wave.copy()
        changed[: (30 + 2) * audio.HOP] = 0.01 * np.random.default_rng(0).normal(size=(30 + 2) * audio.HOP)
        frame, other = (audio.log_mel(torch.from_numpy(x))[:, 30 + far].numpy() for x in (wave, changed))
        assert np.allclose(frame, other, atol=1e-3) == same
    assert "heard already" in tab_speech.looked_ahead(session, k - 1, "en")[0] and "heard yet" in tab_speech.looked_ahead(session, k, "en")[0]


def test_the_diagonal_of_the_guesses_is_how_sure_the_truth_was(session):
    for k in (1, 12):
        likely = tab_speech.guesses(session, k)
        assert np.allclose(likely.sum(1), 1, atol=1e-4)
        assert np.allclose(np.diag(likely), session["sure"][k - 1, 2 : 2 + len(likely)], atol=1e-4)


def test_a_long_recording_is_guessed_in_its_first_seconds_only(session):
    long = {key: np.tile(session[key], (5, 1)) for key in "zc"}
    assert tab_speech.guesses(long, 4).shape == (tab_speech.MOST_FRAMES, tab_speech.MOST_FRAMES)


def test_the_curve_marks_the_chosen_step():
    right, chance = np.array([0.5, 0.2, 0.1]), np.array([0.01, 0.01, 0.01])
    drawn = drawing.curve(right, chance, 2, 3, 16, ("a", "b", "c", "d"))
    line = re.search(r'<polyline points="([^"]+)"', drawn)[1].split()
    ring = re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawn)
    assert line[1] == f"{ring[1]},{ring[2]}" and [float(p.split(",")[1]) for p in line] == sorted(float(p.split(",")[1]) for p in line)


def test_colours_mean_the_same_in_every_clip(session):
    mean, axes, spread = tab_speech.directions()
    assert axes.shape == (3, 256) and np.allclose(axes @ axes.T, np.eye(3), atol=1e-3) and spread[0] >= spread[1] >= spread[2]


# ---- sentences


def test_each_model_says_which_sentence_it_expects():
    text, name, shown, how = tab_sentences.opened_sentences(Visit())
    sentences, found = tab_sentences.thought_of_story("two")
    assert (
        name == "two"
        and text.startswith("The government published")
        and "We left the harbor" in text
        and shown.count('class="emb-thought"') == 4
        and "1803.02893" in how
    )
    for way, part in zip(shelf.SENTENCE_WAYS, re.split(r'<section class="emb-thought"', shown)[1:]):
        follows, codes = found[way]
        many = len(sentences)
        assert np.abs(cells(part) - 100 * follows).max() <= 0.51
        hits = int((follows[:-1].argmax(1) == np.arange(1, many)).sum())
        assert part.count('class="emb-hit"') == hits and f"{hits} of {many - 1} right" in part
        first = int(follows[0].argmax())
        assert f"After sentence 1 it expects {first + 1} ({100 * follows[0, first]:.0f}%)" in part


def test_of_two_stories_quick_thought_stays_in_its_own():
    sentences, found = tab_sentences.thought_of_story("two")
    same = np.repeat([0, 1], 5)[:, None] == np.repeat([0, 1], 5)
    stays = {name: float(follows[same].sum() / len(sentences)) for name, (follows, _) in found.items()}
    assert len(sentences) == 10 and stays["quick-thought"] > 0.6 > stays["collapsed"] and stays["quick-thought"] == max(stays.values())


def test_without_negatives_all_codes_are_alike():
    _, _, shown, _ = tab_sentences.opened_sentences(Visit())
    cosines = dict(zip(shelf.SENTENCE_WAYS, map(float, re.findall(r"different sentences: (-?[\d.]+)", shown))))
    assert cosines["collapsed"] > 0.9 and cosines["collapsed"] == max(cosines.values()) and cosines["quick-thought"] < 0.7


def test_a_long_text_is_cut_and_that_is_said():
    text = " ".join(f"The ship number {i} sails to the north." for i in range(30))
    with pytest.warns(UserWarning, match="The text has 30 sentences; the first 24 are shown"):
        shown, _ = tab_sentences.followed(text, "en")
    assert shown.count("<li>The ship number") == 24


# ---- the same probe, the link, errors


def test_figures_of_the_cards_stand_beside_each_other(tmp_path, monkeypatch):
    cards = {
        "infomax-digits": {"probe_digits": 0.94, "probe_digits_pca": 0.9},
        "plain-digits": {"probe_digits": 0.89},
        "collapsed": {"cosine_of_unlike": 0.99},
    }
    monkeypatch.setattr(embeddings_tab.pretrained, "card", lambda demo, name: cards.get(name, {}))
    text = embeddings_tab.compared("en")
    assert re.findall(r"<em>(\d+)%</em>", text) == ["94", "89", "90", "99"] and text.count("emb-probe") == 3
    cards.clear()
    assert "not been measured" in embeddings_tab.compared("en")


def test_the_link_brings_all_back_and_nonsense_in_it_does_no_harm():
    told = {
        "room": "find",
        "kind": "digits",
        "stage": "1",
        "draw": "7",
        "what": "faces",
        "at": "40",
        "view": "near",
        "clip": "2",
        "ahead": "9",
        "story": "winter",
    }
    kept = tab_common.of_link(told)
    assert {key: str(value) for key, value in kept.items()} == told
    assert re.findall(r"\w+", re.match(r"\(([^)]*)\)", tab_common.SHARE)[1]) == list(tab_common.USUAL) == list(told)
    assert tab_pictures.opened_pictures(Visit(**told))[:3] == ("digits", 1, 7) and tab_find.opened_find(Visit(**told))[:3] == ("faces", "near", 40)
    assert tab_speech.opened_speech(Visit(**told))[1:3] == (2, 9) and tab_sentences.opened_sentences(Visit(**told))[1] == "winter"
    odd = {
        "room": "../x",
        "kind": "cats",
        "stage": "9",
        "draw": "-1",
        "what": "cats",
        "at": "999",
        "view": "x",
        "clip": "99",
        "ahead": "0",
        "story": "no",
    }
    assert tab_common.of_link(odd) == tab_common.USUAL | {"ahead": 1} and tab_common.of_link({}) == tab_common.USUAL
    assert tab_common.of_link({"what": "sentences"})["at"] == 0


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: tab_pictures.joined([FACE] * 9, "emoji", 2, 1, "en"), "At most 8 pictures"),
        (lambda: tab_pictures.joined([str(ROOT / "README.md")], "emoji", 2, 1, "en"), "cannot be read as a picture"),
        (lambda: tab_find.brought_picture("emoji", "as_is", None, None, "en"), "at least one picture"),
        (lambda: tab_find.brought_clip("clips", "as_is", None, None, "en"), "record or upload"),
        (lambda: tab_find.brought_sentence("sentences", "as_is", None, "  ", "en"), "write a sentence"),
        (lambda: tab_speech.own_voice(None, 4, "en"), "record or upload"),
        (lambda: tab_speech.looked_ahead(None, 4, "en"), "no longer kept"),
        (lambda: tab_sentences.followed(" ", "en"), "paste some sentences"),
        (lambda: tab_sentences.followed("One sentence only.", "en"), "One sentence was given"),
        (lambda: tab_sentences.followed("x" * 3000 + ". Then another one.", "en"), "Sentence 1 has"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_that_has_a_translation(call, said):
    with pytest.raises(ValueError, match=said) as told:
        call()
    assert re.search("[\u4e00-\u9fff]", words.error(str(told.value), "zh")), "not translated"


def test_a_recording_too_short_to_guess_ahead_is_refused_in_a_sentence(tmp_path):
    soundfile.write(tmp_path / "short.wav", 0.1 * np.sin(np.arange(2400)), audio.RATE)
    with pytest.raises(ValueError, match="too short") as told:
        tab_speech.own_voice(str(tmp_path / "short.wav"), 4, "en")
    assert "录音太短" in words.error(str(told.value), "zh")


# ---- in a browser


def open_tab(tab, server, room, **query):
    tab.goto(f"{server}?tab=embeddings&room={room}" + "".join(f"&{k}={v}" for k, v in query.items()))
    first = {"pictures": "#embeddings-grid .emb-cell", "find": "#embeddings-found .emb-way", "speech": "#embeddings-guesses img"}
    tab.locator(first.get(room, f"#embeddings-{'thoughts' if room == 'sentences' else 'probes'} section, #embeddings-probes p")).first.wait_for(
        timeout=120_000
    )


def slide(tab, where, key):
    tab.locator(f"{where} input[type=range]").focus()
    tab.keyboard.press(key)


def test_in_a_browser_the_slider_greys_the_diagonal_and_ones_own_pictures_join(tab, server):
    open_tab(tab, server, "pictures")
    assert tab.locator("#embeddings-grid .emb-cell").count() == 64
    slide(tab, "#embeddings-stage", "Home")
    tab.wait_for_selector("#embeddings-grid [data-stage=untrained]")
    numbers = [int(n) for n in tab.locator("#embeddings-grid .emb-cell").all_text_contents()]
    assert max(numbers) - min(numbers) <= 2
    tab.locator("#embeddings-grid [data-cell='2,5']").hover()
    assert tab.inner_text("#embeddings-grid .emb-told").startswith("The code of picture 3 with picture 6")
    tab.focus("#embeddings-grid .emb-matrix")
    tab.keyboard.press("ArrowRight")
    assert tab.inner_text("#embeddings-grid .emb-told").startswith("The code of picture 3 with picture 7")
    tab.click("#embeddings-kind label:has-text('Faces')")
    tab.wait_for_selector("#embeddings-grid [data-kind=faces]")
    tab.set_input_files("#embeddings-own input[type=file]", [FACE])
    tab.wait_for_function("document.querySelectorAll('#embeddings-grid .emb-cell').length == 81")
    before = tab.get_attribute("#embeddings-grid .emb-top img", "src")
    tab.click("#embeddings-draw")
    tab.wait_for_function("before => document.querySelector('#embeddings-grid .emb-top img').src != before", arg=before)
    tab.wait_for_timeout(500)
    tab.click("#embeddings-share")
    tab.wait_for_function("location.search.includes('kind=faces') && location.search.includes('stage=0') && location.search.includes('draw=2')")


def test_in_a_browser_the_most_similar_is_found_for_a_picture_a_clip_and_a_sentence(tab, server):
    open_tab(tab, server, "find")
    tab.click("#embeddings-shelf [data-index='41']")
    tab.wait_for_selector("#embeddings-found [data-at='41']")
    tab.click("#embeddings-view label:has-text('mirrored')")
    before = tab.get_attribute("#embeddings-found .emb-query img", "src")
    tab.wait_for_function("before => document.querySelector('#embeddings-found .emb-query img').src != before", arg=before)
    tab.set_input_files("#embeddings-picture input[type=file]", FACE)
    tab.wait_for_selector("#embeddings-found [data-at='48']")
    tab.click("#embeddings-what label:has-text('Sentences')")
    tab.wait_for_selector("#embeddings-found[data-what=sentences], #embeddings-found [data-what=sentences]")
    tab.fill("#embeddings-sentence textarea, #embeddings-sentence input", "The whale swam below the ship.")
    tab.click("#embeddings-ask")
    tab.wait_for_selector("#embeddings-found .emb-query >> text=The whale swam below the ship.")
    tab.click("#embeddings-what label:has-text('Clips')")
    tab.wait_for_selector("#embeddings-found [data-what=clips]")
    assert tab.locator("#embeddings-found .emb-way").count() == 4
    tab.click("#embeddings-found .emb-way li [data-play] >> nth=0")
    tab.wait_for_function("window.aeSound && window.aeSound.src.startsWith('data:audio/mpeg')")
    tab.get_by_role("button", name="Record", exact=True).locator("visible=true").click()
    tab.wait_for_timeout(2500)
    tab.get_by_role("button", name="Stop").locator("visible=true").click()
    tab.wait_for_selector(f"#embeddings-found [data-at='{len(shelf.CLIPS)}']")


def test_in_a_browser_ones_own_voice_is_guessed_ahead(tab, server):
    open_tab(tab, server, "speech", clip=1)
    before = tab.get_attribute("#embeddings-strips [data-frames]", "data-frames")
    tab.locator("#embeddings-voice button[aria-label*='Clear'], #embeddings-voice button[title*='Clear']").first.click()
    tab.get_by_role("button", name="Record", exact=True).locator("visible=true").click()
    tab.wait_for_timeout(2500)
    tab.get_by_role("button", name="Stop").locator("visible=true").click()
    tab.wait_for_function("before => document.querySelector('#embeddings-strips [data-frames]').dataset.frames != before", arg=before)
    slide(tab, "#embeddings-ahead", "End")
    tab.wait_for_selector("#embeddings-curve [data-ahead='12']")
    assert "12 frames (192 ms) ahead" in tab.inner_text("#embeddings-curve")
    before = tab.get_attribute("#embeddings-strips [data-frames]", "data-frames")
    tab.click("#embeddings-voices >> text=Welcome to the lecture")
    tab.wait_for_function("before => document.querySelector('#embeddings-strips [data-frames]').dataset.frames != before", arg=before)


def test_in_a_browser_a_pasted_paragraph_is_read(tab, server):
    open_tab(tab, server, "sentences")
    assert tab.locator("#embeddings-thoughts .emb-thought").count() == 4
    tab.fill("#embeddings-text textarea", "The king is dead. The people weep for him. A new king will be crowned.")
    tab.click("#embeddings-go")
    tab.wait_for_function("document.querySelectorAll('#embeddings-thoughts .emb-read li').length == 3")
    tab.fill("#embeddings-text textarea", "Only one sentence.")
    tab.click("#embeddings-go")
    tab.wait_for_selector("text=can be asked of two at least")
    tab.click("#embeddings-stories >> text=A winter")
    tab.wait_for_selector("#embeddings-thoughts >> text=It had snowed since Tuesday")
    tab.wait_for_timeout(500)
    tab.click("#embeddings-share")
    tab.wait_for_function("location.search.includes('story=winter') && location.search.includes('room=sentences')")


@pytest.mark.parametrize("room", tab_common.ROOMS)
@pytest.mark.parametrize("width", (390, 1600))
def test_nothing_sticks_out_on_a_phone_or_a_projector(chromium, server, width, room):
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US")
    visitor = context.new_page()
    visitor.set_default_timeout(45_000)
    errors = []
    visitor.on("pageerror", lambda problem: errors.append(str(problem)))
    open_tab(visitor, server, room, lang="zh")
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width
    assert "不只是重建" in visitor.inner_text("body") and not errors
    context.close()
