"""Draw the pictures of the documentation from the running page: python docs/screenshots.py"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from playwright.sync_api import sync_playwright  # noqa: E402

from aedemo import page  # noqa: E402

if __name__ == "__main__":
    _, url, _ = page.launch(page.build(), prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        visitor = browser.new_context(viewport={"width": 1200, "height": 1420}, color_scheme="light", locale="en-US").new_page()
        visitor.goto(url)
        visitor.wait_for_function(
            "document.querySelectorAll('.ae-code').length === 4 && document.querySelector('#voice-ab a.download-link')", timeout=120_000
        )
        visitor.wait_for_timeout(3000)
        visitor.screenshot(path=Path(__file__).parent / "voice.png")
        browser.close()
