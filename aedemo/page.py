"""All tabs on one page."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
from pathlib import Path

import gradio as gr
import torch
from fastapi import FastAPI
from starlette.middleware import Middleware

from . import api, front, guard, hall, lecture, memory, ui, words
from .anomaly import tab as anomaly
from .codebook import tab as codebook
from .compress import tab as compress
from .embeddings import tab as embeddings
from .generate import tab as generate
from .summary import tab as summary
from .trees import tab as trees
from .voice import tab as voice

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
TABLES = {name: importlib.import_module(f"{__package__}.{name}.words").WORDS for name in TABS}
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
    hall.mend()
    # one core stays free for those who only turn a slider; on two, small networks are faster on one thread anyway
    torch.set_num_threads(min(torch.get_num_threads(), max(1, (os.cpu_count() or 2) - 1)))
    memory.for_many_threads()


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
