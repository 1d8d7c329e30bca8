"""The room of what comes next in speech: CPC's guesses, frame by frame."""

from __future__ import annotations

from functools import partial

import gradio as gr
import numpy as np
import torch

from .. import audio, plots, pretrained, threads, ui, words
from . import drawing, shelf
from .tab_common import USUAL, VOICE_LABELS, VOICES, bar_rows, figures_table, have, of_link
from .words import WORDS

MOST_FRAMES = 320  # of the picture of guesses, 5 s


@torch.inference_mode()
def _heard(wave, rate) -> dict:
    model = shelf.encoder("cpc")
    mel = model.mel(wave, rate)
    z, c = model.network(mel)
    ahead = model.ahead(wave, rate)
    return {
        "mel": mel[0].cpu().numpy(),
        "z": z[0].float().cpu().numpy(),
        "c": c[0].float().cpu().numpy(),
        "sure": ahead.sure,
        "right": ahead.right,
        "chance": ahead.chance,
        # a frame is of a window wider than its step: so many frames on, there is nothing of what was heard in it any more
        "fresh": audio.N_FFT // audio.HOP,
    }


@ui.gpu(duration=20)
def heard(path: str) -> dict:
    """All that the page shows of a recording: log-mel (80, T), z (T, S), codes (T, D), and what was guessed."""
    return _heard(*audio.read(path))


@threads.once(len(VOICES))
def heard_example(index: int) -> dict:
    return heard(voice(index))


def voice(index: int) -> str:
    return str(shelf.FOLDER / "voice" / VOICES[index])


@threads.once(1)
def directions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, three main directions and their spread of the examples' codes, so that a colour means the same in every clip."""
    rows = np.concatenate([heard_example(i)["c"] for i in range(len(VOICES))])
    mean = rows.mean(0)
    _, spread, axes = np.linalg.svd(rows - mean, full_matrices=False)
    return mean, axes[:3], spread[:3] / len(rows) ** 0.5


@ui.gpu(duration=10)
@torch.inference_mode()
def guesses(session: dict, k: int) -> np.ndarray:
    """From each frame that was heard last (row) how likely each later one (column) is held to be the one k frames on, of the first five seconds."""
    model = shelf.encoder("cpc")
    on = model.network.config.look + k
    z, c = (torch.from_numpy(session[key][: MOST_FRAMES + on])[None].to(model.device) for key in "zc")
    return model.network.scores(z, c, on)[0].softmax(1).cpu().numpy()


def looked_ahead(session, k, language):
    """The guesses so many frames ahead: curve, sentence and matrix."""
    session = ui.remembered(session)
    say = partial(words.say, WORDS, language=language)
    k = int(k)
    step = 1000 * audio.HOP / audio.RATE
    right, chance = session["right"], session["chance"]
    says = tuple(say(f"embeddings.{word}") for word in ("right", "chance", "milliseconds", "fresh"))
    curve = drawing.curve(right, chance, k, session["fresh"], step, says)
    told = say("embeddings.right_told").format(k, k * step, 100 * right[k - 1], 100 * chance[k - 1])
    told += " " + say("embeddings.overlap" if k < session["fresh"] else "embeddings.no_overlap")
    label = say("embeddings.guesses").format(k)
    likely = guesses(session, k)
    # by the root, or only the surest guesses would be seen
    picture = drawing.heat(np.sqrt(likely), 0, 0.7, drawing.VERDICTS, "emb-guesses", label)
    return f'<div data-ahead="{k}">{curve}<p>{told}</p></div>', f'<figure class="emb-figure">{picture}<figcaption>{label}</figcaption></figure>'


def spoken(session: dict, k, language):
    """Everything of a recording."""
    say = partial(words.say, WORDS, language=language)
    mel, codes = session["mel"], session["c"]
    top = float(np.quantile(mel, 0.999))
    reach = 2.5 * float(codes.std()) + 1e-9
    ahead = len(session["right"])
    strips = (
        (drawing.heat(mel[::-1], top - 8, top, "magma", "emb-mel", say("embeddings.mel")), say("embeddings.mel")),
        (
            f'<img class="emb-heat emb-colours" src="{drawing.colours_of(codes, *directions())}" alt="">'
            + drawing.heat(codes.T, -reach, reach, "RdBu", "emb-codes", say("embeddings.codes").format(codes.shape[1])),
            say("embeddings.codes").format(codes.shape[1]),
        ),
        (
            drawing.heat(np.sqrt(np.nan_to_num(session["sure"])), 0, 0.8, drawing.VERDICTS, "emb-sure", say("embeddings.sure").format(ahead)),
            say("embeddings.sure").format(ahead),
        ),
    )
    drawn_strips = "".join(f'<figure class="emb-figure">{inner}<figcaption>{caption}</figcaption></figure>' for inner, caption in strips)
    return (
        session,
        f'<div data-frames="{mel.shape[1]}">{drawn_strips}</div>',
        *looked_ahead(session, k, language),
        explained_speech(mel.shape[1], language),
    )


