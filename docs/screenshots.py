"""Draw the pictures of the documentation, one a tab, from the running page: python docs/screenshots.py [TAB ...]"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from PIL import Image  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from aedemo import page  # noqa: E402

# what is there once a tab's first look has been computed
READY = {
    "voice": "#voice-ab a.download-link",
    "anomaly": "#anomaly-view .an-views",
    "codebook": "#codebook-card .cb-title",
    "summary": "#summary-cards .su-card",
    "generate": "#generate-mixed .ge-mixed",
    "compress": "#compress-curve svg",
    "embeddings": "#embeddings-grid .emb-matrix",
    "trees": "#trees-tree svg.tr-tree",
}

if __name__ == "__main__":
    _, url, _ = page.launch(page.build(), prevent_thread_lock=True, quiet=True, server_name="127.0.0.1")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-background-networking"])
        for tab in sys.argv[1:] or READY:
            visitor = browser.new_context(viewport={"width": 1200, "height": 1420}, color_scheme="light", locale="en-US").new_page()
            visitor.goto(f"{url}?tab={tab}")
            visitor.wait_for_selector(READY[tab], timeout=180_000)
            visitor.wait_for_timeout(3000)  # pictures fade in
            Image.open(io.BytesIO(visitor.screenshot())).save(HERE / f"{tab}.webp", quality=82, method=6)
            visitor.context.close()
        browser.close()
