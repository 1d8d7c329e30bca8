"""The anomaly tab: pictures in, heat maps out; one's own normal pictures; and the same idea for a table."""

from __future__ import annotations

import gradio as gr

<<<<<<< HEAD
from .. import pretrained, ui
from .tab_own import build_own
from .tab_pictures import EXAMPLES, EXAMPLES_FOLDER, METHODS, MINE, as_csv, as_zip, exampled, inspect, looked_at, rethreshold
from .tab_table import KINDS, build_table, cell
=======
from .. import images, pretrained, threads, ui, words
from . import charts, inference, tabular
from .evaluate import test_scores
from .folder import shrunk
from .picture import HOTTEST, OUTLINE, colours, outline, overlay
from .words import WORDS

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "examples" / "anomaly"
EXAMPLES = {"faces": ("face.png", "cartoon.png"), "tiles": ("metal.png", "metal-scratched.png"), "paper": ("paper.png", "paper-scratched.png")}
MINE = "mine"
SHOWN = 320  # pixels along the longer side of what the page keeps of a picture
MOST = 500  # pictures at once
TOGETHER = 32  # of which so many are inspected together: a GPU waits between two goes, and all at once would take much memory
SECONDS = 45  # of learning on the page


def path_of(item) -> str:
    """Galleries hand over (path, caption), files a path."""
    return item[0] if isinstance(item, (tuple, list)) else item


def encoded(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=85, method=2)
    return buffer.getvalue()


def uri(data: bytes, kind: str = "webp") -> str:
    return f"data:image/{kind};base64," + base64.b64encode(data).decode()


@ui.gpu(duration=60)
def computed(paths: list[str], model) -> tuple[list[dict], list[tuple[str, str]]]:
    """What the page keeps of each picture, small enough for hundreds of them; and (file, reason) of what is no picture.

    model : a name, or a detector learned on the page
    """
    detector = inference.load(model) if isinstance(model, str) else model
    kept, unread = [], []
    for i in range(0, len(paths), TOGETHER):
        part = paths[i : i + TOGETHER]
        read = [(Path(path).name, image and shrunk(image, SHOWN), why) for path, (image, why) in zip(part, images.each(part), strict=True)]
        unread += [(name, why) for name, image, why in read if image is None]
        readable = [(name, image) for name, image, _ in read if image is not None]
        results = detector.inspect([image for _, image in readable]) if readable else []
        for (name, image), result in zip(readable, results, strict=True):
            kept.append(
                {
                    "name": name,
                    "score": result.score,
                    "below": result.more_unusual_than,
                    "heat": result.heatmap.astype(np.float16),
                    "image": encoded(image),
                    "rebuilt": encoded(result.reconstruction),
                }
            )
    return kept, unread


def chosen(name: str, method: str, mine):
    """The name of a shipped model, or the visitor's own detector."""
    if name == MINE:
        if mine is None:
            raise ValueError("Please teach it your own normal pictures first, below.")
        return mine
    return name if method == "strong" else f"{name}-plain"


def at_most(files) -> None:
    if len(files) > MOST:
        raise ValueError(f"At most {MOST} pictures at once; there are {len(files)}. For more there is the command line: python -m aedemo inspect.")


def inspect(files, name, method, threshold, mine, language):
    """Inspect uploaded pictures: everything that the page shows of them."""
    if not files:
        raise ValueError("Please give at least one picture.")
    at_most(files)
    model = chosen(name, method, mine)
    kept, unread = computed([path_of(f) for f in files], model)
    if not kept:
        raise ValueError(unread[0][1])
    for file, why in unread[:3]:
        gr.Warning(f"{file}: {words.error(why, language)}")
    if len(unread) > 3:
        gr.Warning(words.say(WORDS, "anomaly.unread", language).format(len(unread)))
    about = {
        "model": model if isinstance(model, str) else MINE,
        "normal": (model.calibration if not isinstance(model, str) else inference.load(model).calibration).normal_scores,
    }
    session = {"pictures": kept, "about": about, "at": int(np.argmax([k["score"] for k in kept]))}
    return show(session, threshold, language)


