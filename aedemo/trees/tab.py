"""The trees tab: a sentence's tree and others, a node replaced, plain trees beside it, and what a parse costs."""

from __future__ import annotations

import time
from pathlib import Path

import gradio as gr

from .. import pretrained, threads, ui, words
from . import brackets, inference, rooms
from .words import WORDS

HERE = Path(__file__).parent
JS = (HERE / "tree.js").read_text()
ROOMS = ("tree", "edit", "compare", "cost")
LABEL = 36  # letters of an example's
LONGEST_RUN = 5.0  # seconds of timing
USUAL = {"room": "tree", "text": "", "part": 0, "rank": 1, "node": "", "phrase": "", "gold": "", "seed": 0}
BUT_COMPARED = 17  # the text and what `shown` gives, all but the last

parser = inference.load  # which keeps what it loaded


@threads.once(1)
def examples() -> dict[str, str]:
    """Gold bracketings by sentence."""
    return dict(rooms.examples())


@ui.gpu(duration=20)
def computed(text, part: int = 0) -> rooms.Session:
    return rooms.computed(parser(), text, part)


@threads.once(16)
def example(text: str) -> rooms.Session:
    return computed(text)


@ui.gpu(duration=10)
def like(session: rooms.Session, span: tuple[int, int]) -> list[inference.Phrase]:
    """Phrases that could stand at a node."""
    return parser().nearest(next(node.vector for node in session.parse.nodes if (node.begin, node.end) == span), 10)


@ui.gpu(duration=10)
def rebuilt(session: rooms.Session, span: tuple[int, int], text: str):
    """A phrase, and what the decoder writes without it and with it."""
    phrase = parser().phrase(text)
    return phrase, parser().rebuild(session.parse), parser().rebuild(session.parse, {span: phrase})


# ---- what the page shows of a session


def edited(session: rooms.Session, node: str, phrase: str, language: str) -> tuple:
    """The room of the editor: node, phrase, the tree to choose from, phrases, and both trees that were written."""
    span = rooms.node_of(session, node)
    found = like(session, span)
    phrase = (phrase or "").strip() or rooms.usual_phrase(session, span, found)
    near = rooms.near(session, span, found, phrase, len(parser().phrases()), language)
    return (
        "{},{}".format(*span),
        phrase,
        rooms.choose(session, span, language),
        near,
        rooms.written(session, span, *rebuilt(session, span, phrase), language),
    )


def ranked(session, rank, language) -> tuple:
    """One of the k best trees."""
    session = ui.remembered(session)
    rank = min(max(int(rank), 1), len(session.trees))
    return rooms.tree(session, rank, language), rooms.told(session, rank, language), brackets.write(session.trees[rank - 1].tree)


def shown(session: rooms.Session, language: str, rank=1, node="", phrase="", gold="", seed=0) -> tuple:
    """Everything of a sentence, in the order of `build`'s `every`."""
    count = len(session.trees)
    rank = min(max(int(rank), 1), count)
    labels = [(f"{i}: {words}", i - 1) for i, words in enumerate(session.parts, 1)]
    return (
        session,
        gr.Dropdown(choices=labels, value=session.part, visible=len(labels) > 1),
        gr.Slider(value=rank, maximum=max(count, 2), visible=count > 1),
        rooms.facts(session, language),
        *ranked(session, rank, language),
        *edited(session, node, phrase, language),
        gold,
        int(seed),
        rooms.work(session, language),
        rooms.how(session, parser(), language),
        rooms.compared(session, brackets.read(gold) if gold else None, seed, language),
    )


def gold_of(text: str) -> str:
    return examples().get(text.strip(), "")


def parsed(text, language):
    """A sentence's tree, and all that the page shows of it."""
    return shown(computed(text), language, gold=gold_of(text))


def other_part(text, part, language):
    """Another part of a text that was cut."""
    return shown(computed(text, part), language)


def picked(index, language):
    text, gold = list(examples().items())[index]
    return text, *shown(example(text), language, gold=gold)


def replaced(session, node, phrase, language):
    """A phrase of one's own, or of the index, in a node's place."""
    if not (phrase or "").strip():
        raise ValueError("Please write a phrase first.")
    return edited(ui.remembered(session), node, phrase, language)[3:]


def chosen(session, clicked, language):
    """A node of the tree, clicked."""
    return edited(ui.remembered(session), clicked["span"], "", language)


def named(session, node, clicked, language):
    """A phrase of the index, clicked."""
    return clicked["phrase"], *replaced(session, node, clicked["phrase"], language)[1:]


