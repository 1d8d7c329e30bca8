"""A lecture hall of people at once: `python benchmarks/load.py [--sessions 100] [--seconds 180] [--runs 3] [--browsers 3] [--think 10]`

Starts `python app.py` and lets sessions walk through its tabs by chance, each over gradio_client's own transport: it opens a tab when it first
comes to it, turns sliders and clicks (light), gives its own voice, picture, article or text (heavy), plays the live training for some
seconds, and rests between as long as a person who looks. What it gives is its own alone, and every answer is checked to belong to it: names,
sizes, lengths and texts that no other session has. A few real browsers open every tab meanwhile. Prints the latencies of each kind, failures,
and the server's memory during each run; exits with 1 if anything failed or was another's.
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import multiprocessing
import os
import random
import re
import shutil
import statistics
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

import httpx
import numpy as np
import psutil
import soundfile
from gradio_client import Client
from PIL import Image
from startup import free_port, started

ROOT = Path(__file__).resolve().parents[1]
STORY = (ROOT / "examples" / "summary" / "en-storm.txt").read_text(encoding="utf-8").split(". ")
VOICE = soundfile.read(ROOT / "examples" / "voice" / "en-rms.wav", dtype="float32")
PICTURE = Image.open(ROOT / "examples" / "anomaly" / "face.png").convert("RGB")
PATIENCE = 120  # seconds
NICE = 10  # of the browsers: they stand for other people's machines, and leave this one to the server
NUMBERS = "one two three four five six seven eight nine ten".split()


class Log:
    """What all sessions saw, and the server's memory meanwhile."""

    def __init__(self):
        self.took, self.failed, self.lock = defaultdict(list), [], threading.Lock()
        self.begun, self.events = time.monotonic(), []

    def note(self, kind: str, what: str, seconds: float) -> None:
        with self.lock:
            self.took[kind, what].append(seconds)
            self.events.append((round(time.monotonic() - self.begun - seconds, 2), kind, what, round(seconds, 3)))

    def fail(self, what: str) -> None:
        with self.lock:
            self.failed.append(what)
            print("FAILED", what[:300], flush=True)


class Person:
    """One session: the page's components with their values as a browser keeps them, and events on them."""

    def __init__(self, url: str, number: int, log: Log):
        self.url, self.number, self.log, self.chance = url, number, log, random.Random(number)
        # a browser waits longer than gradio_client's five seconds, and does not read its certificates anew for each request
        self.client = Client(url, verbose=False, analytics_enabled=False, ssl_verify=False, httpx_kwargs={"timeout": PATIENCE})
        self.http = httpx.Client(base_url=url, verify=False, timeout=PATIENCE)
        config = self.client.config
        self.values = {c["id"]: c["props"].get("value") for c in config["components"]}
        self.ids = {c["props"]["elem_id"]: c["id"] for c in config["components"] if c["props"].get("elem_id")}
        self.states = {c["id"] for c in config["components"] if c["type"] == "state"}
        self.events = {tuple(t): d for d in config["dependencies"] for t in d["targets"] if d["backend_fn"]}
        self.tabs = [e.removeprefix("seen-") for e in self.ids if e.startswith("seen-")]
        self.been: set[str] = set()

    def get(self, name: str):
        return self.values[self.ids[name]]

    def upload(self, data: bytes, name: str) -> dict:
        paths = self.http.post("gradio_api/upload", files={"files": (name, data)}).raise_for_status().json()
        return {"path": paths[0], "orig_name": name, "meta": {"_type": "gradio.FileData"}}

    def trigger(self, name: str, event: str, kind: str, event_data=None, patience: float | None = None, **values) -> None:
        """What happens on a component; `patience`: seconds after which it is cancelled."""
        self.values |= {self.ids[key.replace("_", "-")]: value for key, value in values.items()}
        dependency = self.events[self.ids[name], event]
        data = [None if i in self.states else self.values[i] for i in dependency["inputs"]]
        endpoint = self.client.endpoints[dependency["id"]]
        helper = self.client.new_helper(dependency["id"])
        helper.prediction_processor = lambda *outputs: self.shown(dependency, outputs)  # of what comes in several parts, each
        begun = time.perf_counter()
        if patience:
            threading.Timer(patience, self.give_up, (endpoint, helper)).start()
        try:
            outputs = endpoint.make_predict(helper)(*data, event_data=event_data)
        except Exception:
            if patience and helper.should_cancel:
                return
            raise
        self.log.note(kind, f"{name} {event}", time.perf_counter() - begun)
        self.shown(dependency, outputs)

    def shown(self, dependency: dict, outputs) -> None:
        for i, output in zip(dependency["outputs"], outputs, strict=True):
            if not (isinstance(output, dict) and output.get("__type__") == "update"):
                self.values[i] = output
            elif "value" in output:
                self.values[i] = output["value"]

    def give_up(self, endpoint, helper) -> None:
        with helper.lock:
            helper.should_cancel = True
        endpoint.make_cancel(helper)()

    def open(self, tab: str) -> None:
        if tab not in self.been:
            self.been.add(tab)
            self.trigger(f"seen-{tab}", "change", "open")

    def mine(self, right: bool, what: str) -> None:
        if not right:
            self.log.fail(f"session {self.number} was shown another's {what}")


