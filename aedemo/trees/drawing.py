"""The trees tab's drawings: trees as SVG that scale with the page, and what a parse costs by its length."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .. import plots

SIZE = 15  # of the words, in units of the drawing
NARROW = 420  # units that a phone shows without scrolling at a size that can be read
SLANT = 58  # degrees, of words that would need too much room side by side
FIT = 22  # words that a phone shows without scrolling
LONGEST_WORD = 24  # letters
SURE, UNSURE = (0x2F, 0x6F, 0xED), (0x8A, 0x8F, 0x98)
# of a file by itself, which does not know the page's style; `ui.CSS` has the same for light and dark
STYLE = """svg{background:#fff}text{font:15px sans-serif;fill:#1f2937}.tr-edge{fill:none}.tr-pill rect{fill:#fff}.tr-pill text{font-size:10.5px}
.tr-roof{display:none}.tr-new>.tr-inside>.tr-edge,.tr-new>.tr-pill rect{stroke:#e8710a}"""


@dataclass
class Place:
    """A phrase in a drawing."""

    begin: int
    end: int
    depth: int
    height: int  # of what is below it
    children: list[Place]
    x: float = 0.0


def places(tree, begin: int = 0, depth: int = 0) -> Place:
    if isinstance(tree, str):
        return Place(begin, begin + 1, depth, 0, [])
    children: list[Place] = []
    for child in tree:
        children.append(places(child, children[-1].end if children else begin, depth + 1))
    return Place(begin, children[-1].end, depth, 1 + max(c.height for c in children), children)


def _leaves(place: Place):
    if not place.children:
        yield place
    for child in place.children:
        yield from _leaves(child)


def wide(word: str) -> float:
    """About how wide a word is drawn."""
    em = sum(1.0 if c > "\u2e80" else 0.33 if c in "ijltfr.,'!|-" else 0.86 if c in "mwMW@%&" else 0.68 if c.isupper() else 0.57 for c in word)
    return SIZE * em


def short(word: str) -> str:
    return word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD - 1] + "…"


def colour(chance: float) -> str:
    """From grey (anything but sure) to blue (sure)."""
    return "rgb({},{},{})".format(*(round(b + (a - b) * min(max(chance, 0), 1)) for a, b in zip(SURE, UNSURE)))


def tree(
    given,
    words: list[str],
    label: str,
    chances: np.ndarray | None = None,
    says: Callable[[Place], str] | None = None,
    classes: dict[tuple[int, int], str] | None = None,
    mode: str = "still",
    at: tuple[int, int] | None = None,
    room: float = 1100,
) -> str:
    """A tree over its words, with brackets whose width and colour are their weight; nested tuples, of any number of parts.

    chances : (n, n) as of a `Parse`; without it brackets are alike and have no numbers
    says : what a node is called
    classes : more classes for some nodes, by (begin, end)
    mode : "fold", nodes can be folded; "choose", nodes and words can be chosen; "still"
    at : the node that is chosen
    room : units that words may take side by side; where they take more they are slanted. A phone gets a drawing of its own
    """
    shown = [short(word) for word in words]
    flat = sum(max(wide(word), 26) + 14 for word in shown)
    drawn = _Drawing(given, shown, label, chances, says or (lambda place: " ".join(words[place.begin : place.end])), classes or {}, mode, at)
    if flat <= NARROW:
        return f'<div class="tr-scroll">{drawn.svg(False)}</div>'
    if flat > room:
        return f'<div class="tr-scroll">{drawn.svg(True)}</div>'
    return f'<div class="tr-scroll">{drawn.svg(False, "tr-wide")}{drawn.svg(True, "tr-narrow")}</div>'


class _Drawing:
    def __init__(self, given, words, label, chances, says, classes, mode, at):
        self.root, self.words, self.label, self.chances = places(given), words, label, chances
        self.says, self.classes, self.mode, self.at = says, classes, mode, at

    def svg(self, slanted: bool, kind: str = "") -> str:
        n, numbers = len(self.words), self.chances is not None
        sizes = [wide(word) for word in self.words]
        radians = np.deg2rad(SLANT)
        if slanted:
            pitch = 24 if numbers else 20
            self.leaves = [16.0 + pitch * i for i in range(n)]
            right = max(x + size * np.cos(radians) for x, size in zip(self.leaves, sizes)) + 8
            below = max(sizes) * np.sin(radians) + 16
        else:
            boxes = [max(size, 26) + 14 for size in sizes]
            ends = np.cumsum(boxes)
            self.leaves = [float(end - box / 2) for end, box in zip(ends, boxes)]
            right, below = float(ends[-1]), 24
        right = max(right, self.leaves[-1] + 16)
        height = max(self.root.height, 1)
        self.step = min(36.0 if not slanted else 30.0, max(17.0 if numbers else 8.0, (440 if numbers else 220) / height))
        self.base = 14 + self.step * self.root.height
        self._settle(self.root)
        inside = "" if self.root.height == 0 else self._node(self.root)
        box = f"0 0 {right:.0f} {self.base + below:.0f}"
        least = f"min-width:{0.62 * right:.0f}px;" if n > FIT else ""
        role = {"still": "img"}.get(self.mode, "tree")
        return (
            f'<svg class="tr-tree {kind}" data-mode="{self.mode}" viewBox="{box}" role="{role}" aria-label="{html.escape(self.label)}" '
            f'style="max-width:{1.6 * right:.0f}px;{least}">{inside}<g class="tr-words">{self._words(slanted, sizes)}</g></svg>'
        )

    def _settle(self, place: Place) -> None:
        for child in place.children:
            self._settle(child)
        place.x = (place.children[0].x + place.children[-1].x) / 2 if place.children else self.leaves[place.begin]

    def _y(self, place: Place) -> float:
        return self.base - self.step * place.height

    def _weight(self, place: Place) -> float:
        return 1.0 if self.chances is None else float(self.chances[place.begin, place.end - place.begin - 1])

    def _handle(self, place: Place, first: bool) -> str:
        """What makes a node something to point at, to reach by keys and to be told of."""
        if self.mode == "still":
            return ""
        told = html.escape(self.says(place))
        folds = ' aria-expanded="true"' if self.mode == "fold" else f' aria-selected="{str((place.begin, place.end) == self.at).lower()}"'
        return f' role="treeitem" tabindex="{0 if first else -1}" aria-level="{place.depth + 1}" aria-label="{told}"{folds}'

    def _node(self, place: Place) -> str:
        x, y, weight = place.x, self._y(place), self._weight(place)
        paint = colour(weight)
        lines, inner = "", ""
        for child in place.children:
            down = self._y(child) - y
            bend = min(7.0, abs(child.x - x), down)
            side = np.sign(child.x - x)
            lines += f"M{x:.1f} {y:.1f}H{child.x - side * bend:.1f}q{side * bend:.1f} 0 {side * bend:.1f} {bend:.1f}V{self._y(child):.1f}"
            if child.children:
                inner += self._node(child)
        first, last = self.leaves[place.begin] - 8, self.leaves[place.end - 1] + 8
        extra = self.classes.get((place.begin, place.end), "")
        if self.chances is None:
            mark = f'<circle class="tr-dot" cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>'
            stroke = ""
        else:
            mark = (
                f'<g class="tr-pill"><rect x="{x - 13:.1f}" y="{y - 8:.1f}" width="26" height="16" rx="8" stroke="{paint}"/>'
                f'<text x="{x:.1f}" y="{y + 3.8:.1f}" text-anchor="middle">{100 * weight:.0f}</text></g>'
            )
            stroke = f' stroke="{paint}" stroke-width="{1.2 + 2.2 * weight:.1f}"'
        title = "" if self.mode == "still" else f"<title>{html.escape(self.says(place))}</title>"
        return (
            f'<g class="tr-node {extra}" data-span="{place.begin},{place.end}"{self._handle(place, place is self.root)}>{title}'
            f'<g class="tr-inside"><path class="tr-edge" d="{lines}"{stroke}/>{inner}</g>'
            f'<path class="tr-roof" d="M{x:.1f} {y:.1f}L{last:.1f} {self.base:.1f}H{first:.1f}Z"/>{mark}</g>'
        )

    def _words(self, slanted: bool, sizes: list[float]) -> str:
        out, leaves = "", list(_leaves(self.root))
        for i, word in enumerate(self.words):
            x, y = self.leaves[i], self.base
            where = (
                f'transform="translate({x - 4:.1f} {y + 14:.1f}) rotate({SLANT})"'
                if slanted
                else f'x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle"'
            )
            text = f"<text {where}>{html.escape(word)}</text>"
            extra = self.classes.get((i, i + 1), "")
            if self.mode == "choose":
                frame = f'x="{x - sizes[i] / 2 - 4:.1f}" y="{y + 2:.1f}" width="{sizes[i] + 8:.1f}" height="21" rx="5"'
                if slanted:
                    frame = f'x="-4" y="-14" width="{sizes[i] + 8:.1f}" height="20" rx="5" transform="translate({x - 4:.1f} {y + 14:.1f}) rotate({SLANT})"'
                handle = self._handle(leaves[i], self.root.height == 0)
                text = f'<g class="tr-word {extra}" data-span="{i},{i + 1}"{handle}><rect {frame}/>{text}</g>'
            elif extra:
                text = f'<g class="{extra}">{text}</g>'
            out += text
        return out


def file(svg: str) -> str:
    """The first drawing of `tree` as a data URI of a file that can stand alone."""
    first = svg[svg.index("<svg") : svg.index("</svg>")]
    alone = first.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).replace(">", f"><style>{STYLE}</style>", 1) + "</svg>"
    return plots.uri(alone.encode(), "image/svg+xml")


