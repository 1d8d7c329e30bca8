"""What is the same for everyone is made once, and is what Gradio would have sent."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from aedemo import front, hall


@pytest.fixture(scope="module")
def http(server):
    with httpx.Client(base_url=server, timeout=120) as browser:
        yield browser


def plain(http, path: str, **headers) -> httpx.Response:
    return http.get(path, headers={"accept-encoding": "identity"} | headers)


@pytest.mark.parametrize("how", ["br", "gzip"])
def test_documents_come_compressed_and_whole(http, how):
    for path in front.DOCUMENTS:
        small = http.get(path, headers={"accept-encoding": how})
        assert small.headers["content-encoding"] == how and "content-security-policy" in small.headers
        assert small.content == plain(http, path).content
        assert int(small.headers["content-length"]) < len(small.content) / 5
    assert front.LANGUAGE_OF_LINK in http.get("/?lang=zh&tab=voice").content


def test_each_address_has_its_own_document(http):
    ours, theirs = (plain(http, "/config", **given).json() for given in ({}, {"x-forwarded-host": "hall.example", "x-forwarded-proto": "https"}))
    assert ours["root"] == str(http.base_url).rstrip("/") and theirs["root"] == "https://hall.example"
    assert len(ours["components"]) == len(theirs["components"]) > 400
    everything = plain(http, "/gradio_api/info?all_endpoints=true").json()
    assert len(everything["unnamed_endpoints"]) + len(everything["named_endpoints"]) > len(plain(http, "/gradio_api/info").json()["named_endpoints"])


def test_scripts_are_kept_by_browsers_and_what_is_not_there_is_not(http):
    script = next(line.split('"')[0] for line in plain(http, "/").text.split('src="./assets/')[1:])
    found = http.get(f"/assets/{script}", headers={"accept-encoding": "br"})
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable" and found.headers["content-encoding"] == "br"
    assert "javascript" in found.headers["content-type"] and found.text == plain(http, f"/assets/{script}").text
    assert http.get(f"/assets/{script}", headers={"range": "bytes=0-9", "accept-encoding": "identity"}).status_code in (200, 206)
    assert http.get("/assets/none.js").status_code == 404 and http.get("/assets/none.js").status_code == 404


class Slow:
    """An app that counts how often it is asked, and fails at first."""

    def __init__(self):
        self.asked = 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        await asyncio.sleep(0.05 if self.asked < 3 else 0)
        status = 500 if self.asked == 1 else 200
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"<head></head>" + bytes(2000)})


def test_a_hall_that_asks_at_once_is_answered_from_one_and_a_failure_is_not_kept():
    app = Slow()
    door = front.Front(app)

    async def hall():
        transport = httpx.ASGITransport(door)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as browser:
            answers = await asyncio.gather(*(browser.get("/") for _ in range(30)))
            for i in range(front.KEPT + 50):
                await browser.get("/", headers={"host": f"{i}.example"})
            return answers

    with ThreadPoolExecutor(1) as apart:  # the browser's own loop runs in this thread
        answers = apart.submit(asyncio.run, hall()).result()
    assert [one.status_code for one in answers].count(500) == 1 and app.asked == 2 + front.KEPT + 50
    assert len(door.kept) == front.KEPT and not door.asked, "what strangers ask for is not kept without end"


def test_a_session_is_as_gradios_but_for_descriptions(server):
    import gradio as gr
    from gradio.state_holder import SessionState

    hall.mend()
    with gr.Blocks() as page:
        slider, kept = gr.Slider(0, 9, 3), gr.State([1])
    one, other = SessionState(page), SessionState(page)
    one[kept._id].append(2)
    one[slider._id] = gr.Slider(0, 5, 4, render=False)
    one._update_config(slider._id)
    one._update_value_in_config(slider._id, "x" * 10**6)
    assert one[kept._id] == [1, 2] and other[kept._id] == [1]
    assert one[slider._id].maximum == 5 and other[slider._id].maximum == 9 and page.blocks[slider._id].maximum == 9
    assert len(json.dumps(one.config_values)) < 100 and page.get_config_file()["components"][0]["props"]["maximum"] == 9


def test_a_file_that_many_are_given_is_whole_at_any_moment(tmp_path):
    import numpy as np
    from gradio import processing_utils
    from PIL import Image

    hall.mend()
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 70, 3), np.uint8))
    first = processing_utils.save_pil_to_cache(picture, str(tmp_path), format="png")
    with open(first, "rb") as reading:  # as the server does for somebody who fetches it slowly
        begun = reading.read(100)
        assert processing_utils.save_pil_to_cache(picture, str(tmp_path), format="png") == first
        assert Image.open(first).tobytes() == picture.tobytes()
        assert begun + reading.read() == open(first, "rb").read()
    old = tmp_path / "audio.wav"
    old.write_bytes(b"old" * 50_000)
    with open(old, "rb") as reading:
        processing_utils.audio_to_file(16_000, np.zeros(1600, np.int16), str(old))
        assert reading.read() == b"old" * 50_000 and old.read_bytes()[:4] == b"RIFF" and old.stat().st_size == 44 + 3200
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["audio.wav", "image.png"]