def show(session, threshold, language):
    return session, grid(session, threshold, language), *detail(session, threshold, language), table(session, threshold, language)


def grid(session, threshold, language) -> str:
    """All pictures as thumbnails, odd ones framed; clicking one looks at it."""
    say = partial(words.say, WORDS, language=language)
    cells = []
    for i, kept in enumerate(session["pictures"]):
        odd = kept["score"] > threshold
        verdict = say("anomaly.odd") if odd else say("anomaly.normal")
        cells.append(
            f'<button type="button" class="an-cell{" an-odd" if odd else ""}{" an-at" if i == session["at"] else ""}" data-index="{i}" '
            f'aria-label="{html.escape(kept["name"])}: {verdict}"><img alt="" src="{uri(kept["image"])}"><span>{verdict} · {kept["score"]:.2f}</span></button>'
        )
    return f'<div class="an-grid">{"".join(cells)}</div>'


def png(values: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "PNG", compress_level=3)
    return uri(buffer.getvalue(), "png")


def detail(session, threshold, language):
    """The picture looked at: with marks, rebuilt, with heat; image slider; its place among normal ones; the model's ROC."""
    say = partial(words.say, WORDS, language=language)
    kept = session["pictures"][session["at"]]
    heat = kept["heat"].astype(np.float32)
    mark = np.zeros((*heat.shape, 4), np.uint8)
    mark[outline(heat, threshold)] = (*OUTLINE, 255)
    # cold places are transparent, or the heat map would darken every normal picture
    veil = ((heat / HOTTEST).clip(0, 1) ** 0.5 * 255).astype(np.uint8)
    layer, hot = png(mark), png(np.dstack([colours(heat), veil]))
    odd = kept["score"] > threshold
    verdict = say("anomaly.verdict_odd" if odd else "anomaly.verdict_normal").format(
        f"{100 * kept['below']:.0f}", f"{kept['score']:.2f}", f"{threshold:.2f}"
    )
    bar = png(colours(np.linspace(0, 2, 128)[None]))
    views = (
        ("anomaly.marked", f'<img alt="" src="{uri(kept["image"])}"><img alt="" src="{layer}">'),
        ("anomaly.rebuilt", f'<img alt="" src="{uri(kept["rebuilt"])}">'),
        ("anomaly.heat", f'<img alt="" src="{uri(kept["image"])}"><img class="an-heat" alt="" src="{hot}"><img alt="" src="{layer}">'),
    )
    figures = "".join(
        f'<figure><div class="an-stack" role="img" aria-label="{say(k)}">{v}</div><figcaption>{say(k)}</figcaption></figure>' for k, v in views
    )
    text = (
        f'<p class="an-verdict {"an-odd" if odd else ""}"><b>{html.escape(kept["name"])}</b>: {verdict}</p><div class="an-views">{figures}</div>'
        f'<div class="an-bar"><img alt="" src="{bar}"><div><span>0 · {say("anomaly.bar0")}</span><span>1 · {say("anomaly.bar1")}</span><span>≥ 2</span></div></div>'
    )
    both = tuple(Image.open(io.BytesIO(kept[k])) for k in ("image", "rebuilt"))
    name = session["about"]["model"]
    scores = test_scores(name) if name != MINE else {}
    drawn = charts.histogram(
        session["about"]["normal"], kept["score"], threshold, say("anomaly.histogram"), say("anomaly.this"), say("anomaly.threshold_short")
    )
    if scores:
        good, bad = scores["good"], np.concatenate([v for k, v in scores.items() if k != "good"])
        drawn += charts.confusion(
            good, bad, threshold, [say(f"anomaly.{k}") for k in ("confusion", "is_normal", "is_odd", "said_normal", "said_odd")]
        )
        drawn += charts.roc(good, {k: v for k, v in scores.items() if k != "good"}, threshold, say("anomaly.roc"))
    return text, both, f'<div class="an-charts">{drawn}</div>', explained(name, heat.shape, language)


