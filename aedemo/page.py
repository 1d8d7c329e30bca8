"""All tabs on one page."""

from __future__ import annotations

import ctypes
import json
import os
from pathlib import Path

import gradio as gr
import torch
from starlette.middleware import Middleware

from . import lecture, ui, words
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
}
TABLES = {
    "voice": VOICE_WORDS,
    "anomaly": ANOMALY_WORDS,
    "codebook": CODEBOOK_WORDS,
    "summary": SUMMARY_WORDS,
    "generate": GENERATE_WORDS,
    "compress": COMPRESS_WORDS,
    "embeddings": EMBEDDINGS_WORDS,
}
I18N = ui.translations(*TABLES.values(), lecture.WORDS)
STEPS = tuple(step for step in lecture.STEPS if step.tab in TABS)


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
    with gr.Blocks(title="aedemo", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        with gr.Row(elem_classes="ae-top"):
            gr.Markdown(ui.t("lead"))
            gr.Markdown(ui.t("language"), elem_classes="ae-lang")
        rooms = {name: ui.Room(name, tuple(TABS)) for name in TABS}
        with gr.Tabs() as tabs:
            for name, module in TABS.items():
                with gr.Tab(ui.t(f"{name}.tab"), id=name) as tab:
                    module.build(rooms[name].within(tab))
        page.load(tab_of_link, None, tabs, api_visibility="private", show_progress="hidden", queue=False)
    return page.queue(max_size=250)


def give_memory_back() -> None:
    """Let glibc keep two pools of freed memory for all threads, not eight a core, and return large pieces at once."""
    try:
        libc = ctypes.CDLL("libc.so.6")
        libc.mallopt(-8, 2)  # M_ARENA_MAX
        libc.mallopt(-3, 1 << 18)  # M_MMAP_THRESHOLD, which otherwise grows with what is freed
    except (OSError, AttributeError):
        pass  # another C library


def launch(page: gr.Blocks, **options):
    give_memory_back()
    # one core stays free for those who only turn a slider; on two, small networks are faster on one thread anyway
    torch.set_num_threads(min(torch.get_num_threads(), max(1, (os.cpu_count() or 2) - 1)))
    return page.launch(
        theme=ui.THEME,
        css=ui.CSS,
        head=presenter(),
        app_kwargs={"middleware": [Middleware(ui.LanguageOfLink)]},
        i18n=I18N,
        share=False,
        ssr_mode=False,
        state_session_capacity=120,  # visitors that are remembered: the memory of all their sessions is bounded
        max_file_size="50mb",
        footer_links=["api"],
        **options,
    )
