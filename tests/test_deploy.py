"""What the page promises of where it runs: ZeroGPU (with a stand-in for `spaces`), the Space's front matter, replicas behind nginx."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import time

import httpx
import pytest
import yaml

from aedemo import device
from tests.conftest import ROOT

FRONT = yaml.safe_load((ROOT / "README.md").read_text().split("---")[1])

# a stand-in for the package that a Space has: it notes what is decorated, and when that is called
SPACES = """
import functools
DECORATED, CALLED = {}, []
def GPU(function=None, duration=60):
    def decorated(f):
        DECORATED[f"{f.__module__}.{f.__qualname__}"] = duration
        @functools.wraps(f)
        def lent(*given, **named):
            CALLED.append(f.__qualname__)
            return f(*given, **named)
        return lent
    return decorated(function) if function else decorated
"""

# on a machine without CUDA the first CPU stands for the GPU: "cpu:0" is another device than "cpu" to whoever compares names
ZERO = """
import json, pickle
import torch
from aedemo import device
device.LENT = "cpu:0"
loaded = []
def loading(kind, place, on=None):
    model = usual(kind, place, on)
    loaded.append((str(place), str(device.choose(on))))
    return model
from aedemo import pretrained
usual, pretrained.load_folder = pretrained.load_folder, loading
from aedemo import api, ui, voice
api.load_for_gpu()
at_start, n = list(loaded), len(loaded)
import spaces
from aedemo.voice import tab
shown = tab.computed(tab.read(str(tab.EXAMPLES_FOLDER / "en-slt.wav"), "A"), tab.read(str(tab.EXAMPLES_FOLDER / "en-rms.wav"), "B"), "adversarial", "neural")
def tensors(value):
    if isinstance(value, torch.Tensor):
        return 1
    if isinstance(value, dict):
        return sum(map(tensors, value.values()))
    return sum(map(tensors, value)) if isinstance(value, (list, tuple)) else 0
pickle.dumps(shown)
with device.lent():
    inside = [id(voice.load()), str(device.choose())]
n_inside = len(loaded)
outside = [id(voice.load()), str(device.choose())]
from aedemo.anomaly import tab as a; from aedemo.codebook import tab as c; from aedemo.compress import tab as d; from aedemo.embeddings import tab as e
from aedemo.generate import tab as g; from aedemo.summary import tab as s
print("RESULT" + json.dumps({"at_start": at_start, "later": loaded[n:n_inside], "decorated": spaces.DECORATED, "called": spaces.CALLED, "tensors": tensors(list(shown)), "outside": outside, "inside": inside}))
"""


def test_on_zero_gpu_models_are_there_before_the_gpu_and_functions_borrow_it_for_a_bounded_time(tmp_path):
    (tmp_path / "spaces.py").write_text(SPACES)
    environment = {"SPACES_ZERO_GPU": "1", "PYTHONPATH": f"{tmp_path}:{ROOT}", "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "2", "HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", ZERO], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "RESULT" in ran.stdout, ran.stderr
    told = json.loads(ran.stdout.split("RESULT")[1])
    for demo in ("voice", "vocoder", "anomaly", "codebook", "summary", "generate", "compress", "embeddings"):
        assert any(f"/{demo}/" in place for place, _ in told["at_start"]), f"{demo} is loaded only once a GPU is lent, and lost again"
    # the others' are prepared on the CPU first (`tests/test_gpu.py` sees that they end on the GPU)
    assert {on for place, on in told["at_start"] if re.search("/(voice|summary|generate)/", place)} == {"cpu:0"}
    assert told["later"] == [], "a model was loaded anew while a GPU was lent"
    assert told["inside"][0] != told["outside"][0] and (told["inside"][1], told["outside"][1]) == ("cpu:0", "cpu")
    assert "computed" in told["called"] and told["tensors"] == 0, "what comes back lies on no device"
    assert all(5 <= seconds <= 60 for seconds in told["decorated"].values())
    for demo in ("voice", "anomaly", "codebook", "summary", "generate", "compress", "embeddings"):
        assert any(name.startswith(f"aedemo.{demo}.tab") for name in told["decorated"]), demo
    assert sum(name.startswith("aedemo.api.") for name in told["decorated"]) == 19


def test_elsewhere_nothing_is_lent(monkeypatch):
    monkeypatch.delenv("SPACES_ZERO_GPU", raising=False)
    monkeypatch.setattr(device, "LENT", "cpu:0")
    with device.lent():
        assert str(device.choose()) != "cpu:0"


def test_the_spaces_front_matter_is_complete():
    assert {"title", "emoji", "sdk", "sdk_version", "python_version", "app_file", "license", "models", "tags", "suggested_hardware"} <= set(FRONT)
    assert len(FRONT["short_description"]) <= 60 and re.fullmatch(r"3\.\d+", FRONT["python_version"]) and FRONT["suggested_hardware"] == "cpu-basic"


def test_the_image_leaves_out_nothing_that_the_page_reads():
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert not {"aedemo", "examples", "pretrained", "app.py", "requirements.txt", "README.md"} & set(left_out)
    said = (ROOT / "Dockerfile").read_text()
    assert "\nUSER " in said and "\nHEALTHCHECK " in said


@pytest.fixture
def proxied(tmp_path):
    """deploy/nginx.conf before two small servers that say which one answers."""
    if not shutil.which("nginx"):
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")

    def replica(name: str) -> http.server.ThreadingHTTPServer:
        class Says(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("content-length", "1")
                self.end_headers()
                self.wfile.write(name.encode())

            def log_message(self, *_):
                pass

        made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Says)
        threading.Thread(target=made.serve_forever, daemon=True).start()
        return made

    replicas = [replica("a"), replica("b")]
    door = replica("x")
    port = door.server_address[1]
    door.shutdown()
    door.server_close()  # its port is free again
    text = (ROOT / "deploy" / "nginx.conf").read_text().replace("/tmp/", f"{tmp_path}/")
    for was, now in ((7860, port), (7861, replicas[0].server_address[1]), (7862, replicas[1].server_address[1])):
        text = text.replace(f"127.0.0.1:{was}", f"127.0.0.1:{now}")
    (tmp_path / "nginx.conf").write_text(text)
    running = subprocess.Popen(["nginx", "-c", tmp_path / "nginx.conf", "-p", tmp_path, "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
            break
        except httpx.HTTPError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}", replicas
    running.terminate()
    running.wait()
    for one in replicas:
        one.shutdown()


def test_behind_nginx_each_visitor_stays_at_one_replica_and_moves_only_when_it_is_gone(proxied):
    url, replicas = proxied
    visitors = [httpx.Client(base_url=url) for _ in range(16)]
    first = [visitor.get("/").text for visitor in visitors]
    assert set(first) == {"a", "b"}
    for visitor, place in zip(visitors, first, strict=True):
        assert {visitor.get(path).text for path in ("/", "/config", "/gradio_api/queue/data")} == {place}
    assert len({httpx.get(f"{url}/config").text for _ in range(6)}) == 1, "a program without cookies is moved about"
    gone = 0 if first[0] == "a" else 1
    replicas[gone].shutdown()
    replicas[gone].server_close()
    assert visitors[0].get("/").text == "ab"[1 - gone]
