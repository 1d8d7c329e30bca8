"""What each room of the trees tab shows of a sentence, as HTML."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from .. import plots, pretrained, words
from . import brackets, drawing
from .inference import MOST, NAME, Alternative, Parse, Parser, Phrase
from .sentences import pieces, words_of
from .words import WORDS

FOLDER = Path(__file__).parents[2] / "examples" / "trees"
MOST_TEXT = 4000  # characters
SMALL = 620  # units that words of a small tree may take side by side
LENGTHS = (5, 7, 10, 14, 20, 28, 40)  # that are timed
BATCH = 10


@dataclass(frozen=True)
class Session:
    """A text, the part of it that is shown, and what was found of that."""

    parts: tuple[str, ...]
    part: int
    parse: Parse
    trees: tuple[Alternative, ...]

    @property
    def words(self) -> list[str]:
        return brackets.words(self.parse.tree)


def examples() -> list[tuple[str, str]]:
    """Sentences, and a gold bracketing of each."""
    rows = (line.partition("\t") for line in (FOLDER / "sentences.tsv").read_text(encoding="utf-8").splitlines())
    return [(sentence, gold) for sentence, _, gold in rows]


def computed(parser: Parser, text, part: int = 0) -> Session:
    """All that is asked of the grammar about a text: a str, cut at its punctuation, or a list of words."""
    if isinstance(text, str):
        if len(text) > MOST_TEXT:
            raise ValueError(f"The text has {len(text):,} characters; at most {MOST_TEXT:,} are taken.")
        parts = pieces(text)
        if not parts:
            words_of(text)  # says what is missing
        part = min(max(int(part or 0), 0), len(parts) - 1)
        sentence = words_of(parts[part])
    else:
        sentence = words_of(text)
        parts, part = [" ".join(sentence)], 0
    return Session(tuple(parts), part, parser.parse(sentence), tuple(parser.alternatives(sentence, MOST)))


def many(count: int) -> str:
    """How many trees: exact as long as it can be read."""
    if count < 10**9:
        return f"{count:,}"
    power = len(str(count)) - 1
    digits = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{count / 10**power:.1f} × 10{digits}"


def possible(n: int) -> int:
    """Binary trees of n words: Catalan's numbers."""
    return math.comb(2 * n - 2, n - 1) // n


def per_cent(value: float) -> str:
    return f"{100 * value:.0f}%" if value >= 0.995 else f"{100 * value:.1f}%" if value >= 0.001 else f"{100 * value:.2g}%"


def says(session: Session, language: str):
    """What a node is called, by where it is."""
    say, sentence, chances = partial(words.say, WORDS, language=language), session.words, session.parse.chances

    def told(place) -> str:
        text = " ".join(sentence[place.begin : place.end])
        if place.end - place.begin == 1:
            return say("trees.word").format(text)
        return say("trees.node").format(text, f"{100 * chances[place.begin, place.end - place.begin - 1]:.0f}")

    return told


def facts(session: Session, language: str) -> str:
    say, n = partial(words.say, WORDS, language=language), len(session.words)
    told = say("trees.facts").format(n, many(possible(n)), session.parse.score)
    if session.parse.unknown:
        told += " " + say("trees.unknown").format(", ".join(map(html.escape, session.parse.unknown)))
    return f'<p class="ae-caption">{told}</p>'


# ---- the tree and others


def tree(session: Session, rank: int, language: str) -> str:
    """One of the trees, and what of it is not in the first."""
    shown = session.trees[rank - 1].tree
    new = brackets.spans(shown) - brackets.spans(session.trees[0].tree)
    return drawing.tree(
        shown,
        session.words,
        brackets.write(shown),
        session.parse.chances,
        says(session, language),
        {span: "tr-new" for span in new},
        "fold",
    )


def told(session: Session, rank: int, language: str) -> str:
    """How probable it is beside the others, and the phrases that changed."""
    say, one, first = partial(words.say, WORDS, language=language), session.trees[rank - 1], session.trees[0]
    if len(session.trees) == 1:
        return files(session, rank, language)
    bars = drawing.columns(
        [t.probability for t in session.trees],
        rank - 1,
        say("trees.columns"),
        [say("trees.column").format(i, per_cent(t.probability)) for i, t in enumerate(session.trees, 1)],
    )
    line = say("trees.shown").format(
        rank, len(session.trees), per_cent(one.probability), per_cent(first.probability), len(session.words) - 1, one.expected
    )
    changes = ""
    mine, its = brackets.spans(one.tree), brackets.spans(first.tree)
    for key, spans in (("changed", mine - its), ("lost", its - mine)):
        if spans:
            phrases = "".join(f'<span class="tr-chip">{html.escape(" ".join(session.words[b:e]))}</span>' for b, e in sorted(spans))
            changes += f'<p class="tr-{key}">{say(f"trees.{key}")} {phrases}</p>'
    return f'<div data-rank="{rank}">{bars}<p>{line}</p>{changes}</div>{files(session, rank, language)}'