def wav(person: Person) -> tuple[bytes, float]:
    """A piece of a clip that is as long as no other session's."""
    wave, rate = VOICE
    count = int(rate * (0.8 + 0.006 * person.number))
    file = io.BytesIO()
    soundfile.write(file, wave[:count], rate, format="WAV")
    return file.getvalue(), count / rate


def png(person: Person, width: int = 96, height: int = 96) -> bytes:
    file = io.BytesIO()
    PICTURE.resize((width, height)).rotate(3.6 * person.number).save(file, "PNG")
    return file.getvalue()


def seconds_of(person: Person, audio: dict) -> float:
    found = person.http.get(f"gradio_api/file={audio['path']}").raise_for_status()
    return soundfile.info(io.BytesIO(found.content)).duration


def voice_swap(p: Person) -> None:
    data, length = wav(p)
    p.trigger("voice-go", "click", "heavy", voice_a=p.upload(data, "a.wav"), voice_b=p.upload(data, "b.wav"))
    p.mine(abs(seconds_of(p, p.get("voice-aa")) - length) < 0.04, "voice")


def voice_morph(p: Person) -> None:
    p.trigger("voice-morph", "release", "light", voice_morph=p.chance.choice([0, 0.5, 1, 1.5]))


def anomaly_inspect(p: Person) -> None:
    name = f"picture-{p.number:03d}.png"
    file = {"image": p.upload(png(p), name), "caption": None}
    p.trigger("anomaly-go", "click", "heavy", anomaly_files=[file])
    p.mine(f"<b>{name}</b>" in p.get("anomaly-view"), "picture")
    p.own = name


def anomaly_threshold(p: Person) -> None:
    limit = round(p.chance.uniform(0, 4), 2)
    p.trigger("anomaly-threshold", "release", "light", anomaly_threshold=limit)
    p.mine(f"{limit:.2f}" in p.get("anomaly-view") and getattr(p, "own", "") in p.get("anomaly-view"), "threshold")


def anomaly_cell(p: Person) -> None:
    p.trigger("anomaly-row", "release", "light", anomaly_row=p.chance.randrange(70))


def codebook_click(p: Person) -> None:
    code = p.chance.randrange(64)
    p.trigger("codebook-map", "select", "light", {"index": code})
    p.mine(p.get("codebook-card")["code"] == code, "code")


def codebook_paint(p: Person) -> None:
    cell = p.chance.randrange(256)
    before = p.get("codebook-cells")["codes"]
    p.trigger("codebook-cells", "select", "light", {"cells": [cell]}, codebook_tool="paint")
    changed = np.flatnonzero(np.array(before) != np.array(p.get("codebook-cells")["codes"]))
    p.mine(set(changed) <= {cell}, "painted codes")


def codebook_encode(p: Person) -> None:
    given = {"background": p.upload(png(p, 64, 64), f"{p.number}.png"), "layers": [], "composite": None}
    p.trigger("codebook-encode-image", "click", "heavy", codebook_picture=given | {"composite": given["background"]})


def summary_write(p: Person) -> None:
    tens, ones = divmod(p.number, 10)
    text = f"{'. '.join(STORY[:6])}. It was storm number {NUMBERS[tens % 10]} {NUMBERS[ones]}, told by witness {p.number}."
    p.trigger("summary-go", "click", "heavy", summary_article=text)
    link = re.search(r"base64,([\w+/=]+)", p.get("summary-cards"))[1]
    p.mine(json.loads(base64.b64decode(link))["article"] == text, "article")


def summary_judge(p: Person) -> None:
    p.trigger("summary-judge", "click", "light", summary_own=f"storm {p.number} hits coast")
    p.mine("storm" in p.get("summary-verdict"), "headline")


