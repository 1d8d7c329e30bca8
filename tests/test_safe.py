"""What the open internet may send to the page: no file but one's own upload is read or served, nothing is fetched, errors say one sentence."""

from __future__ import annotations

import json
import os
import time
import zipfile
from http import client
from pathlib import Path

import gradio as gr
import httpx
import pytest

from aedemo import guard, page, ui
from aedemo.anomaly import tab_own
from tests.conftest import ROOT

SECRET = ROOT / "examples" / "anomaly" / "face.png"  # a picture and a file that no client uploaded
NAMES = (
    str(SECRET), f"/tmp/gradio/../..{SECRET}", "/etc/passwd", "../../../etc/passwd", "file:///etc/passwd", f"file://{SECRET}",
    "http://127.0.0.1:1/x.png", "http://169.254.169.254/latest/meta-data", "https://example.org/x.png", "ftp://127.0.0.1/x", "\0", "~/.ssh/id_rsa",
)  # fmt: skip


@pytest.fixture(scope="module")
def http(server):
    with httpx.Client(base_url=server, timeout=120) as browser:
        yield browser


def called(http, fn_index: int, data: list) -> httpx.Response:
    """Any event, private ones too, as the page's own script calls it."""
    return http.post(
        "/gradio_api/queue/join", json={"data": data, "fn_index": fn_index, "session_hash": "abc", "event_data": None, "trigger_id": None}
    )


@pytest.mark.parametrize("name", [*NAMES, "..%2f..%2f..%2fetc/passwd", "%2fetc%2fpasswd"])
def test_no_file_is_served_but_uploads(http, name):
    if "\0" not in name:
        assert http.get(f"/gradio_api/file={name}").status_code in (403, 404)


def test_every_event_that_takes_files_refuses_what_was_not_uploaded(http):
    config = http.get("/config").json()
    kinds = {one["id"]: one["type"] for one in config["components"]}
    takes = ("audio", "image", "file", "gallery", "imageeditor", "api")
    seen = 0
    for event in config["dependencies"]:
        places = [i for i, one in enumerate(event["inputs"]) if kinds[one] in takes]
        for i in places:
            seen += 1
            for name in NAMES:
                for file in (
                    {"path": name, "meta": {"_type": "gradio.FileData"}},
                    {"path": name},
                    {"path": name, "url": name, "is_stream": False, "meta": {"_type": "gradio.FileData"}},
                ):
                    data: list = [None] * len(event["inputs"])
                    data[i] = [{"image": file, "caption": None}] if kinds[event["inputs"][i]] == "gallery" else file
                    assert called(http, event["id"], data).status_code == 403, (event["api_name"], name)
    assert seen > 20


def test_the_same_names_are_refused_by_the_short_calls_and_by_mcp(http):
    for name in NAMES:
        file = {"path": name, "meta": {"_type": "gradio.FileData"}}
        assert http.post("/gradio_api/call/decompress_picture", json={"data": [file]}).status_code == 403
        assert http.post("/gradio_api/run/decompress_picture", json={"data": [file]}).status_code == 403
    told = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "decompress_picture", "arguments": {"file": "http://127.0.0.1:1/x"}},
    }
    assert http.post("/gradio_api/mcp/", json=told).status_code == 403


def test_an_uploads_name_stays_within_its_folder(http):
    for name in ("../../../../tmp/aedemo-escaped.png", "/tmp/aedemo-escaped.png", "..\\..\\aedemo-escaped.png", "\u202eaedemo-escaped.png"):
        (path,) = http.post("/gradio_api/upload", files={"files": (name, b"x" * 9)}).json()
        assert Path(path).resolve().is_relative_to(Path(gr.utils.get_upload_folder()).resolve())
    assert not Path("/tmp/aedemo-escaped.png").exists()


def test_one_upload_has_a_limit_and_so_has_one_call(http):
    wire = client.HTTPConnection(http.base_url.host, http.base_url.port)
    wire.putrequest("POST", "/gradio_api/upload")
    wire.putheader("content-length", str(guard.LARGEST_UPLOAD + 1))
    wire.endheaders()
    assert wire.getresponse().status == 413
    assert http.post("/gradio_api/call/summarize", content=b'{"data": ["' + b"a" * guard.LARGEST_JSON + b'"]}').status_code == 413
    assert http.post("/gradio_api/upload", files={"files": ("x.bin", b"x" * 52_500_000)}).status_code == 413