def files(session: Session, rank: int, language: str) -> str:
    """Downloads of the tree that is shown."""
    say = partial(words.say, WORDS, language=language)
    text = plots.uri((brackets.write(session.trees[rank - 1].tree) + "\n").encode(), "text/plain;charset=utf-8")
    return (
        f'<p class="tr-files"><a download="tree.svg" href="{drawing.file(tree(session, rank, language))}">{say("trees.svg")}</a>'
        f'<a download="tree.txt" href="{text}">{say("trees.txt")}</a></p>'
    )


# ---- a node, replaced


def node_of(session: Session, given: str) -> tuple[int, int]:
    """The node that "begin,end" names; otherwise the last phrase of two words, or what there is."""
    spans = [(node.begin, node.end) for node in session.parse.nodes]
    begin, _, end = (given or "").partition(",")
    if begin.isdecimal() and end.isdecimal() and (int(begin), int(end)) in spans:
        return int(begin), int(end)
    return ([span for span in spans if span[1] - span[0] == 2] or spans)[-1]


def choose(session: Session, span: tuple[int, int], language: str) -> str:
    return drawing.tree(
        session.parse.tree, session.words, brackets.write(session.parse.tree), session.parse.chances, says(session, language), mode="choose", at=span
    )


def near(session: Session, span: tuple[int, int], found: list[Phrase], chosen: str, index: int, language: str) -> str:
    """Phrases that could stand at a node, to choose from; index: how many phrases there are"""
    say, text = partial(words.say, WORDS, language=language), " ".join(session.words[slice(*span)])
    rows = "".join(
        f'<li><button type="button" data-phrase="{html.escape(one.text)}" aria-pressed="{str(one.text == chosen).lower()}">{html.escape(one.text)}'
        f"<small>{one.similarity:.2f}</small></button></li>"
        for one in found
    )
    title = say("trees.near").format(html.escape(text))
    return (
        f'<h4 data-node="{span[0]},{span[1]}">{title}</h4><ul class="tr-near">{rows}</ul><p class="ae-caption">{say("trees.index").format(index)}</p>'
    )


def usual_phrase(session: Session, span: tuple[int, int], found: list[Phrase]) -> str:
    """The nearest that says something else."""
    here = " ".join(session.words[slice(*span)]).lower()
    return next((one.text for one in found if one.text.lower() != here), found[0].text)


def written(session: Session, span: tuple[int, int], phrase: Phrase, before, after, language: str) -> str:
    """Both trees that the decoder wrote: as it was, and with a phrase's vector at a node."""
    say = partial(words.say, WORDS, language=language)
    text = " ".join(session.words[slice(*span)])
    again = brackets.words(before)
    back = sum(a.lower() == b for a, b in zip(session.words, again))
    size = len(brackets.words(phrase.tree))
    cards = ""
    for kind, made, title, end in (
        ("before", before, say("trees.as_is"), span[1]),
        ("after", after, say("trees.replaced").format(html.escape(phrase.text), html.escape(text)), span[0] + size),
    ):
        line, inside = brackets.words(made), {}
        for b, e in [*brackets.spans(made), *((i, i + 1) for i in range(len(brackets.words(made))))]:
            if span[0] <= b and e <= end:
                inside[b, e] = "tr-at"
        marked = " ".join(html.escape(w) for w in line[: span[0]])
        marked += f" <mark>{' '.join(map(html.escape, line[span[0] : end]))}</mark> " + " ".join(html.escape(w) for w in line[end:])
        drawn = drawing.tree(made, line, brackets.write(made), classes=inside, room=SMALL)
        cards += f'<section class="tr-card" data-kind="{kind}"><h4>{title}</h4><p class="tr-line">{marked.strip()}</p>{drawn}</section>'
    return f'<div class="tr-cards">{cards}</div><p class="ae-caption">{say("trees.kept").format(back, len(session.words))}</p>'


# ---- beside plain trees


def compared(session: Session, gold, seed: int, language: str) -> str:
    """The model's tree beside trees that know nothing of words; gold: a tree, or None"""
    say, sentence = partial(words.say, WORDS, language=language), session.words
    rivals = {
        "model_tree": session.parse.tree,
        "right": brackets.right_branching(sentence),
        "left": brackets.left_branching(sentence),
        "random": brackets.random_tree(sentence, seed),
    }
    cards = ""
    whole = (0, len(sentence))
    wanted = brackets.spans(gold) - {whole} if gold else set()
    for name, one in (*([("gold_tree", gold)] if gold else []), *rivals.items()):
        found, line = brackets.spans(one) - {whole}, ""
        marks = {whole: "tr-plain"} if gold else {}
        if gold and name != "gold_tree":
            score, both = brackets.f1(gold, one)
            marks |= {span: "tr-hit" if span in both else "tr-miss" for span in found}
            line = f'<p class="tr-f1">{say("trees.f1").format(100 * score, len(both), len(found), len(wanted))}</p>'
        drawn = drawing.tree(one, sentence, brackets.write(one), classes=marks, room=SMALL)
        cards += f'<section class="tr-card" data-kind="{name}"><h4>{say(f"trees.{name}")}</h4>{line}{drawn}</section>'
    told = say("trees.counted") if gold else say("trees.no_gold")
    return f'<p class="ae-caption">{told}</p><div class="tr-cards">{cards}{on_card(language)}</div>'


