"""The compress tab: a picture as a file of ours, beside JPEG and WebP of the same size, and what the bytes are spent on."""

from __future__ import annotations

import html
from functools import partial
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from .. import images, plots, pretrained, threads, ui, words
from . import charts, inference, peers
from .model import BLOCK
from .words import WORDS

FOLDER = Path(__file__).parents[2] / "examples" / "compress"
EXAMPLES = ("coffee", "drawing", "chelsea", "astronaut")
LABELS = ["Coffee 咖啡", "A drawing 画", "A cat 猫", "An astronaut 宇航员"]
AGAINST = ("original", "JPEG", "WEBP")
USUAL = ("coffee", 2, "JPEG")  # example, quality, what it is compared with
LADDERS = {"JPEG": (3, 8, 16, 28, 45, 65, 85), "WEBP": (1, 8, 22, 40, 60, 78, 90)}
MOST = 1_200_000  # pixels of a picture that the page compares in reasonable time
COSTLIEST = 8


def example(name: str) -> Image.Image:
    if (FOLDER / f"{name}.png").is_file():
        return images.read(FOLDER / f"{name}.png")
    from skimage import data  # half a second to import

    return images.read(getattr(data, name)())


def fitted(image) -> Image.Image:
    """A visitor's picture, no larger than the page can compare."""
    if image is None:
        raise ValueError("Please give at least one picture.")
    image = images.read(image).convert("RGB")
    share = (MOST / (image.width * image.height)) ** 0.5
    return image if share >= 1 else image.resize((max(1, round(image.width * share)), max(1, round(image.height * share))), Image.Resampling.LANCZOS)


@ui.gpu(duration=30)
def point(image: Image.Image, quality: int) -> dict:
    """One of our files of a picture, and all that is told of it; small enough to be kept for a visitor's session."""
    written = inference_model().write(image, quality)
    each = written.bits.sum((1, 2))
    first = np.argsort(-each)[:COSTLIEST]
    return {
        "data": written.data,
        "image": written.image,
        "here": (peers.bits_per_pixel(written.data, image), peers.psnr(image, written.image)),
        "ssim": peers.ssim(image, written.image),
        "places": written.bits.sum(0),
        "channels": each,
        "costliest": [(int(c), float(each[c] / max(each.sum(), 1e-9)), written.numbers[c].astype(np.float32)) for c in first],
    }


def inference_model() -> inference.Codec:
    return inference.load()


def compared(image: Image.Image, ours: dict) -> dict:
    """JPEG and WebP in as many bytes."""
    found = {}
    for form in peers.FORMATS:
        peer = peers.at_most(image, form, len(ours["data"]))
        found[form] = {"data": peer.data, "image": peer.image, "psnr": peers.psnr(image, peer.image), "ssim": peers.ssim(image, peer.image)}
    return found


def ladder(image: Image.Image) -> dict[str, list[tuple[float, float]]]:
    lines = {}
    for form, qualities in LADDERS.items():
        data = [peers.written(image, form, quality) for quality in qualities]
        lines[form] = [(peers.bits_per_pixel(one, image), peers.psnr(image, peers.read(one))) for one in data]
    return lines


