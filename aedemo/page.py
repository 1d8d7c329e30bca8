"""All tabs on one page."""

from __future__ import annotations

import importlib.util

import gradio as gr
from fastapi import FastAPI
from starlette.middleware import Middleware

from . import api, guard, ui
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

I18N = ui.translations(VOICE_WORDS, ANOMALY_WORDS, CODEBOOK_WORDS, SUMMARY_WORDS, GENERATE_WORDS, COMPRESS_WORDS, EMBEDDINGS_WORDS, TREES_WORDS)


def tab_of_link(request: gr.Request):
    """?tab= in the link opens that room."""
    wanted = dict(request.query_params).get("tab")
    return gr.Tabs(selected=wanted) if wanted in ("voice", "anomaly", "codebook", "summary", "generate", "compress", "embeddings", "trees") else gr.skip()


def build() -> gr.Blocks:
    api.load_for_gpu()
    with gr.Blocks(title="aedemo", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        with gr.Row():
            gr.Markdown(ui.t("lead"))
            gr.Markdown(ui.t("language"), elem_classes="ae-lang")
        with gr.Tabs() as tabs:
            with gr.Tab(ui.t("voice.tab"), id="voice"):
                voice.build(page)
            with gr.Tab(ui.t("anomaly.tab"), id="anomaly"):
                anomaly.build(page)
            with gr.Tab(ui.t("codebook.tab"), id="codebook"):
                codebook.build(page)
            with gr.Tab(ui.t("summary.tab"), id="summary"):
                summary.build(page)
            with gr.Tab(ui.t("generate.tab"), id="generate"):
                generate.build(page)
            with gr.Tab(ui.t("compress.tab"), id="compress"):
                compress.build(page)
            with gr.Tab(ui.t("embeddings.tab"), id="embeddings"):
                embeddings.build(page)
            with gr.Tab(ui.t("trees.tab"), id="trees"):
                trees.build(page)
        for event in page.fns.values():  # what a tab shows is made for eyes: programs are told of the verbs alone
            if event.api_visibility == "public":
                event.api_visibility = "undocumented"
        api.build()
        page.load(tab_of_link, None, tabs, api_visibility="private", show_progress="hidden", queue=False)
    return page.queue(max_size=100)


def _options() -> dict:
    """What the page is served with, however it is."""
    return {
        "theme": ui.THEME,
        "css": ui.CSS,
        "app_kwargs": {"middleware": [Middleware(guard.Guard, uploads=gr.utils.get_upload_folder()), Middleware(ui.LanguageOfLink)]},
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
    return page.launch(share=False, **_options(), **options)


def mounted(page: gr.Blocks) -> FastAPI:
    """The page as an ASGI app, for servers other than Gradio's own."""
    return gr.mount_gradio_app(FastAPI(), page, path="/", **_options())