def on_card(language: str) -> str:
    """The card's F1 of each kind of tree."""
    say, card = partial(words.say, WORDS, language=language), pretrained.card("trees", NAME)
    out, kinds = "", (("model_tree", "model"), ("right", "right_branching"), ("left", "left_branching"), ("random", "random"))
    for longest in (10, 40):
        rows = [
            (say(f"trees.{name}"), card[key] / 100, plots.A_COLOUR if name == "model_tree" else plots.NEUTRAL)
            for name, key in ((name, f"f1_up_to_{longest}_{kind}") for name, kind in kinds)
            if key in card
        ]
        out += f"<h4>{say('trees.on_card').format(longest)}</h4>{plots.bars(rows)}" if rows else ""
    return f'<section class="tr-card tr-measured">{out}<p class="ae-caption">{say("trees.looked_at")}</p></section>' if out else ""


# ---- what it costs


def work(session: Session, language: str) -> str:
    say, n = partial(words.say, WORDS, language=language), len(session.words)
    return f"<p>{say('trees.work').format(n, n * (n - 1) // 2, (n**3 - n) // 6, many(possible(n)))}</p>"


def longest(sentences) -> list[str]:
    """Words to time: the longest example's."""
    return words_of(max(sentences, key=len))


def seconds(sentence: list[str], parser: Parser, clock) -> tuple[float, float]:
    """Wall-clock seconds of a parse alone, the middle of three, and of one among ten parsed at once."""
    taken = []
    for _ in range(3):
        start = clock()
        parser.parse(sentence)
        taken.append(clock() - start)
    start = clock()
    parser.parse_all([sentence] * BATCH)
    return float(np.median(taken)), (clock() - start) / BATCH


def curve(one: list[float], together: list[float], language: str) -> str:
    """What was timed so far."""
    say = partial(words.say, WORDS, language=language)
    labels = (say("trees.seconds"), say("trees.words"), say("trees.alone"), say("trees.together").format(BATCH), say("trees.cube"))
    drawn = drawing.cost(list(LENGTHS), one, together, labels)
    if len(together) < 3:
        return drawn
    lengths = LENGTHS[: len(together)]
    half = next(i for i, n in enumerate(lengths) if 2 * n >= lengths[-1])  # over the last doubling
    steep = [math.log(taken[len(lengths) - 1] / taken[half]) / math.log(lengths[-1] / lengths[half]) for taken in (one, together)]
    return f'<div data-timed="{len(together)}">{drawn}<p>{say("trees.steep").format(lengths[half], lengths[-1], steep[0], BATCH, steep[1])}</p></div>'


# ---- how it works


def how(session: Session, parser: Parser, language: str) -> str:
    """The shapes of this sentence, the equations, the papers and the card's figures, as Markdown."""
    say, c, n = partial(words.say, WORDS, language=language), parser.network.config, len(session.words)
    k, t = c.nonterminals, c.preterminals
    card = pretrained.card("trees", NAME)
    rows = "\n".join(f"| {key} | {value:.4g} |" for key, value in card.items())
    symbols = say("trees.symbols")
    lines = [
        f"**{say('trees.shapes')}**: ({n},) → p(w | T) ({n}, {t}) → inside ({n}, {n}, {k}) → outside ({n}, {n}, {k}) → p(span) ({n}, {n}) → "
        f"CKY → {max(n - 1, 0)} × (begin, end) + ({2 * n - 1}, {k} + {t}); {symbols}: {k} + {t}",
        r"$$\beta_A(i,j)=\sum_{k=i+1}^{j-1}\Big(\sum_B p_\text{left}(B\mid A)\,\beta_B(i,k)\Big)\Big(\sum_C p_\text{right}(C\mid A)\,\beta_C(k,j)\Big),\qquad "
        r"\max\ \log p(x)=\log\sum_A p(A)\,\beta_A(0,n)$$",
        r"$$p(i,j\mid x)=\frac{\sum_A\alpha_A(i,j)\,\beta_A(i,j)}{p(x)},\qquad \hat t=\arg\max_t\sum_{(i,j)\in t}p(i,j\mid x)$$",
        f"**{say('trees.papers')}**: [Kim, Dyer & Rush 2019](https://arxiv.org/abs/1906.10225), [Liu et al. 2023](https://arxiv.org/abs/2310.14997), "
        "[Goodman 1996](https://aclanthology.org/P96-1024); [DIORA](https://arxiv.org/abs/1904.02142), [URNNG](https://arxiv.org/abs/1904.03746), "
        "[StructVAE](https://arxiv.org/abs/1806.07832)",
    ]
    if card:
        lines.append(f"**{say('trees.figures')}**\n\n| | `{NAME}` |\n|---|---|\n{rows}")
    return "\n\n".join(lines)