def generate_draw(p: Person) -> None:
    p.trigger("generate-temperature", "release", "light", generate_temperature=round(p.chance.uniform(0.3, 1.5), 1))


def generate_turn(p: Person) -> None:
    key = f"generate-axis-{p.chance.randrange(8)}"
    p.trigger(key, "release", "light", **{key.replace("-", "_"): round(p.chance.uniform(-3, 3), 2)})


def generate_play(p: Person) -> None:
    p.trigger("generate-play", "click", "live", patience=p.chance.uniform(5, 25))


def compress_own(p: Person) -> None:
    width = 96 + p.number
    p.trigger("compress-image", "input", "heavy", compress_image=p.upload(png(p, width, 80), f"{p.number}.png"))
    p.mine(f"(80, {width}, 3)" in p.get("compress-how-told"), "file")
    p.width = width


def compress_quality(p: Person) -> None:
    p.trigger("compress-quality", "release", "light", compress_quality=p.chance.randrange(1, 7))
    if hasattr(p, "width"):
        p.mine(f"(80, {p.width}, 3)" in p.get("compress-how-told"), "file")


def embeddings_stage(p: Person) -> None:
    stage = p.chance.randrange(3)
    p.trigger("embeddings-stage", "input", "light", embeddings_stage=stage)
    p.mine(f'data-stage="{("untrained", "half", "trained")[stage]}"' in p.get("embeddings-grid"), "stage")


def embeddings_find(p: Person) -> None:
    p.open("find")
    index = p.chance.randrange(48)
    p.trigger("embeddings-shelf", "select", "light", {"index": index})
    p.mine(f'data-at="{index}"' in p.get("embeddings-found"), "choice")


def embeddings_next(p: Person) -> None:
    p.open("sentences")
    text = f"The king of town {p.number} is dead. The people weep for him. A new king will be crowned. They had {p.number} sheep."
    p.trigger("embeddings-go", "click", "heavy", embeddings_text=text)
    p.mine(f"town {p.number} is dead" in p.get("embeddings-thoughts"), "text")


def trees_parse(p: Person) -> None:
    text = f"the king of the old town slept for {p.number} days"
    p.trigger("trees-go", "click", "heavy", trees_text=text)
    p.mine(f"({p.number} days)" in p.get("trees-brackets"), "sentence")


WALKS = {  # of each tab: light, which are often, and heavy
    "voice": ([voice_morph], [voice_swap]),
    "anomaly": ([anomaly_threshold, anomaly_cell], [anomaly_inspect]),
    "codebook": ([codebook_click, codebook_click, codebook_paint], [codebook_encode]),
    "summary": ([summary_judge], [summary_write]),
    "generate": ([generate_draw, generate_turn, generate_turn], [generate_play]),
    "compress": ([compress_quality], [compress_own]),
    "embeddings": ([embeddings_stage, embeddings_find], [embeddings_next]),
    "trees": ([], [trees_parse]),
}


def walk(person: Person, until: float, think: float) -> None:
    """Through all tabs in an order of one's own, again and again."""
    what, number, log = "its first page", person.number, person.log
    try:
        time.sleep(person.chance.uniform(0, think))
        begun = time.perf_counter()
        person.http.get("").raise_for_status()
        log.note("open", "the page itself", time.perf_counter() - begun)
        while True:
            for tab in person.chance.sample(list(WALKS), len(WALKS)):
                light, heavy = WALKS[tab]
                light = light or heavy
                chosen = [*(person.chance.choice(light) for _ in range(2)), person.chance.choice(heavy if person.chance.random() < 0.5 else light)]
                person.chance.shuffle(chosen)
                for act in (lambda p, tab=tab: p.open(tab), *chosen):
                    if time.monotonic() > until:
                        return
                    what = getattr(act, "__name__", tab)
                    act(person)
                    time.sleep(person.chance.uniform(0.5, 1.5) * think)
    except Exception as problem:
        log.fail(f"session {number}, {what if what != '<lambda>' else 'opening'}: {type(problem).__name__}: {problem}")


class Told:
    """A Log in another process."""

    def __init__(self, queue):
        self.queue = queue

    def note(self, *what) -> None:
        self.queue.put(("note", what))

    def fail(self, *what) -> None:
        self.queue.put(("fail", what))