@pytest.mark.parametrize(
    "path", ["deep_link?session_hash=abc", "run-history/records", "process_recording", "proxy=http://127.0.0.1/", "monitoring/summary"]
)
def test_rooms_of_gradio_that_are_not_used_are_closed(http, path):
    assert http.get(f"/gradio_api/{path}").status_code == 404
    assert http.get("/monitoring").status_code == 404


def result(http, name: str, data: list) -> str:
    event = http.post(f"/gradio_api/call/{name}", json={"data": data}).json()["event_id"]
    with http.stream("GET", f"/gradio_api/call/{name}/{event}") as lines:
        return "".join(lines.iter_text())


def test_a_failing_event_tells_one_sentence_or_nothing_and_no_trace(http):
    upload = http.post("/gradio_api/upload", files={"files": ("x.png", b"no picture")}).json()[0]
    file = {"path": upload, "meta": {"_type": "gradio.FileData"}}
    for name, data in (
        ("encode_picture", [file, "image"]), ("encode_picture", [None, "nonesuch"]), ("encode_speech", [file]), ("decompress_picture", [file]), ("parse_sentence", [{}]),
        ("decode_picture", ["x", "y"]), ("decode_latents", [[["x"]], "faces"]), ("embed_sentences", [None]), ("swap_voices", [7, 8, 9]), ("summary", [{}] * 7),
    ):  # fmt: skip
        told = result(http, name, data)
        assert "event: error" in told, (name, told)
        assert not any(word in told for word in ("Traceback", 'File \\"', ".py", str(ROOT), "site-packages", "torch")), told
        error = json.loads(told.split("data: ", 1)[1])["error"]
        assert error is None or "\n" not in error


def test_the_headers_say_where_the_page_may_be_framed_and_that_nothing_is_guessed(http, monkeypatch):
    for path in ("/", "/config", "/gradio_api/file=/etc/passwd"):
        given = http.get(path).headers
        assert given["x-content-type-options"] == "nosniff" and given["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self' https://huggingface.co" in given["content-security-policy"]
    monkeypatch.setenv("AEDEMO_FRAMES", "https://course.example.edu")
    assert b"https://course.example.edu;" in dict(guard.headers())[b"content-security-policy"]


def test_every_event_waits_in_a_queue_with_a_limit():
    """What computes, or reads what a client sent, is never run without a limit to how many at once."""
    built = page.build()
    for event in built.fns.values():
        if event.fn is not None and event.inputs and event.queue is not False:
            assert event.concurrency_limit is not None, event.name
    assert built._queue.default_concurrency_limit == 1 and built._queue.max_size == 250 and built.delete_cache == (3600, 3600)


def test_files_made_for_visitors_go_after_an_hour(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    old, new = ui.folder(), ui.folder()
    (old / "scores.csv").write_text("x")
    os.utime(old, (time.time() - 2 * ui.HOUR,) * 2)
    monkeypatch.setattr(ui, "_emptied", 0)  # looked through once a minute
    ui.folder()
    assert new.is_dir() and not old.exists()


@pytest.mark.parametrize(
    "change", [{"widths": [90000] * 4}, {"whole": 10**6}, {"side": 10**7}, {"blur": 10**9}, {"channels": 999}, {"widths": None}, {"method": {}}]
)
def test_a_model_file_that_asks_for_a_giant_or_for_nonsense_is_refused(tmp_path, change):
    folder = ROOT / "pretrained" / "anomaly" / "faces-plain"
    said = json.loads((folder / "config.json").read_text())
    said.get("config", said).update(change)
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as packed:
        packed.writestr("config.json", json.dumps(said))
        for part in ("model.safetensors", "calibration.safetensors"):
            packed.write(folder / part, part)
    with pytest.raises(ValueError, match="cannot be read|set up like this"):
        tab_own.opened_model(str(tmp_path / "model.zip"), "en")