def columns(values: list[float], at: int, label: str, names: list[str]) -> str:
    """Shares as columns side by side, the largest as high as there is room, one of them the one that is shown."""
    bars, top = "", max(values)
    for i, (value, name) in enumerate(zip(values, names)):
        high = max(1.5, 54 * value / top)
        here = ' class="tr-here"' if i == at else ""
        bars += f'<rect x="{12 * i + 1}" y="{58 - high:.1f}" width="10" height="{high:.1f}"{here}><title>{html.escape(name)}</title></rect>'
    return (
        f'<svg class="tr-columns" viewBox="0 0 {12 * len(values)} 60" preserveAspectRatio="none" style="width:{5 * len(values)}%" '
        f'role="img" aria-label="{html.escape(label)}">{bars}</svg>'
    )


def cost(lengths: list[int], one: list[float], many: list[float], says: tuple[str, str, str, str, str]) -> str:
    """Seconds a sentence by its length, both by their logarithm; and the cube through the last point of those one at a time.

    lengths : up to 50 words, the first of which were timed
    says : seconds, words, one at a time, ten at once, the cube
    """
    low, high = np.log10(4), np.log10(50)
    values = [*one, *many]
    bottom, top = np.floor(np.log10(min(values))), np.ceil(np.log10(max(values)))
    top = max(top, bottom + 2)

    def at(n, seconds):
        return 52 + 330 * (np.log10(n) - low) / (high - low), 206 - 180 * (np.log10(seconds) - bottom) / (top - bottom)

    seconds, words, alone, together, cube = map(html.escape, says)
    grid = ""
    for power in range(int(bottom), int(top) + 1):
        y = at(10, 10.0**power)[1]
        name = f"{1000 * 10.0**power:g} ms" if power < 0 else f"{10**power} s"
        grid += f'<line class="tr-grid" x1="52" x2="382" y1="{y:.1f}" y2="{y:.1f}"/><text x="46" y="{y + 3:.1f}" text-anchor="end">{name}</text>'
    for n in (5, 10, 20, 40):
        x = at(n, 1)[0]
        grid += f'<text x="{x:.1f}" y="220" text-anchor="middle">{n}</text>'
    n = lengths[len(one) - 1]
    steps = [m for m in np.geomspace(4, n, 30) if one[-1] * (m / n) ** 3 >= 10**bottom]
    lines = '<polyline class="tr-cube" points="{}"/>'.format(" ".join("{:.1f},{:.1f}".format(*at(m, one[-1] * (m / n) ** 3)) for m in steps))
    for taken, name in ((one, "a"), (many, "b")):
        spots = [at(n, value) for n, value in zip(lengths, taken)]
        lines += f'<polyline class="tr-{name}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in spots)}"/>'
        lines += "".join(f'<circle class="tr-{name}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in spots)
    paints = (plots.A_COLOUR, plots.B_COLOUR, plots.NEUTRAL)
    key = "".join(f'<span style="background:{paint}"></span>{name}' for paint, name in zip(paints, (alone, together, cube)))
    return (
        f'<figure class="tr-cost"><svg viewBox="0 0 400 240" role="img" aria-label="{seconds}"><text x="4" y="10">{seconds}</text>{grid}{lines}'
        f'<text x="217" y="236" text-anchor="middle">{words}</text></svg><figcaption class="ae-key">{key}</figcaption></figure>'
    )
