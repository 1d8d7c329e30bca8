"""The voice tab: two recorders in, four clips out, and the halves of the code to play with."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np

from .. import audio, plots, pretrained, threads, ui, words
from ..halves import MARGIN, STACK
from . import inference
from .words import WORDS

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples" / "voice"
EXAMPLES = [("en-rms.wav", "en-slt.wav"), ("ja-f3.wav", "en-rms.wav"), ("zh-m3.wav", "en-slt.wav"), ("en-awb.wav", "zh-m3.wav")]
LABELS = [
    "“Do you want to study a PhD?” ⇄ “The weather…”",
    "「博士号を取りたいですか」⇄ “Do you want to study a PhD?”",
    "“你想读博士吗？” ⇄ “The weather…”",
    "“Welcome to the lecture” ⇄ “你想读博士吗？”",
]
HALVES = ("both", "words_only", "voice_only")


def read(path: str | None, which: str) -> tuple[np.ndarray, int]:
    if not path:
        raise ValueError(f"Please give both voices: record or upload clip {which}.")
    return audio.read(path)


def sound(wave: np.ndarray) -> tuple[int, np.ndarray]:
    return audio.RATE, (wave * 32767).astype(np.int16)  # floats would be made equally loud on the way out


@ui.gpu(duration=30)
def computed(clip_a, clip_b, name: str, vocoder: str):
    """All that the page shows of two clips, as NumPy: codes, four sounds with their spectrograms and pitch."""
    model = inference.load(name)
    heard = {"a": model.hear(*clip_a), "b": model.hear(*clip_b)}
    a, b = (model.code(*clip) for clip in heard.values())
    shown = {}
    for key, code in {"ab": model.cross(a, b), "ba": model.cross(b, a), "aa": a, "bb": b}.items():
        mel, f0 = model.mel(code)
        shown[key] = (model.render(mel, f0, code, vocoder), mel, f0, code)
    return shown, {key: clip[:2] for key, clip in heard.items()}


def picture(mel, f0, code, longest: int, colours, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    content = code.content[MARGIN:-MARGIN]  # without the quiet around it, as the original is drawn
    edge = MARGIN * STACK
    share = len(content) / longest
    return plots.spectrogram(mel[:, edge:-edge], share, f0[edge:-edge], say("voice.caption.mel")) + plots.code(
        content, code.speaker, share, *colours, say("voice.caption.code")
    )


def swap(path_a, path_b, name, vocoder, language):
    """Each clip's words in the other's voice; both rebuilt; pictures; the codes for the sliders below."""
    return show(computed(read(path_a, "A"), read(path_b, "B"), name, vocoder), name, language)


def show(result, name, language):
    shown, originals = result
    longest = max(len(s[3].content) for s in shown.values()) - 2 * MARGIN
    owner = {"a": plots.A_COLOUR, "b": plots.B_COLOUR}
    pictures = {k: picture(m, f, c, longest, (owner[k[0]], owner[k[1]]), language) for k, (_, m, f, c) in shown.items()}
    inputs = [plots.spectrogram(m, m.shape[1] / STACK / longest, f, words.say(WORDS, "voice.original", language)) for m, f in originals.values()]
    a, b = shown["aa"][3], shown["bb"][3]
    outputs = [x for k in ("ab", "ba", "aa", "bb") for x in (sound(shown[k][0]), pictures[k])]
    return *inputs, *outputs, {"name": name, "a": a, "b": b}, knowledge(name, a, b, language), figures(name, a, language)


def morph(codes, place: float, whose: str, half: str, vocoder: str, language: str):
    """Decode one clip's words with a speaker half between the two."""
    return sound(between(ui.remembered(codes), float(place), whose, half, vocoder))


