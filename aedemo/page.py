"""All tabs on one page."""

from __future__ import annotations

import gradio as gr
from starlette.middleware import Middleware

from . import ui
from .voice import tab as voice
from .voice.words import WORDS as VOICE_WORDS

I18N = ui.translations(VOICE_WORDS)


def build() -> gr.Blocks:
    with gr.Blocks(title="aedemo", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        with gr.Row():
            gr.Markdown(ui.t("lead"))
            gr.Markdown(ui.t("language"), elem_classes="ae-lang")
        with gr.Tabs():
            with gr.Tab(ui.t("voice.tab"), id="voice"):
                voice.build(page)
    return page.queue(max_size=100)


def launch(page: gr.Blocks, **options):
    return page.launch(
        theme=ui.THEME,
        css=ui.CSS,
        app_kwargs={"middleware": [Middleware(ui.LanguageOfLink)]},
        i18n=I18N,
        share=False,
        ssr_mode=False,
        max_file_size="50mb",
        footer_links=["api"],
        **options,
    )
