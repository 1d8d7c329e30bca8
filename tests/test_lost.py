"""What a visitor is told when the server no longer knows what their page shows, and while they wait for their turn."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import gradio as gr
import pytest
from gradio.helpers import special_args

from aedemo import page
from aedemo.trees import tab as trees
from tests.conftest import ROOT

GONE = "本页之前的内容已不再保留，请刷新页面。"
LONG = {"redrawn"}  # a map of the codebook, of which only the marked code is remembered
# these need nothing that was kept: what they are given with it is all they ask, or they begin anew
WITHOUT = {
    "inspect", "played", "stepped", "recoloured", "clicked codebook", "turned compress", "verdicts", "drawn embeddings", "other_shelf", "looked", "picked",
    "brought_picture", "brought_clip", "brought_sentence",
}  # fmt: skip
CLICKED = {"index": 0, "cells": [0], "span": [0, 1], "phrase": "the cat", "x": 0.1, "y": 0.1}
WAITS = {"model", "live", "learning", "clock", "together"}


@pytest.fixture(scope="module")
def built():
    return page.build()


def events(built):
    return [event for event in built.fns.values() if event.fn is not None and event.api_visibility != "public"]


def where(event) -> str:
    """The tab of an event."""
    names = ((getattr(one, "elem_id", None) or "").partition("-")[0] for one in (*event.inputs, *event.outputs))
    return next((name for name in names if name in page.TABS), "")


def called(event, language: str):
    """As the page calls it once the states are gone; whatever else it asks for is as it stands on the page, or an example."""
    given = []
    for one in event.inputs:
        if isinstance(one, gr.State):
            given.append(None)
        elif isinstance(one, gr.Image):
            given.append(str(ROOT / "examples" / "anomaly" / "face.png"))
        elif isinstance(one, gr.Audio):
            given.append(str(ROOT / "examples" / "voice" / "en-rms.wav"))
        else:
            value = one.value() if callable(one.value) else one.value
            given.append(
                value if value is not None or not isinstance(one, (gr.Number, gr.Slider, gr.Textbox)) else "0" if isinstance(one, gr.Textbox) else 0
            )
    request = SimpleNamespace(query_params={"lang": language}, headers={})
    complete, *_ = special_args(event.fn, list(given), request, gr.EventData(None, CLICKED))
    result = event.fn(*complete)
    return next(result) if hasattr(result, "__next__") else result


def test_once_the_session_is_gone_every_control_says_so_in_a_sentence_or_does_without(built):
    told = 0
    for event in events(built):
        named = {event.name, f"{event.name} {where(event)}"}
        if not any(isinstance(one, gr.State) for one in event.inputs) or named & LONG:
            continue
        try:
            result = called(event, "zh")
        except gr.Error as problem:
            assert problem.message.endswith("。") if named & WITHOUT else problem.message == GONE, (named, problem.message)
            told += problem.message == GONE
        else:
            assert named & WITHOUT and result is not None, named
    assert told > 25


def test_whoever_waits_for_a_turn_sees_their_place(built):
    seen = 0
    for event in events(built):
        if event.concurrency_id in WAITS and any(targets for targets in event.targets):
            seen += 1
            assert event.show_progress != "hidden", event.name
            shown = event.show_progress_on or event.outputs
            assert any(getattr(one, "visible", True) is True and not isinstance(one, gr.State) for one in shown), event.name
    assert seen > 25


def test_the_place_in_the_queue_can_be_read_on_a_phone(tab, server, monkeypatch):
    go_on, parse = threading.Event(), trees.computed

    def slow(*given):
        assert go_on.wait(60)
        return parse(*given)

    other = tab.context.new_page()
    for one in (tab, other):
        one.set_viewport_size({"width": 390, "height": 844})
        one.goto(f"{server}?tab=trees")
        one.locator("#trees-facts .ae-caption").wait_for(timeout=90_000)
    monkeypatch.setattr(trees, "computed", slow)
    try:
        for one in (tab, other):
            one.locator("#trees-text textarea").fill("the dog barked")
            one.locator("#trees-go").click()
            one.locator("#trees-facts .progress-text").wait_for()
        place = other.locator("#trees-facts .progress-text", has_text="queue: 1/1")
        place.wait_for()
        box, frame = place.bounding_box(), other.locator("#trees-facts .wrap.minimal")
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert frame.evaluate("e => getComputedStyle(e).overflow === 'visible' || e.clientHeight >= 30")
    finally:
        go_on.set()
    other.locator("#trees-facts", has_text="3 words").wait_for()