@ui.gpu(duration=15)
def between(codes, place: float, whose: str, half: str, vocoder: str) -> np.ndarray:
    model = inference.load(codes["name"])
    code = codes["b" if whose == "B" else "a"]
    a, b = codes["a"], codes["b"]
    speaker = inference.between(a.speaker, b.speaker, place)
    bandwidth = a.bandwidth + min(place, 1.0) * (b.bandwidth - a.bandwidth)
    if half == "words_only":
        speaker, bandwidth = inference.speakers(codes["name"])["mean"], audio.RATE / 2
    content = code.content
    if half == "voice_only":
        content = np.zeros((63, content.shape[1]), np.float32)  # two seconds of the average sound: a hum
        code = replace(code, samples=None)
    return model.decode(replace(code, content=content, speaker=speaker, bandwidth=bandwidth), vocoder)


def knowledge(name: str, a, b, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    card, space = pretrained.card("voice", name), inference.speakers(name)
    text = ""
    if "speaker_probe_on_content" in card:
        rows = [
            (say("voice.content"), card["speaker_probe_on_content"], plots.NEUTRAL),
            (say("voice.speaker"), card["speaker_probe_on_speaker"], plots.A_COLOUR),
        ]
        text = f'<p class="ae-caption">{say("voice.probe")}</p>' + plots.bars(rows, card["speaker_probe_chance"], say("voice.chance"))
    marks = [(n, (c.speaker - space["mean"]) @ space["axes"].T, colour) for n, c, colour in (("A", a, plots.A_COLOUR), ("B", b, plots.B_COLOUR))]
    return text + f'<p class="ae-caption">{say("voice.map")}</p>' + plots.scatter(space["points"], marks, say("voice.map"))


FORMULA = {  # what keeps the speaker out of the content
    "instance-norm": r"\mathrm{AdaIN}(h, s) = \gamma(s)\,\frac{h-\mu(h)}{\sigma(h)} + \beta(s)",
    "adversarial": r"\min_C\; -\log p_C\big(\text{speaker}\mid E_c(x)\big),\qquad \max_{E_c}\; \sum_s \log p_C\big(s\mid E_c(x)\big)",
}


def figures(name: str, a, language: str) -> str:
    """The shapes of this very clip, and the model's own figures from its card."""
    say = partial(words.say, WORDS, language=language)
    frames = len(a.content)
    lines = [
        f"**{say('voice.shapes')}**: mel (80, {2 * frames}) → content ({frames}, 50) + speaker (50) → mel (80, {2 * frames}) → {a.samples} samples",
        r"$$\hat x = D\big(E_c(x_A),\; E_s(x_B)\big),\qquad " + FORMULA[pretrained.config("voice", name)["method"]] + "$$",
    ]
    card = pretrained.card("voice", name)
    if card:
        rows = "\n".join(f"| {key} | {value:.3f} |" for key, value in card.items())
        lines.append(f"**{say('voice.figures')}** (`{name}`)\n\n| | |\n|---|---|\n{rows}")
    return "\n\n".join(lines)


@threads.once(16)
def example(index: int, name: str, vocoder: str):
    """An example's result, computed once for all visitors (it holds nothing of anybody's)."""
    a, b = (str(EXAMPLES_FOLDER / f) for f in EXAMPLES[index])
    return computed(read(a, "A"), read(b, "B"), name, vocoder)


def opened(request: ui.Visit):
    """The first look: the settings of the link, and the example they name, ready to be heard."""
    query, language = dict(request.query_params), ui.language(request)
    models = pretrained.names("voice")
    name = ui.choice(query.get("model"), models, inference.DEFAULT)
    vocoder = ui.choice(query.get("vocoder"), inference.VOCODERS, "neural")
    index = ui.whole(query.get("example"), len(EXAMPLES) - 1, 0)
    place = ui.number(query.get("morph"), 0, 2, 0.5)
    whose = ui.choice(query.get("whose"), ("A", "B"), "A")
    half = ui.choice(query.get("half"), HALVES, "both")
    shown = show(example(index, name, vocoder), name, language)
    clips = [str(EXAMPLES_FOLDER / f) for f in EXAMPLES[index]]
    return *clips, name, vocoder, place, whose, half, index, *shown


SHARE = ui.link("voice", "model, vocoder, morph, whose, half, example")


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    gr.Markdown(t("voice.lead"))
    codes = gr.State(time_to_live=3600)
    chosen = gr.Number(0, precision=0, visible="hidden")  # a state would not reach the script that makes the link
    with gr.Row():
        with gr.Column(min_width=300):
            a = gr.Audio(label=t("voice.a"), sources=["microphone", "upload"], type="filepath", elem_id="voice-a")
            mel_a = gr.HTML()
        with gr.Column(min_width=300):
            b = gr.Audio(label=t("voice.b"), sources=["microphone", "upload"], type="filepath", elem_id="voice-b")
            mel_b = gr.HTML()
    samples = [[str(EXAMPLES_FOLDER / x), str(EXAMPLES_FOLDER / y)] for x, y in EXAMPLES]
    pairs = gr.Dataset(components=[gr.Audio(visible=False, type="filepath"), gr.Audio(visible=False, type="filepath")], samples=samples, sample_labels=LABELS, label=t("voice.examples"), type="index", elem_id="voice-examples")  # fmt: skip
    with gr.Row():
        model = gr.Radio(pretrained.names("voice"), value=inference.DEFAULT, label=t("voice.model"))
        vocoder = gr.Radio(list(inference.VOCODERS), value="neural", label=t("voice.vocoder"))
    go = gr.Button(t("voice.go"), variant="primary", elem_id="voice-go")
    cells = {}
    for pair in (("ab", "ba"), ("aa", "bb")):
        with gr.Row():
            for key in pair:
                with gr.Column(min_width=300):
                    cells[key] = (gr.Audio(label=t(f"voice.{key}"), interactive=False, elem_id=f"voice-{key}", buttons=["download"]), gr.HTML())
    gr.HTML(f'<p class="ae-caption ae-key"><span style="background:{plots.A_COLOUR}"></span>A<span style="background:{plots.B_COLOUR}"></span>B</p>')
    gr.Markdown(t("voice.caption.code"))
    gr.Markdown(t("voice.play"))
    with gr.Row():
        with gr.Column(min_width=300):
            place = gr.Slider(0, 2, 0.5, step=0.05, label=t("voice.morph"), elem_id="voice-morph")
            whose = gr.Radio(["A", "B"], value="A", label=t("voice.whose"))
            half = gr.Radio([(t(f"voice.{h}"), h) for h in HALVES], value="both", label=t("voice.half"), elem_id="voice-half")
        with gr.Column(min_width=300):
            morphed = gr.Audio(label=t("voice.morphed"), interactive=False, autoplay=True, elem_id="voice-morphed", buttons=["download"])
            share = gr.Button(t("voice.share"), size="sm", elem_id="voice-share")
    gr.Markdown(t("voice.knows"))
    known = gr.HTML()
    with gr.Accordion(t("voice.how"), open=False):
        gr.Markdown(t("voice.guide"))
        figure = gr.Markdown(latex_delimiters=ui.LATEX)

    results = [mel_a, mel_b, *(x for k in ("ab", "ba", "aa", "bb") for x in cells[k]), codes, known, figure]
    go.click(ui.sentences(swap), [a, b, model, vocoder], results, api_name="voice_swap", **ui.HEAVY)
    for setting in (model, vocoder):
        setting.input(ui.sentences(swap), [a, b, model, vocoder], results, api_visibility="private", **ui.HEAVY)
    for event in (place.release, whose.input, half.input):
        event(ui.sentences(morph), [codes, place, whose, half, vocoder], morphed, **ui.BUSY, **ui.LIGHT)

    def picked(index, name, voc, language):
        return *samples[index], index, *show(example(index, name, voc), name, language)

    pairs.click(ui.sentences(picked), [pairs, model, vocoder], [a, b, chosen, *results], api_visibility="private", **ui.READY)
    share.click(None, [model, vocoder, place, whose, half, chosen], None, js=SHARE, api_visibility="private")
    page.load(opened, None, [a, b, model, vocoder, place, whose, half, chosen, *results])
