from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from tests.conftest import CLIPS

CELLS = ("voice-ab", "voice-ba", "voice-aa", "voice-bb")


def source(tab, where: str) -> str | None:
    """The file a player would play, None if it has none."""
    return tab.evaluate("where => document.querySelector(`#${where} a.download-link`)?.href ?? null", where)


def changed(tab, where: str, old: str | None) -> str:
    """Wait until a player has another file than `old`."""
    tab.wait_for_function("([where, old]) => (document.querySelector(`#${where} a.download-link`)?.href ?? old) !== old", arg=[where, old])
    return source(tab, where)


def ready(tab):
    tab.wait_for_function("document.querySelectorAll('.ae-code').length === 4")
    for where in CELLS:
        changed(tab, where, None)


def plays(tab, where: str) -> float:
    """Seconds of a clip, after making sure that pressing Play moves the clock."""
    response = tab.request.get(source(tab, where))
    wave, rate = soundfile.read(io.BytesIO(response.body()))
    assert np.abs(wave).max() > 0.001, "silent"
    tab.locator(f"#{where} .play-pause-button").click()
    tab.wait_for_function("where => document.querySelector(`#${where} #time`).textContent !== '0:00'", arg=where)
    return len(wave) / rate


def test_an_example_is_there_before_any_click(tab, server):
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    tab.goto(server)
    ready(tab)
    assert tab.locator(".ae-mel").count() == 6 and tab.locator(".ae-map circle").count() > 100
    assert 2.5 < plays(tab, "voice-ab") < 2.7
    assert not errors


def record(tab, which: str, seconds: float = 2.0):
    box = tab.locator(f"#voice-{which}")
    box.get_by_label("Clear").first.click()
    box.get_by_role("button", name="Record", exact=True).click()
    tab.wait_for_timeout(int(seconds * 1000))
    box.get_by_role("button", name="Stop").locator("visible=true").first.click()
    changed(tab, f"voice-{which}", None)


def test_two_recordings_are_swapped_and_play(tab, server):
    tab.goto(server)
    ready(tab)
    before = {where: source(tab, where) for where in CELLS}
    record(tab, "a")
    record(tab, "b")
    tab.locator("#voice-go").click()
    for where in CELLS:
        changed(tab, where, before[where])
        assert 1.0 < plays(tab, where) < 4.0


def test_the_morph_slider_and_the_halves_speak(tab, server):
    tab.goto(server)
    ready(tab)
    tab.get_by_label("voice only (no words)").check()
    first = changed(tab, "voice-morphed", None)
    tab.get_by_label("words and voice").check()
    second = changed(tab, "voice-morphed", first)
    slider = tab.locator("#voice-morph input[type=range]")
    slider.focus()
    slider.press("ArrowRight")
    slider.dispatch_event("pointerup")
    changed(tab, "voice-morphed", second)


def test_chinese_and_the_settings_come_from_the_link(tab, server):
    tab.goto(f"{server}?lang=zh&example=2&vocoder=griffin-lim&morph=0.25&model=adversarial&whose=B")
    ready(tab)
    assert tab.get_by_role("button", name="交换声音").is_visible()
    assert tab.get_by_label("griffin-lim").is_checked() and tab.get_by_label("adversarial").is_checked()
    assert tab.locator("#voice-morph input[type=number]").input_value() == "0.25"
    assert 2.7 < plays(tab, "voice-ab") < 2.8


@pytest.mark.parametrize("kind", ["text", "empty", "silent", "nan"])
def test_a_bad_upload_is_told_in_a_sentence_and_the_server_goes_on(server, tmp_path, kind):
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


def test_a_bad_upload_on_the_page_shows_the_sentence(tab, server, tmp_path):
    bad = tmp_path / "bad.wav"
    bad.write_text("this is no sound")
    tab.goto(server)
    ready(tab)
    box = tab.locator("#voice-a")
    box.get_by_label("Clear").first.click()
    box.get_by_label("Upload file").click()
    box.locator("input[type=file]").set_input_files(str(bad))
    changed(tab, "voice-a", None)
    tab.locator("#voice-go").click()
    tab.get_by_text("cannot be read as sound").first.wait_for()


def test_nothing_sticks_out_on_a_phone_or_a_projector(screen, server):
    screen.goto(server)
    ready(screen)
    screen.get_by_role("button", name="How it works").click()
    screen.locator(".katex-display").wait_for()
