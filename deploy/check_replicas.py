"""What two replicas behind nginx owe their visitors: python deploy/check_replicas.py (starts deploy/replicas.sh; prints what it found).

Each visitor stays at one replica, both are used, and one that is killed in the middle of a request costs the requests it was at, alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

HERE = Path(__file__).resolve().parent
URL = "http://127.0.0.1:7860"
ARTICLE = (HERE.parent / "examples" / "summary" / "en-storm.txt").read_text()


def at(visitor: httpx.Client) -> str:
    """Which replica answers."""
    return visitor.get("/config").json()["app_id"]


def asked(visitor: httpx.Client, verb: str, *data) -> str:
    """A verb's answer as it comes over the wire."""
    event = visitor.post(f"/gradio_api/call/{verb}", json={"data": list(data)}).json()["event_id"]
    with visitor.stream("GET", f"/gradio_api/call/{verb}/{event}") as lines:
        return "".join(lines.iter_text())


def newcomer() -> httpx.Client:
    visitor = httpx.Client(base_url=URL, timeout=120)
    visitor.get("/").raise_for_status()
    return visitor


def main() -> None:
    rooms = Path(tempfile.mkdtemp())
    running = subprocess.Popen([HERE / "replicas.sh", sys.executable], env=os.environ | {"ROOMS": str(rooms)}, stdout=subprocess.PIPE, text=True)
    try:
        while "replicas: " not in (running.stdout.readline() or "replicas: "):
            pass
        visitors = [newcomer() for _ in range(12)]
        places = [at(visitor) for visitor in visitors]
        assert all(at(visitor) == place for visitor, place in zip(visitors, places, strict=True) for _ in range(5)), "a visitor was moved"
        assert len(set(places)) == 2, "one replica has all visitors"
        print(f"12 visitors, 60 requests: none was moved; {places.count(places[0])} at one replica, {12 - places.count(places[0])} at the other")
        for visitor in (visitors[0], next(v for v, place in zip(visitors, places, strict=True) if place != places[0])):
            assert "event: complete" in asked(visitor, "parse_sentence", "The storm came in the night.")
        print("both compute")

        first, second = visitors[0], next(v for v, place in zip(visitors, places, strict=True) if place != places[0])
        with httpx.Client() as direct:
            here = direct.get("http://127.0.0.1:7861/config").json()["app_id"]
        victim = int((rooms / f"{7861 if here == places[0] else 7862}.pid").read_text())
        told: dict[str, str] = {}

        def ask(name: str, visitor: httpx.Client) -> None:
            try:
                told[name] = asked(visitor, "summarize", ARTICLE * 3, "en", False, 16, 0.0, 0)
            except (httpx.HTTPError, KeyError, ValueError) as problem:
                told[name] = f"{type(problem).__name__}: {problem}"

        threads = [threading.Thread(target=ask, args=pair) for pair in (("first", first), ("second", second))]
        for thread in threads:
            thread.start()
        time.sleep(0.4)
        os.kill(victim, signal.SIGKILL)
        for thread in threads:
            thread.join()
        assert "event: complete" not in told["first"], "the request was over too soon to be killed"
        assert "event: complete" in told["second"], told["second"]
        print(f"killed in the middle: its visitor is told ({told['first'][:70]!r}), the other's request was answered")
        assert "event: complete" in asked(newcomer(), "parse_sentence", "The storm came in the night.")
        assert at(first) == places[places.index(next(place for place in places if place != places[0]))]
        assert "event: complete" in asked(first, "parse_sentence", "The storm came in the night.")
        print("after it: newcomers and the killed replica's visitor are served by the other")
    finally:
        running.terminate()
        running.wait()


if __name__ == "__main__":
    main()
