"""The summary tab: an article in; its summary, its cipher and its first words side by side, and what three networks say."""

from __future__ import annotations

import html
import json
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np

from .. import plots, pretrained, threads, ui, words
from . import inference
from .words import WORDS

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "examples" / "summary"
STORIES = ["en-storm", "en-olympics", "en-doping", "zh-storm", "zh-olympics", "zh-doping"]
LABELS = ["A storm", "An Olympic invitation", "A drug test", "一场风暴", "奥运邀请", "兴奋剂检测"]
MISTAKES = ["en-mistake-who", "en-mistake-not", "zh-mistake-who", "zh-mistake-not"]
LANGUAGES = ("auto", "en", "zh")
PLAIN = ("auto", 100, 0.0, 8, 0.0)  # the settings: language, per cent of the usual length, temperature, beam, novelty
TOGETHER = {"concurrency_id": "summaries", "concurrency_limit": 8}  # those who wait for a summary get it at once


def story(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").strip()


def length_of(model, per_cent: float) -> int:
    """The slider's per cent of the usual length, in words (of Chinese, characters)."""
    return int(np.clip(round(model.usual * per_cent / 100), 1, model.generator.config.lengths))


@threads.together(8)
def written(texts: list[str], lang: str, regularized: bool, **options) -> list[inference.Summary]:
    return inference.load(lang, regularized).summarize(texts, **options)


@ui.gpu(duration=30)
def computed(text: str, lang: str, per_cent: float, temperature: float, beam: int, novelty: float, by_sentence: bool, seed: int = 0) -> dict:
    """All that the page shows of an article."""
    if not isinstance(text, str) or not text.strip():
        raise ValueError("There is no text to summarise: paste an article.")
    lang = inference.language(text) if lang == "auto" else lang
    models = {kind: inference.load(lang, kind == "gan") for kind in ("gan", "plain")}
    length = None if per_cent == 100 else length_of(models["gan"], per_cent)
    options = {"length": length, "beam": int(beam), "temperature": float(temperature), "seed": seed, "novelty": float(novelty)}
    shown = {kind: written(text, lang=lang, regularized=kind == "gan", **options) for kind in models}
    # three ways to fill the same room: the article's first words are judged like any other summary
    shown["lead"] = models["gan"].judge(text, models["gan"].lead(text, len(shown["gan"].words)))
    each = models["gan"].summarize_sentences(text, **options) if by_sentence else []
    reward = models["gan"].reward(text, len(shown["gan"].words), 0)
    return {"lang": lang, "text": text, "seed": seed, "sentences": each, "reward": reward, **shown}


def colour(realism: float) -> str:
    """From red (people never write so) by nothing to blue (they do)."""
    red, strength = realism < 0.5, abs(realism - 0.5) * 1.1
    return f"rgba({'214,60,40' if red else '47,111,237'},{strength:.2f})"


def coloured(summary, language: str) -> str:
    """A summary's words, each on the colour of its realism."""
    say = partial(words.say, WORDS, language=language)
    spaced, out = inference.join([w.text for w in summary.words]), []
    at = 0
    for word in summary.words:
        found = spaced.find(word.text, at)
        before = spaced[at:found] if found >= 0 else " "
        at = found + len(word.text) if found >= 0 else at
        hint = f"{say('summary.realism')}: {100 * word.realism:.0f}%"
        out.append(f'{before}<span style="background:{colour(word.realism)}" title="{hint}">{html.escape(word.text)}</span>')
    return f'<p class="su-summary">{"".join(out)}</p>'


def rebuilt(summary) -> str:
    """The rebuilt article; words that the article has are marked."""
    pieces, line, at = [], summary.reconstruction, 0
    for word, right in summary.rebuilt:
        found = line.find(word, at)
        pieces += [html.escape(line[at:found]), f"<mark>{html.escape(word)}</mark>" if right else html.escape(word)]
        at = found + len(word)
    return "".join(pieces)


def card(kind: str, summary, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    title = {"gan": "readable", "plain": "cipher", "lead": "first"}[kind]
    bar = plots.bars([(say("summary.realism"), summary.realism, plots.A_COLOUR)])
    told = say("summary.told").format(summary.told, 100 * summary.recalled)
    return (
        f'<section class="su-card" data-kind="{kind}"><h4>{say(f"summary.{title}")}</h4>{coloured(summary, language)}{bar}'
        f'<p class="ae-caption">{say("summary.rebuilt")}</p><p class="su-rebuilt">{rebuilt(summary)}</p><p class="ae-caption">{told}</p></section>'
    )


def cards(result: dict, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    read = say("summary.read").format(len(result["gan"].article))
    left = result["gan"].left_out
    read += say("summary.cut").format(f"{left:,}") if left else say("summary.whole")
    inner = "".join(card(kind, result[kind], language) for kind in ("gan", "plain", "lead"))
    each = "".join(f"<li>{coloured(s, language)}</li>" for s in result["sentences"])
    each = f'<section class="su-sentences"><h4>{say("summary.sentences")}</h4><ol>{each}</ol></section>' if each else ""
    return (
        f'<div class="su-cards">{inner}</div>{each}<p class="ae-caption">{read} {say("summary.key")} '
        f'<a download="summary.json" href="{download(result)}">{say("summary.download")}</a></p>'
    )


def download(result: dict) -> str:
    """All of a result as a JSON file in a link."""
    told = {"article": result["text"], "language": result["lang"]}
    for kind in ("gan", "plain", "lead"):
        s = result[kind]
        told[kind] = {"text": s.text, "realism": s.realism, "reconstruction": s.reconstruction, "nats_a_word": s.told}
        told[kind]["words"] = [{"text": w.text, "realism": w.realism, "copied": w.copied} for w in s.words]
    told["sentences"] = [s.text for s in result["sentences"]]
    content = json.dumps(told, ensure_ascii=False, indent=1, default=float).encode()
    return plots.uri(content, "application/json")


def where(summary, language: str) -> dict:
    """For where.js: each word with its attention, and the article's words with what stands before each."""
    say = partial(words.say, WORDS, language=language)
    article, at, pieces = summary.article, 0, []
    for begin, end in article.spans:
        pieces.append([article.text[begin:end], article.text[at:begin]])
        at = end
    each = [{"text": w.text, "copied": w.copied, "attention": [round(float(a), 4) for a in w.attention]} for w in summary.words]
    return {
        "words": each,
        "article": pieces,
        "tail": " …" if summary.left_out else "",
        "copied": say("summary.copied"),
        "written": say("summary.written"),
    }


def heat(summary, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    label = say("summary.heat")
    names = "".join(f"<span>{html.escape(w.text)}</span>" for w in summary.words)
    image = plots.png(np.stack([w.attention for w in summary.words])[::-1], 0, 1, "Blues")
    return (
        f'<p class="ae-caption">{label}</p><div class="cb-heat su-heat"><div class="cb-names">{names}</div>'
        f'<div class="cb-field"><img src="{image}" alt="{html.escape(label)}"></div></div>'
    )


def figures(lang: str, summary, language: str) -> str:
    """The shapes of this very article, the equation, and the models' own figures."""
    say = partial(words.say, WORDS, language=language)
    model = inference.load(lang)
    many, written, size = len(summary.article), len(summary.words), len(model.vocabulary)
    config = model.generator.config
    lines = [
        f"**{say('summary.shapes')}**: {many} → ({many}, {config.dim}) → GRU ({many}, {config.hidden}) → {written} × "
        f"P({size:,} + {many}) → {written} → GRU → {min(many, model.rebuilt)} × P({size:,} + {written})",
        r"$$P(w) = g_t\,P_{\text{voc}}(w) + (1-g_t)\sum_{i:\,x_i=w} a_{t,i},\qquad \nabla = \mathbb{E}\Big[\sum_t \big(R_t - \hat R_t\big)\,"
        r"\nabla\log P(w_t)\Big],\quad R_t = \tfrac1T\sum_{t'\ge t} D(w_{1..t'}) + \tfrac{\beta}{n}\log P(x\mid w)$$",
    ]
    columns = {name: pretrained.card("summary", name) for name in (lang, f"{lang}-plain")}
    if all(columns.values()):
        rows = "\n".join(f"| {key} | {value:.3f} | {columns[f'{lang}-plain'].get(key, float('nan')):.3f} |" for key, value in columns[lang].items())
        lines.append(f"**{say('summary.figures')}**\n\n| | `{lang}` | `{lang}-plain` |\n|---|---|---|\n{rows}")
    return "\n\n".join(lines)


def summarised(text, lang, per_cent, temperature, beam, novelty, by_sentence, language):
    """An article's summary, cipher and first words, with what the networks say; and the session for the games below."""
    return show(computed(text, lang, per_cent, temperature, beam, novelty, by_sentence), language)


def show(result: dict, language: str):
    session = {"text": result["text"], "lang": result["lang"], "length": len(result["gan"].words), "machine": result["gan"], "draws": 0}
    return (
        cards(result, language),
        where(result["gan"], language),
        heat(result["gan"], language),
        figures(result["lang"], result["gan"], language),
        session,
        "",
        reward_shown(result["reward"], language),
    )


@ui.gpu(duration=15)
def judged(session: dict, own: str):
    return inference.load(session["lang"]).judge(session["text"], own)


def game(session, own: str, language):
    """One's own headline beside the machine's."""
    session = ui.remembered(session)
    say = partial(words.say, WORDS, language=language)
    you, machine = judged(session, own or ""), session["machine"]
    won = [you.realism >= machine.realism, you.told >= machine.told]
    verdict = say(("summary.won_none", "summary.won_one", "summary.won_both")[sum(won)])
    rows = "".join(
        f"<tr><th>{say(label)}</th>" + "".join(f"<td{' class=su-won' if best else ''}>{value}</td>" for value, best in cells) + "</tr>"
        for label, cells in (
            ("summary.sounds", [(f"{100 * you.realism:.0f}%", won[0]), (f"{100 * machine.realism:.0f}%", not won[0])]),
            ("summary.tells", [(f"{you.told:.2f}", won[1]), (f"{machine.told:.2f}", not won[1])]),
        )
    )
    return (
        f"<h4>{verdict}</h4>{coloured(you, language)}<p class='ae-caption'>{say('summary.rebuilt')}</p><p class='su-rebuilt'>{rebuilt(you)}</p>"
        f'<table class="su-table"><tr><th></th><th>{say("summary.you")}</th><th>{say("summary.machine")}</th></tr>{rows}</table>'
    )


@ui.gpu(duration=15)
def paid(session: dict):
    return inference.load(session["lang"]).reward(session["text"], session["length"], session["draws"])


def reward_shown(reward, language: str) -> str:
    """Word by word: realism, the baseline's, and the credit."""
    say = partial(words.say, WORDS, language=language)
    top = max(0.05, float(np.abs(reward.credit).max()))
    rows = ""
    for word, usual, pay, base, credit in zip(reward.drawn.words, reward.likeliest.words, reward.pay, reward.baseline, reward.credit):
        side = "left:50%" if credit >= 0 else "right:50%"
        bar = f'<div class="su-credit"><i style="{side};width:{50 * abs(credit) / top:.0f}%;background:{plots.A_COLOUR if credit >= 0 else plots.B_COLOUR}"></i></div>'
        rows += (
            f"<tr><td>{html.escape(word.text)}</td><td>{100 * pay:.0f}%</td><td>{html.escape(usual.text)}</td><td>{100 * base:.0f}%</td>"
            f"<td>{credit:+.3f}</td><td>{bar}</td></tr>"
        )
    heads = "".join(f"<th>{say(f'summary.{k}')}</th>" for k in ("drawn", "pay", "usual", "baseline", "credit"))
    return f'<table class="su-table"><tr>{heads}<th></th></tr>{rows}</table><p class="ae-caption">{say("summary.told_gain").format(reward.told)}</p>'


def drawn_again(session, language):
    """Another draw, as in training."""
    session = ui.remembered(session)
    session = session | {"draws": session["draws"] + 1}
    return session, reward_shown(paid(session), language)


@threads.once(16)
def example(name: str) -> dict:
    """A story's result, computed once for all visitors (it holds nothing of anybody's)."""
    return computed(story(name), *PLAIN, False)


def opened(request: ui.Visit):
    """The first look: the settings of the link, and the story or text they name, ready."""
    query, language = dict(request.query_params), ui.language(request)
    first = "zh-storm" if language == "zh" else "en-storm"
    name = ui.choice(query.get("story"), (*STORIES, *MISTAKES), first)
    lang = ui.choice(query.get("lang_of"), LANGUAGES, "auto")
    ranges = (("length", 40, 200), ("temperature", 0, 2), ("beam", 1, 8), ("novelty", -3, 3))
    numbers = [ui.number(query.get(key), low, high, usual) for (key, low, high), usual in zip(ranges, PLAIN[1:])]
    given = (lang, *numbers)
    text = (query.get("text") or "").strip()[:4000] or story(name)
    try:
        by_sentence = query.get("sentences") == "1"
        result = example(name) if given == PLAIN and not query.get("text") and not by_sentence else computed(text, *given, by_sentence)
    except ValueError:  # a link with a text that cannot be summarised: the first story instead
        text, name, result = story(first), first, example(first)
    named = "" if text != story(name) else name
    return text, named, *given, query.get("sentences") == "1", *show(result, language)


SHARE = ui.link(
    "summary",
    "text, story, lang_of, length, temperature, beam, novelty, sentences",
    "{...(story ? {story} : {text: text.slice(0, 1500)}), lang_of, length, temperature, beam, novelty, sentences: +sentences}",
)
WHERE = '<div class="su-where"><p class="su-line"></p><p class="su-text"></p></div>'


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    have = pretrained.names("summary")
    if not {"en", "en-plain", "zh", "zh-plain"} <= set(have):
        gr.Markdown(t("summary.none"))
        return
    gr.Markdown(t("summary.lead"))
    session = gr.State(time_to_live=3600)
    named = gr.Textbox(visible="hidden")  # the story, while the article is one of ours: its name is a shorter link than its text
    with gr.Row():
        with gr.Column(min_width=320, scale=3):
            text = gr.Textbox(label=t("summary.article"), placeholder=t("summary.placeholder"), lines=7, max_lines=12, elem_id="summary-article")
            stories = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[story(n)] for n in STORIES], sample_labels=LABELS, label=t("summary.examples"), type="index", elem_id="summary-stories")  # fmt: skip
        with gr.Column(min_width=300, scale=2):
            per_cent = gr.Slider(40, 200, 100, step=10, label=t("summary.length"), elem_id="summary-length")
            temperature = gr.Slider(0, 2, 0, step=0.1, label=t("summary.temperature"), elem_id="summary-temperature")
            novelty = gr.Slider(-3, 3, PLAIN[4], step=0.5, label=t("summary.novelty"), elem_id="summary-novelty")
            beam = gr.Slider(1, 8, PLAIN[3], step=1, label=t("summary.beam"))
            lang = gr.Radio([(t("summary.auto"), "auto"), ("English", "en"), ("中文", "zh")], value="auto", label=t("summary.lang"))
            by_sentence = gr.Checkbox(False, label=t("summary.sentences"), elem_id="summary-sentences")
    go = gr.Button(t("summary.go"), variant="primary", elem_id="summary-go")
    shown = gr.HTML(elem_id="summary-cards")
    gr.Markdown(t("summary.where"))
    looked = gr.HTML(value={"words": [], "article": []}, html_template=WHERE, js_on_load=(HERE / "where.js").read_text(), elem_id="summary-where", apply_default_css=False)  # fmt: skip
    attention = gr.HTML(elem_id="summary-heat")
    gr.Markdown(t("summary.game"))
    with gr.Row():
        with gr.Column(min_width=300):
            own = gr.Textbox(label=t("summary.own"), elem_id="summary-own")
            judge = gr.Button(t("summary.judge"), elem_id="summary-judge")
        with gr.Column(min_width=300):
            verdict = gr.HTML(elem_id="summary-verdict")
    gr.Markdown(t("summary.reward"))
    reward = gr.HTML(elem_id="summary-reward")
    with gr.Row():
        again = gr.Button(t("summary.draw"), size="sm", elem_id="summary-draw")
        share = gr.Button(t("summary.share"), size="sm", elem_id="summary-share")
    gr.Markdown(t("summary.mistakes"))
    mistakes = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[story(n)] for n in MISTAKES], sample_labels=[story(n)[:60] + "…" for n in MISTAKES], label="", show_label=False, type="index", elem_id="summary-mistakes")  # fmt: skip
    with gr.Accordion(t("summary.how"), open=False, elem_id="summary-how"):
        gr.Markdown(t("summary.guide"))
        told = gr.Markdown(latex_delimiters=ui.LATEX)

    settings = [text, lang, per_cent, temperature, beam, novelty]
    results = [shown, looked, attention, told, session, verdict, reward]
    inputs = [*settings, by_sentence]
    go.click(ui.sentences(summarised), inputs, results, api_name="summary", **TOGETHER)
    for event in (per_cent.release, temperature.release, beam.release, novelty.release, lang.input, by_sentence.input):
        event(ui.sentences(summarised), inputs, results, **ui.BUSY, **TOGETHER)

    def picked(names: list[str], index, language):
        return story(names[index]), names[index], *PLAIN, *show(example(names[index]), language)

    for dataset, names in ((stories, STORIES), (mistakes, MISTAKES)):
        chosen = partial(picked, names)
        chosen.__name__, chosen.__doc__ = "picked", None
        dataset.click(ui.sentences(chosen), dataset, [text, named, *settings[1:], *results], api_visibility="private", **ui.READY)
    text.input(None, None, named, js="() => ''", api_visibility="private")
    for event in (judge.click, own.submit):
        event(ui.sentences(game), [session, own], verdict, api_visibility="private", **ui.LIGHT)
    again.click(ui.sentences(drawn_again), session, [session, reward], **ui.BUSY, **ui.LIGHT)
    share.click(None, [text, named, *settings[1:], by_sentence], None, js=SHARE, api_visibility="private")
    page.load(opened, None, [text, named, *settings[1:], by_sentence, *results])