def cards(image: Image.Image, ours: dict, others: dict, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    rows = {"ours": {"data": ours["data"], "image": ours["image"], "psnr": ours["here"][1], "ssim": ours["ssim"]}, **others}
    best = max(rows, key=lambda name: rows[name]["psnr"])
    out = ""
    for name, row in rows.items():
        title = say("compress.ours") if name == "ours" else charts.NAMES[name]
        won = f" <em>{say('compress.nearest')}</em>" if name == best else ""
        larger = f'<p class="ae-caption">{say("compress.larger").format(title)}</p>' if len(row["data"]) > len(ours["data"]) else ""
        size = say("compress.bytes").format(f"{len(row['data']):,}")
        out += (
            f'<section class="co-card" data-kind="{name}" style="border-color:{charts.COLOURS[name]}"><h4>{title}{won}</h4>'
            f"<p><b>{row['psnr']:.2f} dB</b> PSNR · <b>{row['ssim']:.3f}</b> SSIM<br>{size} · "
            f"{peers.bits_per_pixel(row['data'], image):.3f} {say('compress.bpp')}</p>{larger}"
            f'<img src="{charts.error_map(image, row["image"])}" alt="{html.escape(say("compress.error"))}"></section>'
        )
    plain = image.width * image.height * 3
    told = say("compress.original_size").format(f"{plain:,}", plain / len(ours["data"]))
    return f'<div class="co-cards">{out}</div><p class="ae-caption">{say("compress.error")}. {told}</p>'


def code(ours: dict, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    bits = ours["places"]
    shown = ""
    for _, share, numbers in ours["costliest"]:
        top = max(1.0, float(np.quantile(np.abs(numbers - np.median(numbers)), 0.99)))
        middle = float(np.median(numbers))
        shown += f'<figure><img src="{plots.png(numbers[::-1], middle - top, middle + top, "RdBu")}" alt=""><figcaption>{100 * share:.0f}%</figcaption></figure>'
    return (
        f'<div class="co-code"><figure><img src="{charts.places(bits)}" alt=""><figcaption>{say("compress.places").format(bits.mean(), bits.max())}</figcaption></figure>'
        f"<figure>{charts.channels(ours['channels'], say('compress.channels'))}<figcaption>{say('compress.channels')}</figcaption>"
        f'<div class="co-costliest">{shown}</div><figcaption>{say("compress.costliest")}</figcaption></figure></div>'
    )


def file_link(ours: dict, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    data = ours["data"]
    start = " ".join(f"{byte:02x}" for byte in data[:48])
    link = plots.uri(data, "application/octet-stream")
    return (
        f'<p><a class="co-download" download="picture.aedc" href="{link}">{say("compress.download").format(f"{len(data):,}")}</a></p>'
        f'<p class="ae-caption">{say("compress.beginning")}: <code>{start} …</code></p>'
    )


def figures(image: Image.Image, ours: dict, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    height, width = ours["places"].shape
    channels = len(ours["channels"])
    lines = [
        f"**{say('compress.shapes')}**: ({height * BLOCK}, {width * BLOCK}, 3) → ({height}, {width}, {channels}) → ⌊·⌉ → {8 * len(ours['data']):,} bit → "
        f"({height}, {width}, {channels}) → ({image.height}, {image.width}, 3)",
        r"$$\min\ \mathbb{E}\Big[\lambda\,\lVert x-g(\hat y)\rVert^2-\sum_i\log_2 P\big(\hat y_i\mid\hat y_{<i}\big)\Big],\qquad \hat y=\lfloor f(x)\rceil$$",
        f"**{say('compress.papers')}**: [Ballé et al. 2018](https://arxiv.org/abs/1802.01436), [Minnen et al. 2018](https://arxiv.org/abs/1809.02736), "
        "[He et al. 2021](https://arxiv.org/abs/2103.15306), [Cui et al. 2020](https://arxiv.org/abs/2003.02012)",
    ]
    measured = pretrained.card("compress", inference.NAME)
    if measured:
        rows = "\n".join(f"| {key} | {value:.3f} |" for key, value in measured.items())
        lines.append(f"**{say('compress.figures')}**\n\n| | |\n|---|---|\n{rows}")
    return "\n\n".join(lines)


def shown(session: dict, quality: int, against: str, language: str) -> tuple:
    """Everything on the page but the curve."""
    image, ours = session["image"], session["points"][quality]
    if quality not in session["others"]:
        session["others"][quality] = compared(image, ours)
    others = session["others"][quality]
    right = image if against == "original" else others[against]["image"]
    return (
        (ours["image"], right),
        cards(image, ours, others, language),
        code(ours, language),
        file_link(ours, language),
        figures(image, ours, language),
    )


def seen(session: dict, quality: int, against: str, language: str) -> tuple:
    """`shown`; of a ready picture once for all visitors."""
    name = session.get("name")
    return shown_ready(name, quality, against, language) if name else shown(session, quality, against, language)


def curve(session: dict, quality: int, language: str) -> str:
    say = partial(words.say, WORDS, language=language)
    lines = {"ours": [p["here"] for p in session["points"].values()], **session["lines"]}
    here = session["points"][quality]["here"] if quality in session["points"] else None
    return charts.curve(lines, here, say("compress.ours"), say("compress.curve_label"))


def computed(image: Image.Image, quality: int) -> dict:
    """A session of one picture at one quality, without its curves yet."""
    return {"image": image, "points": {quality: point(image, quality)}, "others": {}, "lines": {}}


def checked(quality, against) -> tuple[int, str]:
    return int(np.clip(int(quality), 1, len(inference_model().qualities))), against if against in AGAINST else USUAL[2]


def given(image, quality, against, language):
    """A new picture: the pictures at once, then its curves, as they are computed."""
    quality, against = checked(quality, against)
    whole = images.read(image) if image is not None else None
    small = fitted(whole)
    note = ""
    if small.size != whole.size:
        note = words.say(WORDS, "compress.smaller", language).format(*whole.size, *small.size)
    session = computed(small, quality)
    yield (*shown(session, quality, against, language), curve(session, quality, language), note, session)
    session["lines"] = ladder(small)
    for one in inference_model().qualities:
        if one not in session["points"]:
            session["points"][one] = point(small, one)
            yield (*(gr.skip(),) * 5, curve(session, quality, language), gr.skip(), gr.skip())
    yield (*(gr.skip(),) * 5, curve(session, quality, language), gr.skip(), session)


def turned(session, image, quality, against, language):
    """Another quality, or another format beside it, of the same picture."""
    quality, against = checked(quality, against)
    if not session:
        session = computed(fitted(image), quality)
    if quality not in session["points"]:
        session["points"][quality] = point(session["image"], quality)
    return (*seen(session, quality, against, language), curve(session, quality, language), session)


@ui.gpu(duration=30)
def again(data: bytes):
    return inference_model().open(data)


def opened_file(data, language):
    """A file of ours as a picture, and what it says of itself."""
    if data is None:
        raise ValueError("Please choose a file first.")
    opened = again(data)
    told = words.say(WORDS, "compress.told", language)
    size = opened.image.size
    return opened.image, told.format(*size, opened.quality, f"{len(data):,}", peers.bits_per_pixel(data, opened.image))


@threads.once(6 * len(EXAMPLES))
def begun(name: str, quality: int) -> dict:
    """A ready picture at one quality, computed once for all visitors."""
    return computed(fitted(example(name)), quality)


@threads.once(len(EXAMPLES))
def ready(name: str) -> dict:
    """A ready picture's session with all its qualities, computed once for all visitors."""
    each = [begun(name, quality) for quality in inference_model().qualities]
    points = {quality: point for one in each for quality, point in one["points"].items()}
    return {"name": name, "image": each[0]["image"], "points": points, "others": {}, "lines": ladder(each[0]["image"])}


@threads.once(48)
def shown_ready(name: str, quality: int, against: str, language: str) -> tuple:
    return shown(begun(name, quality), quality, against, language)


def own_copy(session: dict) -> dict:
    """What is cached for all is shared but for the tables of points and others, which a visitor's own turns fill."""
    return session | {"points": dict(session["points"]), "others": dict(session["others"])}


def opened(request: ui.Visit):
    """The first look: the picture and the settings of the link at once, then the curves."""
    query, language = dict(request.query_params), ui.language(request)
    name = ui.choice(query.get("picture"), EXAMPLES, USUAL[0])
    quality = int(ui.choice(query.get("quality"), [str(one) for one in inference_model().qualities], USUAL[1]))
    against = ui.choice(query.get("against"), AGAINST, USUAL[2])
    session = begun(name, quality)
    yield (
        session["image"],
        quality,
        against,
        *shown_ready(name, quality, against, language),
        curve(session, quality, language),
        own_copy(session),
        name,
    )
    session = ready(name)
    yield (*(gr.skip(),) * 8, curve(session, quality, language), own_copy(session), gr.skip())


SHARE = ui.link("compress", "picture, quality, against")


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    if inference.NAME not in pretrained.names("compress"):
        gr.Markdown(t("compress.none"))
        return
    gr.Markdown(t("compress.lead"))
    session = gr.State(time_to_live=3600)
    name = gr.Textbox(USUAL[0], visible="hidden")  # a state would not reach the script that makes the link
    with gr.Row():
        with gr.Column(min_width=280, scale=2):
            image = gr.Image(
                label=t("compress.image"), type="filepath", sources=["upload", "webcam", "clipboard"], height=230, elem_id="compress-image"
            )
            ready_ones = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[name] for name in EXAMPLES], sample_labels=LABELS, label=t("compress.examples"), type="index", elem_id="compress-examples")  # fmt: skip
            quality = gr.Slider(1, 6, USUAL[1], step=1, label=t("compress.quality"), elem_id="compress-quality")
            against = gr.Radio([(t("compress.original"), "original"), ("JPEG", "JPEG"), ("WebP", "WEBP")], value=USUAL[2], label=t("compress.against"), elem_id="compress-against")  # fmt: skip
            note = gr.Markdown(elem_id="compress-note")
        with gr.Column(min_width=320, scale=4):
            slider = gr.ImageSlider(label=t("compress.slider"), type="pil", format="png", slider_position=50, height=470, interactive=False, elem_id="compress-slider")  # fmt: skip
    told = gr.HTML(elem_id="compress-cards")
    with gr.Row():
        with gr.Column(min_width=320):
            gr.Markdown(t("compress.curve"))
            drawn = gr.HTML(elem_id="compress-curve")
        with gr.Column(min_width=320):
            gr.Markdown(t("compress.code"))
            bits = gr.HTML(elem_id="compress-code")
    gr.Markdown(t("compress.file"))
    with gr.Row():
        with gr.Column(min_width=300):
            link = gr.HTML(elem_id="compress-file")
            share = gr.Button(t("compress.share"), size="sm", elem_id="compress-share")
        with gr.Column(min_width=300):
            file = gr.File(label=t("compress.open"), type="binary", file_types=[".aedc"], height=120, elem_id="compress-open")
            back = gr.Image(label=t("compress.opened"), format="png", interactive=False, height=260, visible="hidden", elem_id="compress-opened")
            facts = gr.Markdown(elem_id="compress-facts")
    with gr.Accordion(t("compress.how"), open=False, elem_id="compress-how"):
        gr.Markdown(t("compress.guide"))
        explained = gr.Markdown(latex_delimiters=ui.LATEX, elem_id="compress-how-told")

    views = [slider, told, bits, link, explained]
    own = [*views, drawn, note, session]
    image.input(ui.streaming(given), [image, quality, against], own, api_name="compress", show_progress="minimal", **ui.HEAVY).then(
        lambda: "", None, name, **ui.QUIET, queue=False
    )
    for event in (quality.release, against.input):
        event(
            ui.sentences(turned),
            [session, image, quality, against],
            [*views, drawn, session],
            **ui.QUIET,
            **ui.LIGHT,
        )

    def picked(index, quality, against, language):
        quality, against = checked(quality, against)
        session = own_copy(ready(EXAMPLES[index]))
        return session["image"], *seen(session, quality, against, language), curve(session, quality, language), "", session, EXAMPLES[index]

    ready_ones.click(ui.sentences(picked), [ready_ones, quality, against], [image, *own, name], **ui.BUSY, **ui.READY)

    def shown_again(data, language):
        picture, told = opened_file(data, language)
        return gr.Image(picture, visible=True), told

    file.upload(ui.sentences(shown_again), file, [back, facts], api_name="decompress", **ui.HEAVY)
    share.click(None, [name, quality, against], None, js=SHARE, api_visibility="private")
    page.load(opened, None, [image, quality, against, *views, drawn, session, name])
