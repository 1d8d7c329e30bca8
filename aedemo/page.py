"""All tabs on one page."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
from pathlib import Path

import gradio as gr
import torch
from fastapi import FastAPI
from starlette.middleware import Middleware

from . import api, front, guard, lecture, sessions, ui, words
from .anomaly import tab as anomaly
from .anomaly.words import WORDS as ANOMALY_WORDS
from .codebook import tab as codebook
from .codebook.words import WORDS as CODEBOOK_WORDS
from .compress import tab as compress
from .compress.words import WORDS as COMPRESS_WORDS
from .embeddings import tab as embeddings
from .embeddings.words import WORDS as EMBEDDINGS_WORDS
from .generate import tab as generate
from .generate.words import WORDS as GENERATE_WORDS
from .summary import tab as summary
from .summary.words import WORDS as SUMMARY_WORDS
from .trees import tab as trees
from .trees.words import WORDS as TREES_WORDS
from .voice import tab as voice
from .voice.words import WORDS as VOICE_WORDS

TABS = {
    "voice": voice,
    "anomaly": anomaly,
    "codebook": codebook,
    "summary": summary,
    "generate": generate,
    "compress": compress,
    "embeddings": embeddings,
    "trees": trees,
}
TABLES = {
    "voice": VOICE_WORDS,
    "anomaly": ANOMALY_WORDS,
    "codebook": CODEBOOK_WORDS,
    "summary": SUMMARY_WORDS,
    "generate": GENERATE_WORDS,
    "compress": COMPRESS_WORDS,
    "embeddings": EMBEDDINGS_WORDS,
    "trees": TREES_WORDS,
}
I18N = ui.translations(*TABLES.values(), lecture.WORDS)
REMEMBERED = 120  # visitors: the memory of all their sessions is bounded
# Gradio sums up all events that ever were, after each one that fails: for a monitoring page that is off here (`_options`)
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(10**9))
os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1")
STEPS = lecture.STEPS


def presenter() -> str:
    """present.js with the steps of the lecture, and the words of its bar."""
    steps = [
        {
            "tab": step.tab,
            "look": step.look,
            **{
                spoken: {
                    "name": words.say(TABLES[step.tab], f"{step.tab}.tab", spoken),
                    "shown": step.shown[i],
                    "question": step.question[i],
                    "link": step.query(number, spoken),
                }
                for i, spoken in enumerate(words.LANGUAGES)
            },
        }
        for number, step in enumerate(STEPS, 1)
    ]
    said = {spoken: {key.split(".")[1]: both[i] for key, both in lecture.WORDS.items()} for i, spoken in enumerate(words.LANGUAGES)}
    script = (Path(__file__).parent / "present.js").read_text()
    return f"<script>{script.replace('STEPS', json.dumps(steps), 1).replace('SAID', json.dumps(said), 1)}</script>"


def tab_of_link(request: gr.Request):
    """?tab= in the link opens that room."""
    wanted = dict(request.query_params).get("tab")
    return gr.Tabs(selected=wanted) if wanted in TABS else gr.skip()


def build() -> gr.Blocks:
    api.load_for_gpu()
    with gr.Blocks(title="aedemo", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        with gr.Row(elem_classes="ae-top"):
            gr.Markdown(ui.t("lead"))
            gr.Markdown(ui.t("language"), elem_classes="ae-lang")
        rooms = {name: ui.Room(name, tuple(TABS)) for name in TABS}
        with gr.Tabs() as tabs:
            for name, module in TABS.items():
                with gr.Tab(ui.t(f"{name}.tab"), id=name) as tab:
                    module.build(rooms[name].within(tab))
        for event in page.fns.values():  # what a tab shows is made for eyes: programs are told of the verbs alone
            if event.api_visibility == "public":
                event.api_visibility = "undocumented"
        api.build()
        page.load(tab_of_link, None, tabs, api_visibility="private", show_progress="hidden", queue=False)
    return page.queue(max_size=250)


def _prepare() -> None:
    """The process for a hall of people."""
    sessions.lighten()
    # one core stays free for those who only turn a slider; on two, small networks are faster on one thread anyway
    torch.set_num_threads(min(torch.get_num_threads(), max(1, (os.cpu_count() or 2) - 1)))
    try:  # glibc keeps two pools of freed memory for all threads, not eight a core, and returns large pieces at once
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-8, 2)  # M_ARENA_MAX
        libc.mallopt(-3, 1 << 18)  # M_MMAP_THRESHOLD, which otherwise grows with what is freed
    except (OSError, AttributeError):
        pass  # another C library


def _options() -> dict:
    """What the page is served with, however it is."""
    return {
        "theme": ui.THEME,
        "css": ui.CSS,
        "head": presenter(),
        "app_kwargs": {"middleware": [Middleware(guard.Guard, uploads=gr.utils.get_upload_folder()), Middleware(front.Front)]},
        "i18n": I18N,
        "mcp_server": importlib.util.find_spec("mcp") is not None,
        "ssr_mode": False,
        "show_error": False,
        "max_file_size": "50mb",
        "run_history": False,  # on a computer of a lecture hall nobody's voice stays in the browser
        "enable_monitoring": False,
        "footer_links": ["api"],
    }


def launch(page: gr.Blocks, **options):
    _prepare()
    return page.launch(share=False, state_session_capacity=REMEMBERED, **_options(), **options)


def mounted(page: gr.Blocks) -> FastAPI:
    """The page as an ASGI app, for servers other than Gradio's own."""
    _prepare()
    page.state_session_capacity = REMEMBERED
    return gr.mount_gradio_app(FastAPI(), page, path="/", **_options())
