from __future__ import annotations

import numpy as np
import pytest
import soundfile

from tests.conftest import CLIPS


def ready(tab):
    tab.wait_for_function("document.querySelector('#voice-ab audio')?.src")
    tab.wait_for_function("document.querySelectorAll('.ae-code').length === 4")


def sources(tab):
    return tab.evaluate("['ab','ba','aa','bb'].map(k => document.querySelector(`#voice-${k} audio`)?.src)")


def play(tab, where):
    """Play a clip; give its length and whether time passes."""
    return tab.evaluate(
        """async where => { const a = document.querySelector(`#${where} audio`); a.muted = true; await a.play();
        await new Promise(r => setTimeout(r, 400)); return [a.duration, a.currentTime]; }""",
        where,
    )


def test_an_example_is_there_before_any_click(tab, server):
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    tab.goto(server)
    ready(tab)
    assert all(sources(tab))
    assert tab.locator(".ae-mel").count() == 6 and tab.locator(".ae-map circle").count() > 100
    duration, now = play(tab, "voice-ab")
    assert 2.5 < duration < 2.7 and now > 0
    assert not errors


def record(tab, which: str, seconds: float = 2.0):
    box = tab.locator(f"#voice-{which}")
    box.get_by_label("Clear").first.click()
    box.get_by_role("button", name="Record", exact=True).click()
    tab.wait_for_timeout(int(seconds * 1000))
    box.get_by_role("button", name="Stop").locator("visible=true").first.click()
    tab.wait_for_function(f"document.querySelector('#voice-{which} audio')?.src")


def test_two_recordings_are_swapped_and_play(tab, server):
    tab.goto(server)
    ready(tab)
    before = sources(tab)
    record(tab, "a")
    record(tab, "b")
    tab.locator("#voice-go").click()
    tab.wait_for_function("old => document.querySelector('#voice-ab audio')?.src !== old", arg=before[0])
    tab.wait_for_function("old => document.querySelector('#voice-bb audio')?.src !== old", arg=before[3])
    for where in ("voice-ab", "voice-ba", "voice-aa", "voice-bb"):
        duration, now = play(tab, where)
        assert 1.0 < duration < 4.0 and now > 0


def test_the_morph_slider_and_the_halves_speak(tab, server):
    tab.goto(server)
    ready(tab)
    tab.get_by_label("voice only (no words)").check()
    tab.wait_for_function("document.querySelector('#voice-morphed audio')?.src")
    first = tab.evaluate("document.querySelector('#voice-morphed audio').src")
    tab.get_by_label("words and voice").check()
    tab.wait_for_function("old => document.querySelector('#voice-morphed audio').src !== old", arg=first)
    second = tab.evaluate("document.querySelector('#voice-morphed audio').src")
    slider = tab.locator("#voice-morph input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    slider.dispatch_event("pointerup")
    tab.wait_for_function("old => document.querySelector('#voice-morphed audio').src !== old", arg=second)
    assert play(tab, "voice-morphed")[0] > 2


def test_chinese_and_the_settings_come_from_the_link(tab, server):
    tab.goto(f"{server}?lang=zh&example=2&vocoder=griffin-lim&morph=0.25&model=adversarial&whose=B")
    ready(tab)
    assert tab.get_by_role("button", name="交换声音").is_visible()
    assert tab.get_by_label("griffin-lim").is_checked() and tab.get_by_label("adversarial").is_checked()
    assert tab.locator("#voice-morph input[type=number]").input_value() == "0.25"
    assert 2.7 < play(tab, "voice-ab")[0] < 2.8


@pytest.mark.parametrize("kind", ["text", "empty", "silent", "nan"])
def test_a_bad_upload_is_told_in_a_sentence_and_the_server_goes_on(tab, server, tmp_path, kind):
    bad = tmp_path / "bad.wav"
    if kind == "text":
        bad.write_text("this is no sound")
    elif kind == "empty":
        bad.write_bytes(b"")
    elif kind == "silent":
        soundfile.write(bad, np.zeros(16_000), 16_000)
    else:
        soundfile.write(bad, np.full(16_000, np.nan), 16_000, subtype="FLOAT")
    from gradio_client import Client, handle_file

    client = Client(server, verbose=False)
    good = handle_file(str(CLIPS / "en-rms.wav"))
    with pytest.raises(Exception, match="cannot be read as sound|silent|not numbers|empty"):
        client.predict(handle_file(str(bad)), good, "instance-norm", "neural", api_name="/voice_swap")
    with pytest.raises(Exception, match="record or upload clip B"):
        client.predict(good, None, "instance-norm", "neural", api_name="/voice_swap")
    assert client.predict(good, good, "instance-norm", "neural", api_name="/voice_swap")
    tab.goto(server)
    ready(tab)
    before = sources(tab)[0]
    if kind == "text":  # once through the page itself
        box = tab.locator("#voice-a")
        box.get_by_label("Clear").first.click()
        box.locator("button[aria-label*='pload']").first.click() if box.locator("input[type=file]").count() == 0 else None
        box.locator("input[type=file]").first.set_input_files(str(bad))
        tab.wait_for_timeout(1500)
        tab.locator("#voice-go").click()
        tab.get_by_text("cannot be read as sound").first.wait_for()
        assert sources(tab)[0] in (before, None, "")


@pytest.mark.parametrize("width", [390, 1920])
def test_nothing_is_wider_than_a_phone_or_lost_on_a_projector(chromium, server, width):
    context = chromium.new_context(viewport={"width": width, "height": 900})
    visitor = context.new_page()
    visitor.goto(server)
    ready(visitor)
    assert visitor.evaluate("document.documentElement.scrollWidth") <= width + 1
    context.close()