def table(session, threshold, language) -> dict:
    say = partial(words.say, WORDS, language=language)
    rows = [
        [k["name"], round(k["score"], 3), round(100 * k["below"], 1), say("anomaly.odd") if k["score"] > threshold else say("anomaly.normal")]
        for k in session["pictures"]
    ]
    return {"headers": [say(f"anomaly.column_{c}") for c in ("file", "score", "below", "verdict")], "data": rows}


def explained(name: str, shape, language: str) -> str:
    """The shapes of this very picture, and the model's own figures from its card."""
    say = partial(words.say, WORDS, language=language)
    if name == MINE:
        return say("anomaly.mine_note")
    config = inference.load(name).config
    from .data import working_size

    width, height = working_size(shape[1], shape[0], config.side)
    height, width = height + -height % 16, width + -width % 16
    c, w = config.channels, config.widths
    if config.method == "restore":
        chain = (
            f"({c}, {height}, {width}) → "
            + " → ".join(f"({w[i]}, {height >> (i + 1)}, {width >> (i + 1)})" for i in range(4))
            + f" → ({c}, {height}, {width})"
        )
    else:
        chain = f"({c}, {height}, {width}) → ({w[0]}, {height // 2}, {width // 2}) → … → **code ({config.code}, {height // 16}, {width // 16})** → … → ({c}, {height}, {width})"
    further = config.method == "restore" and len(config.weights) > 3
    lines = [f"**{say('anomaly.shapes')}**: {chain}", EQUATIONS["restore further" if further else config.method]]
    figures = {
        n: pretrained.card("anomaly", n)
        for n in (name.removesuffix("-plain"), name.removesuffix("-plain") + "-plain")
        if n in pretrained.names("anomaly")
    }
    figures = {n: f for n, f in figures.items() if f}
    if figures:
        keys = list(next(iter(figures.values())))
        rows = "\n".join(f"| {k} | " + " | ".join(f"{f[k]:.3f}" if k in f else "" for f in figures.values()) + " |" for k in keys)
        head = "| | " + " | ".join(f"`{n}`" for n in figures) + " |\n|" + "---|" * (len(figures) + 1)
        lines.append(f"**{say('anomaly.figures')}**\n\n{head}\n{rows}")
    return "\n\n".join(lines)


EQUATIONS = {
    "pixel": r"$$\hat x = D(E(x)),\qquad \mathrm{heat} = \lVert x - \hat x\rVert^2$$",
    "whitened": r"$$\hat x = D(E(x)),\qquad \mathrm{heat} = \tfrac1d\,(e-\mu)^\top\Sigma^{-1}(e-\mu),\quad e = \text{patch of } x - \hat x$$",
    "restore": r"$$\hat x = R(\text{painted } x),\qquad \mathrm{heat} = C(x,\; x - \hat x) + \log\lVert f - VV^\top f\rVert^2,\quad f = \text{features of } x$$",
    "restore further": r"$$\hat x = R(\text{painted } x),\qquad \mathrm{heat} = C(x,\; x - \hat x) + \log\lVert f - VV^\top f\rVert^2 + \log\lVert x - \hat x\rVert + \log\frac{|x - \mu(\hat x)|}{\sigma(\hat x)},\quad f = \text{features of } x,\;\; \mu, \sigma \text{ of a neighbourhood}$$",
}


def rethreshold(session, threshold, language):
    """Mark everything anew at another threshold; nothing is computed again."""
    if not session:
        raise ValueError("Please inspect a picture first.")
    return show(session, float(threshold), language)


def looked_at(session, threshold, index: int, language):
    session = ui.remembered(session)
    session = session | {"at": min(max(int(index), 0), len(session["pictures"]) - 1)}
    return show(session, float(threshold), language)


