"""What two replicas on Ray Serve owe their callers: python deploy/check_ray.py (runs `serve run deploy/serve.yaml`; prints what it found)."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import psutil

HERE = Path(__file__).resolve().parent
URL = "http://127.0.0.1:8000"
ARTICLE = (HERE.parent / "examples" / "summary" / "en-storm.txt").read_text()


def replicas() -> list[psutil.Process]:
    """The processes that compute the verbs."""
    return [one for one in psutil.process_iter(["cmdline"]) if "ServeReplica:verbs:Verbs" in " ".join(one.info["cmdline"] or [])]


def until(true, seconds: float = 900) -> None:
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last, "it took too long"
        time.sleep(1)


def answers(path: str) -> bool:
    try:
        return httpx.get(URL + path, timeout=30).status_code == 200
    except httpx.HTTPError:
        return False


def main() -> None:
    serve = [str(Path(sys.executable).with_name("serve")), "run", "deploy/serve.yaml"]
    running = subprocess.Popen(serve, cwd=HERE.parent, env=os.environ | {"RAY_SERVE_LOG_TO_STDERR": "0"})
    try:
        until(lambda: answers("/") and answers("/verbs/docs"))
        assert "gradio" in httpx.get(URL, timeout=60).text.lower()
        with httpx.Client(base_url=URL, timeout=300) as client:
            found = client.post("/verbs/parse_sentence", json={"sentence": "The old man opened the window."}).json()
            assert found["tree"][0] == ["The", ["old", "man"]], found
            picture = {"base64": base64.b64encode((HERE.parent / "examples" / "anomaly" / "cartoon.png").read_bytes()).decode()}
            assert len(client.post("/verbs/encode_picture", json={"picture": picture}).json()) == 16
            refused = client.post("/verbs/encode_picture", json={"picture": {"path": "/etc/passwd"}})
            assert refused.status_code == 400, refused.text
        print("the page and the verbs answer; a file by name is refused:", refused.json()["detail"])

        def ask(_=None) -> tuple[int, str]:
            try:
                answer = httpx.post(f"{URL}/verbs/summarize", json={"text": ARTICLE, "beam": 16}, timeout=300)
                return answer.status_code, answer.text[:60]
            except httpx.HTTPError as problem:
                return 0, repr(problem)

        ask(), ask()  # models are loaded when first asked for
        assert len(replicas()) == 2
        answered: list[tuple[int, str]] = []
        threads = [threading.Thread(target=lambda: answered.append(ask())) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        os.kill(replicas()[0].pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
        lost = [told for told in answered if told[0] != 200]
        assert len(lost) <= 1, lost
        print(f"one of two replicas killed under 8 requests: {len(answered) - len(lost)} answered, {len(lost)} lost {lost}")
        until(lambda: len(replicas()) == 2)
        assert ask()[0] == 200
        print("Ray has started another")
    finally:
        running.send_signal(signal.SIGINT)
        running.wait()


if __name__ == "__main__":
    main()
