"""The page as a whole, in a browser: what a tab costs, what a link brings back, projector mode, and whether everyone can use it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from aedemo import lecture, page

# of each tab: a state that is not the usual one, and what is there when its first look is
STATES = {
    "voice": ({"model": "adversarial", "vocoder": "griffin-lim", "morph": "0.25", "whose": "B", "half": "words_only", "example": "2"}, "#voice-bb .ae-code, .ae-code >> nth=3"),
    "anomaly": ({"normal": "paper", "method": "plain", "threshold": "2", "blend": "0.3", "cells": "benign", "row": "7", "at": "0"}, "#anomaly-view .an-verdict"),
    "codebook": ({"codebook": "image-32", "colour": "by_use", "layout": "PCA", "example": "3", "tool": "swap", "opacity": "0.2", "code": "9"}, "#codebook-card [data-code='9']"),
    "summary": ({"story": "zh-doping", "lang_of": "zh", "length": "120", "temperature": "0.5", "beam": "3", "novelty": "1", "sentences": "1"}, ".su-sentences li"),
    "generate": ({"model": "emoji", "beta": "1", "temperature": "0.5", "draw": "7", "live_kl": "2", "live_noise": "0.1", "live_width": "64", "live_rate": "0.002", "live_seed": "3"}, ".ge-mixed"),
    "compress": ({"picture": "drawing", "quality": "1", "against": "WEBP"}, "#compress-cards .co-card"),
    "embeddings": ({"room": "find", "kind": "faces", "stage": "1", "draw": "4", "what": "digits", "at": "5", "view": "moved", "clip": "1", "ahead": "4", "story": "voyage"}, "#embeddings-found .emb-way"),
    "trees": ({"room": "compare", "text": "the old king slept in the garden", "rank": "2", "seed": "3"}, "#trees-facts .ae-caption"),
}  # fmt: skip


def opened(tab, server, name: str, **query):
    tab.goto(f"{server}?{urlencode({'tab': name, **query})}")
    tab.locator(STATES[name][1]).first.wait_for(timeout=90_000)


def opened_rooms(tab) -> list[str]:
    """Makes a list, which grows as rooms are computed, of their names."""
    found = []

    def seen(request):
        if request.url.split("?")[0].endswith("/queue/join"):
            targets = tab.evaluate(
                "i => { const c = window.gradio_config, d = c.dependencies.find(d => d.id === i);"
                "return d.targets.map(t => c.components.find(k => k.id === t[0])?.props.elem_id || ''); }",
                json.loads(request.post_data)["fn_index"],
            )
            found.extend(name for name in targets if name.startswith("seen-"))

    tab.on("requestfinished", seen)
    return found


def test_a_tab_is_computed_when_it_is_first_seen_and_once(tab, server):
    found = opened_rooms(tab)
    opened(tab, server, "anomaly")
    assert found == ["seen-anomaly"], "the first tab is not computed when the link names another"
    tab.get_by_role("tab", name="Compress").click()
    tab.locator(STATES["compress"][1]).first.wait_for(timeout=90_000)
    tab.get_by_role("tab", name="Anomaly").click()
    tab.locator(STATES["anomaly"][1]).first.wait_for()
    tab.get_by_role("tab", name="Compress").click()
    tab.locator(STATES["compress"][1]).first.wait_for()
    assert found == ["seen-anomaly", "seen-compress"]


@pytest.mark.parametrize("name", page.TABS)
def test_a_link_brings_a_tabs_state_back_and_everyone_can_read_it(tab, server, name):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    state, _ = STATES[name]
    opened(tab, server, name, lang="zh", example_of_another_tab="1", **state)
    tab.locator(f"#{name}-share").click()
    tab.wait_for_function("!location.search.includes('example_of_another_tab')")
    told = {key: values[0] for key, values in parse_qs(urlsplit(tab.url).query).items()}
    assert told == {**told, "tab": name, "lang": "zh", **state}
    # Gradio's own: the label of an empty player, and a button that holds the button that uploads
    found = axe.run(tab, context={"exclude": [[".empty"], [".icon-button"]]}, options={"resultTypes": ["violations"]}).response["violations"]
    serious = [(v["id"], [n["html"][:150] for n in v["nodes"]][:5]) for v in found if v["impact"] in ("serious", "critical")]
    assert not serious and not errors


def test_projector_mode_goes_from_step_to_step_by_keys_but_not_while_one_types(tab, server):
    first = next(i for i, step in enumerate(page.STEPS, 1) if step.tab == "summary")
    tab.goto(f"{server}?tab=summary&story=zh-storm&lang=zh&present=1&step={first}")
    tab.locator("#summary-cards .su-card").first.wait_for(timeout=90_000)
    bar = tab.locator(".ae-steps")
    step = page.STEPS[first - 1]
    assert step.question[1] in bar.inner_text() and lecture.WORDS["lecture.next"][1] in bar.get_by_role("button").nth(1).get_attribute("aria-label")
    assert not tab.locator("footer").is_visible() and not tab.locator("#summary-share").is_visible()
    tab.wait_for_function("document.querySelector('#summary-cards').getBoundingClientRect().top < 300")  # what the step is about
    tab.locator("#summary-article textarea").focus()
    tab.keyboard.press("PageDown")
    tab.keyboard.press("ArrowRight")
    assert f"step={first}" in tab.url
    tab.locator("#summary-article textarea").blur()
    tab.keyboard.press("PageDown")
    tab.wait_for_url(f"**step={first + 1}*")
    tab.locator("#summary-cards .su-card").first.wait_for(timeout=90_000)  # a browser drops keys until it has drawn something
    tab.keyboard.press("ArrowLeft")
    tab.wait_for_url(f"**step={first}*")
    tab.get_by_label(lecture.WORDS["lecture.leave"][1]).click()
    tab.wait_for_url(lambda url: "present" not in url)
    assert "story=zh-storm" in tab.url
