from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import soundfile
import torch

torch.set_num_threads(2)
ROOT = Path(__file__).resolve().parents[1]
CLIPS = ROOT / "examples" / "voice"


def pytest_addoption(parser):
    parser.addoption("--data", default="", metavar="DIR", help="data of tests/embeddings/test_figures.py")
    parser.addoption("--fuzz", type=int, default=0, metavar="N", help="cases a verb of tests/test_fuzz.py (usually about a dozen)")


@pytest.fixture(scope="session")
def man():
    return soundfile.read(CLIPS / "en-rms.wav", dtype="float32")


@pytest.fixture(scope="session")
def woman():
    return soundfile.read(CLIPS / "en-slt.wav", dtype="float32")


@pytest.fixture(scope="session")
def server():
    """The real page on a free port, for browsers and clients."""
    from aedemo import page

    demo = page.build()
    _, url, _ = page.launch(
        demo, prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", server_port=int(os.environ.get("AEDEMO_TEST_PORT", 7979))
    )
    yield url
    demo.close()


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium, with the example clip as its microphone."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    options += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={CLIPS / 'en-rms.wav'}"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=options)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium):
    """A fresh visitor."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, permissions=["microphone"], locale="en-US")
    visitor = context.new_page()
    visitor.set_default_timeout(45_000)
    yield visitor
    context.close()


@pytest.fixture(params=(390, 1920))
def screen(request, chromium):
    """A visitor with a phone, and one at a projector: whatever is opened, nothing may stick out of the window in the end."""
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="en-US")
    visitor = context.new_page()
    visitor.set_default_timeout(45_000)
    yield visitor
    assert visitor.evaluate("document.documentElement.scrollWidth") <= request.param
    context.close()