def compared(session, gold, seed, language):
    """Against gold brackets; where those are of other words, they are the sentence from now on."""
    session, tree = ui.remembered(session), brackets.read(gold) if (gold or "").strip() else None
    given = brackets.words(tree) if tree else session.words
    if [word.lower() for word in given] == [word.lower() for word in session.words]:
        return *[gr.skip()] * BUT_COMPARED, rooms.compared(session, tree, seed, language)
    threads.tell(words.say(WORDS, "trees.taken", language))
    return " ".join(given), *shown(computed(given), language, gold=gold.strip(), seed=seed)


def another(session, gold, seed, language):
    """Other dice for the random tree; of gold brackets, those are looked at that fit the sentence."""
    session, seed = ui.remembered(session), (int(seed) + 1) % 10_000
    return seed, rooms.compared(session, fitting(session, gold), seed, language)


def fitting(session: rooms.Session, gold: str):
    """Gold brackets as a tree, if they can be read and are of these words."""
    try:
        tree = brackets.read(gold or "")
        brackets.f1(tree, session.parse.tree)
        return tree
    except ValueError:
        return None


@ui.gpu(duration=10)
def seconds(sentence: list[str]) -> tuple[float, float]:
    return rooms.seconds(sentence, parser(), time.perf_counter)


def timed(language):
    """Seconds by length, a point at a time; what would take too long is left out."""
    sentence, start, one, together = rooms.longest(examples()), time.monotonic(), [], []
    seconds(sentence[:5])  # the first call pays for more than itself
    for n in rooms.LENGTHS:
        alone, each = seconds(sentence[:n])
        one.append(alone)
        together.append(each)
        yield rooms.curve(one, together, language)
        if time.monotonic() - start > LONGEST_RUN:
            return


# ---- the link


def of_link(query: dict) -> dict:
    """What the link says; what is nonsense in it, or not there, is as usual."""
    told = dict(USUAL) | {key: query[key][: rooms.MOST_TEXT] for key in ("text", "node", "phrase", "gold") if query.get(key)}
    numbers = {key: ui.whole(query.get(key), top, USUAL[key]) for key, top in (("part", 999), ("rank", inference.MOST), ("seed", 9999))}
    return told | numbers | {"room": ui.choice(query.get("room"), ROOMS, USUAL["room"])}


def opened(request: ui.Visit):
    """The first look: what the link says, else the first example."""
    told, language = of_link(dict(request.query_params)), ui.language(request)
    text, first = told["text"], next(iter(examples()))
    settings = {key: told[key] for key in ("rank", "node", "phrase", "seed")}
    try:
        session = computed(text, told["part"]) if text and text not in examples() else example(text or first)
        gold = told["gold"] if fitting(session, told["gold"]) else gold_of(text or first)
        found = shown(session, language, gold=gold, **settings)
    except (ValueError, TypeError):  # a link with what cannot be parsed, or with a phrase of too many words
        text, found = first, shown(example(first), language, gold=gold_of(first))
    return gr.Tabs(selected=told["room"]), told["room"], text or first, *found


SHARE = ui.link(
    "trees",
    "room, text, part, rank, node, phrase, gold, seed",
    "{room, text: text.slice(0, 1500), part: part ?? 0, rank, node, phrase, gold: gold.slice(0, 1500), seed}",
)


# ---- the layout