def as_csv(session, threshold, language) -> dict:
    """The table as a CSV file."""
    if not session:
        raise ValueError("Please inspect a picture first.")
    file = ui.folder() / "scores.csv"
    with open(file, "w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "score", "more_unusual_than_percent", "is_anomaly"])
        writer.writerows([k["name"], f"{k['score']:.4f}", f"{100 * k['below']:.1f}", int(k["score"] > threshold)] for k in session["pictures"])
    return gr.File(value=str(file), visible=True)


def as_zip(session, threshold, blend, language) -> dict:
    """The heat maps over their pictures, as a ZIP file."""
    if not session:
        raise ValueError("Please inspect a picture first.")
    file = ui.folder() / "heatmaps.zip"
    with zipfile.ZipFile(file, "w") as out:
        for i, kept in enumerate(session["pictures"]):
            buffer = io.BytesIO()
            overlay(Image.open(io.BytesIO(kept["image"])), kept["heat"], threshold, blend).save(buffer, "PNG")
            out.writestr(f"{i + 1:03d}-{Path(kept['name']).stem}.png", buffer.getvalue())
    return gr.File(value=str(file), visible=True)


def learn(files, language):
    """Learn the visitor's normal pictures: yields the loss curve while it goes, at last the detector and its download."""
    say = partial(words.say, WORDS, language=language)
    if not files:
        raise ValueError("Please give at least 10 normal pictures.")
    at_most(files)
    read = []
    for file, (image, why) in zip(files, images.each(path_of(f) for f in files), strict=True):
        if image is None:
            gr.Warning(f"{Path(path_of(file)).name}: {words.error(why, language)}")
        else:
            read.append(shrunk(image, 512))
    steps = inference.fitting(read, SECONDS, "cpu" if os.environ.get("SPACES_ZERO_GPU") else None)
    losses, shown = [], 0.0
    while True:
        try:
            done, loss = next(steps)
        except StopIteration as end:
            detector = end.value
            break
        losses.append(loss)
        if done - shown > 0.02:
            shown = done
            yield charts.progress(done, losses, say("anomaly.loss")), gr.skip(), gr.skip(), gr.skip()
    folder = detector.save(ui.folder() / "model")
    file = folder.parent / "my-model.zip"
    with zipfile.ZipFile(file, "w") as out:
        for part in sorted(folder.iterdir()):
            out.write(part, part.name)
    yield charts.progress(1.0, losses, say("anomaly.learned")), detector, str(file), gr.Radio(value=MINE)


def opened_model(path, language):
    """A model that was downloaded before."""
    folder = ui.folder()
    try:
        with zipfile.ZipFile(path) as packed:
            for part in ("model.safetensors", "config.json", "calibration.safetensors"):
                if packed.getinfo(part).file_size > 50_000_000:
                    raise ValueError("This is no model that was downloaded here.")
                (folder / part).write_bytes(packed.read(part))
    except (zipfile.BadZipFile, KeyError, OSError, TypeError):
        raise ValueError("This is no model that was downloaded here.") from None
    return inference.load(folder), gr.Radio(value=MINE)


def row_shown(detector, rows, index: int, language):
    """A row of a table: its verdict, and the columns that would not rebuild."""
    say = partial(words.say, WORDS, language=language)
    index = min(max(int(index), 0), len(rows) - 1)
    result = detector.inspect(rows[index : index + 1])[0]
    names = {name: i for i, name in enumerate(detector.columns)}
    worst = [
        (f"{n}: {rows[index][names[n]]:.4g} ({say('anomaly.expected')} {result.expected[names[n]]:.4g})", e)
        for n, e in result.worst(detector.columns)
    ]
    verdict = say("anomaly.row_odd" if result.is_anomaly else "anomaly.row_normal").format(
        f"{100 * result.more_unusual_than:.0f}", f"{result.score:.2f}", "1.00"
    )
    return f'<p class="an-verdict {"an-odd" if result.is_anomaly else ""}">{verdict}</p>' + charts.columns(worst, say("anomaly.worst"))


def cell(kind: str, index: float, language):
    """A benign or malignant cell sample of the held-out split."""
    _, benign, malignant, _ = tabular.cells()
    rows = malignant if kind == "malignant" else benign
    return row_shown(tabular.load_table(), rows, int(index) % len(rows), language)


def own_table(normal, other, language):
    """Learn a visitor's normal rows; score other rows (or the same), and show the strangest."""
    say = partial(words.say, WORDS, language=language)
    if not normal:
        raise ValueError("Please give a CSV file of normal rows.")
    rows, columns = tabular.read_csv(normal)
    detector = tabular.fit_table(rows, columns)
    if other:
        rows, names = tabular.read_csv(other)
        missing = [c for c in columns if c not in names]
        if missing:
            raise ValueError(f"The second table lacks the column {missing[0]!r} of the normal rows.")
        rows = rows[:, [names.index(c) for c in columns]]
    results = detector.inspect(rows)
    order = np.argsort([-r.score for r in results])
    listed = [
        [
            int(i) + 1,
            round(results[i].score, 3),
            say("anomaly.odd") if results[i].is_anomaly else say("anomaly.normal"),
            results[i].worst(columns, 1)[0][0],
        ]
        for i in order[:200]
    ]
    headers = [say(f"anomaly.column_{c}") for c in ("row", "score", "verdict", "worst")]
    return row_shown(detector, rows, int(order[0]), language), gr.Dataframe(value={"headers": headers, "data": listed}, visible=True)


@threads.once(8)
def example(name: str, method: str):
    """An example's result, computed once for all visitors (it holds nothing of anybody's)."""
    return computed([str(EXAMPLES_FOLDER / f) for f in EXAMPLES[name]], chosen(name, method, None))[0]


def exampled(name: str, method: str, threshold: float, language: str, at: int = 1):
    model = chosen(name, method, None)
    session = {"pictures": example(name, method), "about": {"model": model, "normal": inference.load(model).calibration.normal_scores}, "at": at}
    return show(session, threshold, language)
>>>>>>> gpu


def opened(request: ui.Visit):
    """The first look: the settings of the link, and an example, ready."""
    query, language = dict(request.query_params), ui.language(request)
    name = ui.choice(query.get("normal"), EXAMPLES, "faces")
    method = ui.choice(query.get("method"), METHODS, "strong")
    threshold, blend = ui.number(query.get("threshold"), 0, 4, 1), ui.number(query.get("blend"), 0, 1, 0.6)
    at, row = int(ui.number(query.get("at"), 0, 1, 1)), int(ui.number(query.get("row"), 0, 70, 0))
    kind = ui.choice(query.get("cells"), KINDS, "malignant")
    have = pretrained.names("anomaly")
    if name not in have or f"{name}-plain" not in have:  # a folder of other models (AEDEMO_PRETRAINED)
        method = "strong" if name in have else "plain"
    files = [str(EXAMPLES_FOLDER / f) for f in EXAMPLES[name]]
    looked = exampled(name, method, threshold, language, at)
    return files, name, method, threshold, blend, kind, row, *looked, cell(kind, row, language)


AT = "document.querySelector('#anomaly-grid .an-at')?.dataset.index ?? 1"
SHARE = ui.link("anomaly", "normal, method, threshold, blend, cells, row", f"{{normal, method, threshold, blend, cells, row, at: {AT}}}")
BLEND = "v => { document.documentElement.style.setProperty('--an-blend', v); return []; }"
PICK = (
    """element.addEventListener('click', e => { const c = e.target.closest('[data-index]'); if (c) trigger('select', {index: +c.dataset.index}); })"""
)


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    gr.Markdown(t("anomaly.lead"))
    session, mine = gr.State(time_to_live=3600), gr.State(time_to_live=3600)
    with gr.Row():
        with gr.Column(min_width=300):
            name = gr.Radio(
                [*((t(f"anomaly.{n}"), n) for n in EXAMPLES), (t("anomaly.mine"), MINE)],
                value="faces",
                label=t("anomaly.model"),
                elem_id="anomaly-model",
            )
            method = gr.Radio(
                [(t("anomaly.strong"), "strong"), (t("anomaly.plain"), "plain")], value="strong", label=t("anomaly.method"), elem_id="anomaly-method"
            )
            ready = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[n] for n in EXAMPLES], sample_labels=["☺ 脸 face / cartoon", "▤ 金属 metal / scratch", "▦ 纸 paper / scratch"], label=t("anomaly.examples"), type="index", elem_id="anomaly-examples")  # fmt: skip
        with gr.Column(min_width=300):
            files = gr.Gallery(label=t("anomaly.files"), interactive=True, type="filepath", sources=["upload", "webcam", "clipboard"], columns=4, height=210, elem_id="anomaly-files", buttons=[])  # fmt: skip
            go = gr.Button(t("anomaly.go"), variant="primary", elem_id="anomaly-go")
    shown = gr.HTML(js_on_load=PICK, elem_id="anomaly-grid")
    with gr.Row():
        threshold = gr.Slider(0, 4, 1, step=0.05, label=t("anomaly.threshold"), elem_id="anomaly-threshold", min_width=280)
        blend = gr.Slider(0, 1, 0.6, step=0.05, label=t("anomaly.blend"), elem_id="anomaly-blend", min_width=280)
    view = gr.HTML(elem_id="anomaly-view")
    with gr.Row():
        with gr.Column(min_width=300):
            slider = gr.ImageSlider(
                label=t("anomaly.slide"), type="pil", interactive=False, height=340, max_height=340, elem_id="anomaly-slider", buttons=[]
            )
        with gr.Column(min_width=300):
            charted = gr.HTML(elem_id="anomaly-charts")
    listed = gr.Dataframe(datatype=["str", "number", "number", "str"], label=t("anomaly.table"), interactive=False, max_height=220, elem_id="anomaly-table")  # fmt: skip
    with gr.Row():
        to_csv = gr.Button(t("anomaly.csv"), size="sm", elem_id="anomaly-csv")
        to_zip = gr.Button(t("anomaly.zip"), size="sm", elem_id="anomaly-zip")
        share = gr.Button(t("anomaly.share"), size="sm", elem_id="anomaly-share")
    saved = gr.File(label=t("anomaly.saved"), interactive=False, visible=False, height=70, elem_id="anomaly-saved")
    learning = build_own(mine, name)
    kind, which, told = build_table()
    with gr.Accordion(t("anomaly.how"), open=False, elem_id="anomaly-how"):
        gr.Markdown(t("anomaly.guide"), latex_delimiters=ui.LATEX)
        figure = gr.Markdown(latex_delimiters=ui.LATEX)

    results = [session, shown, view, slider, charted, figure, listed]
    asked = [files, name, method, threshold, mine]
    go.click(ui.sentences(inspect), asked, results, api_name="anomaly_inspect", **ui.HEAVY)
    files.upload(ui.sentences(inspect), asked, results, api_visibility="private", **ui.HEAVY)
    for setting in (name, method):
        setting.input(ui.sentences(inspect), asked, results, api_visibility="private", **ui.HEAVY)
    threshold.release(ui.sentences(rethreshold), [session, threshold], results, **ui.QUIET, **ui.LIGHT)
    blend.change(None, blend, None, js=BLEND, api_visibility="private")

    def clicked(kept, limit, told, language):
        return looked_at(kept, limit, told["index"], language)

    shown.select(ui.of_event(clicked), [session, threshold], results, **ui.QUIET, **ui.LIGHT)

    def picked(index, how, limit, language):
        one = list(EXAMPLES)[index]
        return [str(EXAMPLES_FOLDER / f) for f in EXAMPLES[one]], one, *exampled(one, how, limit, language)

    ready.click(ui.sentences(picked), [ready, method, threshold], [files, name, *results], api_visibility="private", **ui.READY)
    to_csv.click(ui.sentences(as_csv), [session, threshold], saved, api_visibility="private", **ui.LIGHT)
    to_zip.click(ui.sentences(as_zip), [session, threshold, blend], saved, api_visibility="private", **ui.LIGHT)
    share.click(None, [name, method, threshold, blend, kind, which], None, js=SHARE, api_visibility="private")
    learning.success(ui.sentences(inspect), asked, results, api_visibility="private", **ui.HEAVY)
    page.load(opened, None, [files, name, method, threshold, blend, kind, which, *results, told])