def browse(url: str, number: int, log: Told, seconds: float) -> None:
    """A real browser that opens every tab."""
    from playwright.sync_api import sync_playwright

    os.nice(NICE)
    until = time.monotonic() + seconds
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        print("no Chromium here: no browsers")
        return
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-background-networking"])
            page = browser.new_page()
            page.set_default_timeout(120_000)
            page.on("pageerror", lambda problem: log.fail(f"browser {number}: {problem}"))
            while time.monotonic() < until:
                begun = time.perf_counter()
                page.goto(url)
                page.get_by_role("tab").first.wait_for()
                log.note("browser", "page", time.perf_counter() - begun)
                for at in range(len(WALKS)):
                    if time.monotonic() > until:
                        break
                    begun = time.perf_counter()
                    page.get_by_role("tab").nth(at).click()
                    page.wait_for_timeout(300)
                    page.wait_for_function("!document.querySelector('.progress-text')")
                    log.note("browser", "tab", time.perf_counter() - begun)
                    if page.locator(".toast-wrap .error").count():
                        log.fail(f"browser {number}: {page.locator('.toast-wrap .error').first.inner_text()}")
                    page.wait_for_timeout(4000)
            browser.close()
    except Exception as problem:
        log.fail(f"browser {number}: {type(problem).__name__}: {problem}")


def share(values: list[float], part: float) -> float:
    return float(np.quantile(values, part)) if values else float("nan")


def run(url: str, server: psutil.Process, given) -> Log:
    log = Log()
    persons = [Person(url, i, log) for i in range(given.sessions)]  # what gradio_client computes to know the page is not the server's work
    until = time.monotonic() + given.seconds
    people = [threading.Thread(target=walk, args=(person, until, given.think), daemon=True) for person in persons]
    apart = multiprocessing.get_context("spawn")
    queue = apart.Queue()
    people += [apart.Process(target=browse, args=(url, i, Told(queue), given.seconds), daemon=True) for i in range(given.browsers)]
    before, spent = sum(server.cpu_times()[:2]), time.monotonic()
    for one in people:
        one.start()
    memory = []
    while any(one.is_alive() for one in people) and time.monotonic() < until + 300:
        memory.append(server.memory_info().rss / 1e6)
        while not queue.empty():
            kind, what = queue.get()
            getattr(log, kind)(*what)
        time.sleep(1)
    if any(one.is_alive() for one in people):
        log.fail(f"{sum(one.is_alive() for one in people)} sessions still wait, 5 minutes after the end")
    spent = time.monotonic() - spent
    if given.events:
        with given.events.open("a", newline="") as file:
            csv.writer(file).writerows(sorted(log.events))
    kinds = defaultdict(list)
    for (kind, what), took in sorted(log.took.items()):
        kinds[kind] += took
        if given.verbose:
            print(f"  {kind:7} {what:34} {len(took):5} times, median {statistics.median(took):6.2f} s, p95 {share(took, 0.95):6.2f} s")
    for kind, took in kinds.items():
        print(f"{kind:7} {len(took):5} times, median {statistics.median(took):.2f} s, p95 {share(took, 0.95):.2f} s, most {max(took):.2f} s")
    print(
        f"{len(log.failed)} failed or another's; memory {memory[0]:.0f} MB at first, at most {max(memory):.0f}, {memory[-1]:.0f} at last; "
        f"the server computed {sum(server.cpu_times()[:2]) - before:.0f} s in {spent:.0f} s",
        flush=True,
    )
    return log


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("sessions", 100), ("seconds", 180), ("runs", 1), ("browsers", 3), ("think", 10)):
        told.add_argument(f"--{name}", type=int, default=usual)
    told.add_argument("--url", help="of a page that runs already, with --pid")
    told.add_argument("--pid", type=int)
    told.add_argument("--verbose", action="store_true")
    told.add_argument("--events", type=Path, help="a CSV file for all that was done: when (s), kind, what, seconds")
    given = told.parse_args()
    port, process = free_port(), None
    if not given.url:
        process, seconds = started(port)
        print(f"first page after {seconds:.1f} s")
    url = given.url or f"http://127.0.0.1:{port}/"
    try:
        print(
            f"{given.sessions} sessions and {given.browsers} browsers for {given.seconds} s, about {given.think} s between actions; {psutil.cpu_count()} cores, load {psutil.getloadavg()[0]:.1f} before"
        )
        failed = sum(len(run(url, psutil.Process(given.pid or process.pid), given).failed) for _ in range(given.runs))
    finally:
        if process:
            process.terminate()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
