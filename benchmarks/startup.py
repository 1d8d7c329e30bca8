"""How soon the page is there and what it takes before anybody uses it: `python benchmarks/startup.py [RUNS]`

Starts `python app.py` several times, after once to warm the disk, and prints of each run the seconds until `/` first answers with 200, the
seconds of processor time until then (which do not depend on what else the machine does), and the resident memory three seconds later.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
MOST = 180.0  # seconds


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(url: str) -> bool:
    try:
        return urllib.request.urlopen(url, timeout=5).status == 200
    except (urllib.error.URLError, OSError):
        return False


def started(port: int) -> tuple[subprocess.Popen, float]:
    """The page on a port, and the seconds until it answered."""
    settings = {"GRADIO_SERVER_PORT": str(port), "GRADIO_SERVER_NAME": "127.0.0.1", "GRADIO_ANALYTICS_ENABLED": "False"}
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=os.environ | settings, stdout=subprocess.DEVNULL)
    while not answers(f"http://127.0.0.1:{port}/"):
        if process.poll() is not None or time.perf_counter() - begun > MOST:
            process.kill()
            raise SystemExit("The page did not start.")
        time.sleep(0.05)
    return process, time.perf_counter() - begun


def main(runs: int) -> None:
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before")
    for run in range(runs + 1):
        process, seconds = started(free_port())
        try:
            times = psutil.Process(process.pid).cpu_times()
            time.sleep(3)
            memory = psutil.Process(process.pid).memory_info().rss / 1e6
            note = "warming, not counted" if run == 0 else f"run {run}"
            print(f"{note}: first page after {seconds:.1f} s ({times.user + times.system:.1f} s of processor), {memory:.0f} MB")
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