def build(page: ui.Room) -> None:
    """Lay the tab out and wire it; called inside the page's `gr.Tab`."""
    t = ui.t
    if inference.NAME not in pretrained.names("trees"):
        gr.Markdown(t("trees.none"))
        return
    gr.Markdown(t("trees.lead"))
    session = gr.State(time_to_live=3600)
    room, node = (gr.Textbox(USUAL[key], visible="hidden") for key in ("room", "node"))  # states would not reach the link's script
    seed = gr.Number(0, precision=0, visible="hidden")
    text = gr.Textbox(label=t("trees.sentence"), placeholder=t("trees.placeholder"), lines=1, max_lines=8, elem_id="trees-text")
    go = gr.Button(t("trees.go"), variant="primary", elem_id="trees-go")
    labels = [one if len(one) <= LABEL else one[:LABEL].rstrip() + "…" for one in examples()]
    given = gr.Dataset(components=[gr.Textbox(visible=False)], samples=[[one] for one in examples()], sample_labels=labels, label=t("trees.examples"), type="index", elem_id="trees-examples")  # fmt: skip
    part = gr.Dropdown(label=t("trees.part"), visible=False, elem_id="trees-part")
    facts = gr.HTML(elem_id="trees-facts")
    drawing = {"js_on_load": JS, "apply_default_css": False}
    with gr.Tabs(elem_id="trees-rooms") as tabs:
        with gr.Tab(t("trees.room_tree"), id="tree", elem_id="trees-room-tree") as in_tree:
            gr.Markdown(t("trees.fold"), elem_classes="ae-caption")
            tree = gr.HTML(elem_id="trees-tree", **drawing)
            rank = gr.Slider(1, inference.MOST, 1, step=1, label=t("trees.rank"), elem_id="trees-rank", buttons=[])
            told = gr.HTML(elem_id="trees-told")
            written = gr.Textbox(label=t("trees.brackets"), interactive=False, buttons=["copy"], elem_id="trees-brackets")
        with gr.Tab(t("trees.room_edit"), id="edit", elem_id="trees-room-edit") as in_edit:
            gr.Markdown(t("trees.choose"))
            choose = gr.HTML(elem_id="trees-choose", **drawing)
            with gr.Row():
                with gr.Column(min_width=280, scale=3):
                    near = gr.HTML(elem_id="trees-near", **drawing)
                with gr.Column(min_width=240, scale=2):
                    phrase = gr.Textbox(label=t("trees.phrase"), elem_id="trees-phrase")
                    write = gr.Button(t("trees.write"), size="sm", elem_id="trees-write")
            again = gr.HTML(elem_id="trees-again")
        with gr.Tab(t("trees.room_compare"), id="compare", elem_id="trees-room-compare") as in_compare:
            gr.Markdown(t("trees.compare"))
            gold = gr.Textbox(label=t("trees.gold"), lines=2, max_lines=8, elem_id="trees-gold")
            with gr.Row():
                score = gr.Button(t("trees.score"), variant="primary", size="sm", elem_id="trees-score")
                dice = gr.Button(t("trees.again"), size="sm", elem_id="trees-dice")
            beside = gr.HTML(elem_id="trees-beside")
        with gr.Tab(t("trees.room_cost"), id="cost", elem_id="trees-room-cost") as in_cost:
            gr.Markdown(t("trees.cost"))
            work = gr.HTML(elem_id="trees-work")
            clock = gr.Button(t("trees.time"), size="sm", elem_id="trees-time")
            curve = gr.HTML(elem_id="trees-curve")
    share = gr.Button(t("trees.share"), size="sm", elem_id="trees-share")
    with gr.Accordion(t("trees.how"), open=False, elem_id="trees-how"):
        gr.Markdown(t("trees.guide"))
        how = gr.Markdown(latex_delimiters=ui.LATEX)

    of_tree, of_edit = [tree, told, written], [node, phrase, choose, near, again]
    every = [session, part, rank, facts, *of_tree, *of_edit, gold, seed, work, how, beside]
    for event in (go.click, text.submit):
        event(ui.sentences(parsed), text, every, show_progress_on=facts, **ui.BUSY, **ui.HEAVY)
    part.input(ui.sentences(other_part), [text, part], every, show_progress_on=facts, **ui.BUSY, **ui.HEAVY)
    given.click(ui.sentences(picked), given, [text, *every], **ui.QUIET, **ui.READY)
    rank.input(ui.sentences(ranked), [session, rank], of_tree, trigger_mode="always_last", **ui.QUIET, **ui.LIGHT)

    choose.select(ui.of_event(chosen), session, of_edit, show_progress_on=near, **ui.BUSY, **ui.HEAVY)
    near.select(ui.of_event(named), [session, node], [phrase, again], show_progress_on=again, **ui.BUSY, **ui.HEAVY)
    for event in (write.click, phrase.submit):
        event(ui.sentences(replaced), [session, node, phrase], [near, again], show_progress_on=again, **ui.BUSY, **ui.HEAVY)
    score.click(ui.sentences(compared), [session, gold, seed], [text, *every], show_progress_on=beside, **ui.BUSY, **ui.HEAVY)
    dice.click(ui.sentences(another), [session, gold, seed], [seed, beside], **ui.QUIET, **ui.LIGHT)
    clock.click(ui.streaming(timed), None, curve, **ui.BUSY, **ui.CLOCK)
    for name, one in (("tree", in_tree), ("edit", in_edit), ("compare", in_compare), ("cost", in_cost)):
        one.select(None, None, room, js=f"() => '{name}'", api_visibility="private")
    share.click(None, [room, text, part, rank, node, phrase, gold, seed], None, js=SHARE, api_visibility="private")
    page.load(opened, None, [tabs, room, text, *every])