def own_voice(path, k, language):
    """A recording of one's own."""
    if not path:
        raise ValueError("Please record or upload a voice first.")
    return spoken(heard(path), k, language)


def speech_bars(language: str) -> str:
    """What a linear probe reads from the codes, beside log-mel frames and the plain auto-encoder."""
    say = partial(words.say, WORDS, language=language)
    card, plain = pretrained.card("embeddings", "cpc"), pretrained.card("embeddings", "plain-speech") if have("plain-speech") else {}
    out = ""
    for title, key, chance, name in (
        ("embeddings.probe_phones", "phones_right", "phones_majority", "embeddings.majority"),
        ("embeddings.probe_speakers", "speakers_right", "speakers_chance", "embeddings.chance"),
    ):
        rows = bar_rows(
            [
                ("bar_codes", card.get(key), True),
                ("bar_plain", plain.get(key), False),
                ("bar_centred", card.get(f"{key}_mel_centred"), False),
                ("bar_mel", card.get(f"{key}_mel"), False),
            ],
            language,
        )
        if rows:
            out += f"<h4>{say(title)}</h4>{plots.bars(rows, card.get(chance), say(name))}"
    return out or f"<p>{say('embeddings.unmeasured')}</p>"


def explained_speech(frames: int, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    c = shelf.encoder("cpc").network.config
    lines = [
        f"**CPC. {say('embeddings.shapes')}**: mel (80, {frames}) → ({frames}, {c.width}) → z ({frames}, {c.shared}); GRU → c ({frames}, {c.latents}) → "
        f"K = {c.look} + {c.ahead} × ({frames} − k, {c.shared}) → K × ({frames} − k, {frames} − k)",
        r"$$\min\ -\frac1K\sum_{k=1}^{K}\mathbb{E}_t\log\frac{e^{z_{t+k}\cdot W_k c_t}}{\sum_{s>k} e^{z_{s}\cdot W_k c_t}}$$",
        f"**{say('embeddings.papers')}**: [van den Oord et al. 2018](https://arxiv.org/abs/1807.03748)",
        *figures_table(("cpc", "plain-speech"), language),
    ]
    return "\n\n".join(lines)


def opened_speech(request: ui.Visit):
    told, language = of_link(dict(request.query_params)), ui.language(request)
    index = told["clip"]
    return voice(index), index, told["ahead"], *spoken(heard_example(index), told["ahead"], language), speech_bars(language)


def build_speech(page: ui.Room, wired: dict, how: dict) -> None:
    t = ui.t
    if not have("cpc"):
        gr.Markdown(t("embeddings.none"))
        return
    gr.Markdown(t("embeddings.speech"))
    session = gr.State(time_to_live=3600)
    with gr.Row():
        with gr.Column(min_width=300):
            recorder = gr.Audio(label=t("embeddings.voice"), sources=["microphone", "upload"], type="filepath", elem_id="embeddings-voice")
            clips = gr.Dataset(components=[gr.Audio(visible=False, type="filepath")], samples=[[voice(i)] for i in range(len(VOICES))], sample_labels=VOICE_LABELS, label=t("embeddings.examples"), type="index", elem_id="embeddings-voices")  # fmt: skip
        with gr.Column(min_width=300):
            measured = gr.HTML(elem_id="embeddings-speech-bars")
    strips = gr.HTML(elem_id="embeddings-strips")
    ahead = gr.Slider(1, 12, USUAL["ahead"], step=1, label=t("embeddings.ahead"), elem_id="embeddings-ahead", buttons=[])
    with gr.Row():
        with gr.Column(min_width=300):
            curve = gr.HTML(elem_id="embeddings-curve")
        with gr.Column(min_width=300):
            likely = gr.HTML(elem_id="embeddings-guesses")
    chosen = wired["clip"]
    wired |= {"ahead": ahead}
    shown = [session, strips, curve, likely, how["speech"]]
    for event, name in ((recorder.stop_recording, None), (recorder.upload, "cpc")):
        public = {"api_name": name} if name else {"api_visibility": "private"}
        event(ui.sentences(own_voice), [recorder, ahead], shown, show_progress="minimal", **public, **ui.HEAVY)

    def picked(index, k, language):
        return voice(index), index, *spoken(heard_example(index), k, language)

    clips.click(ui.sentences(picked), [clips, ahead], [recorder, chosen, *shown], **ui.QUIET, **ui.LIGHT)
    ahead.input(ui.sentences(looked_ahead), [session, ahead], [curve, likely], trigger_mode="always_last", **ui.QUIET, **ui.LIGHT)
    page.load(opened_speech, None, [recorder, chosen, ahead, *shown, measured])
