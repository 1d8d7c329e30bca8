"""What every tab shares: the look, the two languages, errors as sentences, the GPU decorator."""

from __future__ import annotations

import inspect
import json
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import gradio as gr

from . import device, threads, words

try:
    import spaces
except ImportError:  # anywhere but on Hugging Face Spaces
    spaces = None


def gpu(duration: int):
    """On a ZeroGPU Space a GPU is lent to each call of a function, for at most `duration` seconds; elsewhere nothing changes.

    What it is given and returns goes from one process to another: NumPy, PIL and str, nothing that lies on a device.
    """

    def decorated(function):
        if spaces is None:
            return function

        @wraps(function)
        def computed(*given, **named):
            with device.lent():
                return function(*given, **named)

        return spaces.GPU(duration=duration)(computed)

    return decorated


THEME = gr.themes.Soft(primary_hue="blue", neutral_hue="slate", text_size=gr.themes.sizes.text_md).set(
    block_radius="10px",
    # Soft's blue and grey are too pale to be read on its white by many (WCAG asks for 4.5 : 1)
    block_label_text_color="*primary_700",
    block_title_text_color="*primary_700",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_hover="*primary_700",
    checkbox_label_background_fill_selected="*primary_600",
    body_text_color_subdued="*neutral_500",
    body_text_color_subdued_dark="*neutral_400",
    link_text_color_dark="*primary_300",
    link_text_color_visited_dark="*primary_200",
    color_accent="*primary_600",
)

CSS = (Path(__file__).parent / "page.css").read_text()


def translations(*tables: dict) -> gr.I18n:
    every = {key: value for table in (words.PAGE, *tables) for key, value in table.items()}
    # both spellings of the browser's Chinese; English is the fallback
    return gr.I18n(**{code: {k: v[i] for k, v in every.items()} for code, i in (("en", 0), ("zh", 1), ("zh-CN", 1), ("zh-TW", 1))})


HOUR, MINUTE = 3600, 60


_emptied = 0.0  # when folders were looked through


def folder() -> Path:
    """A new folder for files on their way to a visitor, within Gradio's own, from which alone it serves; those of an hour ago go."""
    global _emptied
    made = Path(gr.utils.get_upload_folder()) / "made"
    made.mkdir(parents=True, exist_ok=True)
    if time.time() - _emptied > MINUTE:
        _emptied = time.time()
        for old in made.iterdir():
            try:
                if time.time() - old.stat().st_mtime > HOUR:
                    shutil.rmtree(old, ignore_errors=True)
            except OSError:  # another visitor's call was faster
                pass
    return Path(tempfile.mkdtemp(dir=made))


def t(key: str) -> gr.i18n.I18nData:
    return gr.i18n.I18nData(key)


def language(request: gr.Request | None) -> str:
    if request is None:
        return "en"
    query = dict(request.query_params).get("lang") or parse_qs(urlparse(request.headers.get("referer", "")).query).get("lang", [None])[0]
    return words.choose(query, request.headers.get("accept-language"))


def sentences(function):
    """Errors of the verbs become messages on the page, warnings become notices; both in the visitor's language."""

    def told(request: gr.Request, *inputs):
        spoken = language(request)
        try:
            with threads.listening() as notices:
                result = function(*inputs, spoken)
            for notice in notices:
                gr.Warning(words.error(notice, spoken))
            return result
        except (ValueError, TypeError) as problem:
            raise gr.Error(words.error(str(problem), spoken), print_exception=False) from problem

    # not functools.wraps: Gradio would follow it to the inner signature and not hand over the request
    told.__name__, told.__doc__ = function.__name__, function.__doc__
    return told


def of_event(function):
    """As `sentences`, for a click on a drawing: after its inputs the function is given what the drawing says of the click."""

    def told(request: gr.Request, event: gr.EventData, *inputs):
        return sentences(lambda *given: function(*given[:-1], event._data, given[-1]))(request, *inputs)

    told.__name__, told.__doc__ = function.__name__, function.__doc__
    return told


def streaming(function):
    """As `sentences`, for a generator: what it yields is shown as it comes."""

    def told(request: gr.Request, *inputs):
        spoken = language(request)
        try:
            yield from function(*inputs, spoken)
        except (ValueError, TypeError) as problem:
            raise gr.Error(words.error(str(problem), spoken), print_exception=False) from problem

    told.__name__, told.__doc__ = function.__name__, function.__doc__
    return told


LATEX = [{"left": "$$", "right": "$$", "display": True}]

# what stays in the address when a tab writes its state there
KEPT = ("lang", "__theme", "present", "step")


def link(tab: str, arguments: str, entries: str | None = None) -> str:
    """The script of a share button: a tab's state goes into the address and to the clipboard.

    arguments : of the script, which are the values of the button's inputs: "model, seed"
    entries : what the link says of them, as JavaScript; as they are unless given
    """
    return f"""({arguments}) => {{
      const u_ = new URL(location), all_ = {{tab: '{tab}', ...{entries or f"{{{arguments}}}"}}};
      [...u_.searchParams.keys()].forEach(k => {json.dumps(KEPT)}.includes(k) || u_.searchParams.delete(k));
      Object.entries(all_).forEach(([k, v]) => u_.searchParams.set(k, v));
      history.replaceState(null, '', u_); if (navigator.clipboard) navigator.clipboard.writeText(u_.href).catch(() => {{}}); return []; }}"""


def remembered(state):
    """What is kept of a visit; it is not for ever, nor of more visitors than are remembered (`page.launch`)."""
    if not state:
        raise ValueError("What this page showed is no longer kept; please reload it.")
    return state


def number(given, low: float, high: float, usual: float) -> float:
    """A number of a link, in its range; as usual if it is none."""
    try:
        value = float(given)
    except (TypeError, ValueError):
        return usual
    return min(max(value, low), high) if value == value else usual


def whole(given, most: int, usual):
    """A whole number of a link, 0 to `most`; as usual if it is none."""
    text = given or ""
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) <= most else usual


def choice(given, known, usual):
    """What a link chooses of what is known; as usual if there is no such thing."""
    return given if given in known else usual


# Events for the page alone, whose verbs are others; they show that they compute, or are too quick for it.
BUSY = {"api_visibility": "private", "show_progress": "minimal"}
QUIET = {"api_visibility": "private", "show_progress": "hidden"}

# Queues of their own: what computes for long takes turns, and what answers a slider or a click does not wait behind it.
HEAVY = {"concurrency_id": "model", "concurrency_limit": 1}
LIGHT = {"concurrency_id": "light", "concurrency_limit": 2}
DRAWN = {"concurrency_id": "drawn", "concurrency_limit": 1}  # a tenth of a second of processor and more, still for a slider
READY = {"concurrency_id": "ready", "concurrency_limit": 4}  # examples: computed once for all, and most of those who want one wait for another's
LIVE = {"concurrency_id": "live", "concurrency_limit": 8}  # trainings that one looks on at: so many share one thread's time, others wait
CLOCK = {"concurrency_id": "clock", "concurrency_limit": 1}  # what is timed live is not timed beside another
LEARNING = {"concurrency_id": "learning", "concurrency_limit": 1}  # up to a minute each, with a button to stop


@dataclass(frozen=True)
class Visit:
    """What a tab is told of who opens it."""

    query_params: dict
    headers: dict = field(default_factory=dict)


def visit(request: gr.Request, place: str) -> Visit:
    """The link's settings, if they are those of this tab: tabs share names such as `example`."""
    query = dict(request.query_params)
    kept = query if query.get("tab", place) == place else {}
    return Visit(kept | {"lang": language(request)}, request.headers)


class Room:
    """One tab of several, what it shows first being computed when it is first seen, once a visit: a tab not opened costs nothing.

    `load` is called like `gr.Blocks.load`, so that a tab is wired alike on the page and alone.

    name : the tab's id
    names : the ids of all tabs beside it, in their order
    key : of the link, which names the tab that is to be seen first
    inside : the tab in which these tabs are, if any
    """

    def __init__(self, name: str, names: tuple[str, ...], key: str = "tab", inside: str | None = None):
        self.place = inside or name
        self.seen = gr.Number(0, visible="hidden", elem_id=f"seen-{name}")
        told = json.dumps([name, names, key, inside])
        # Gradio shows the first tab until the link's own is chosen, and says that it was selected
        self.script = f"""() => {{
          const [name, names, key, inside] = {told}, q = new URLSearchParams(location.search), been = window.aeBeen ??= {{}};
          const given = !inside || q.get('tab') === inside ? q.get(key) : null, wanted = names.includes(given) ? given : names[0];
          if (!been[key] && name !== wanted) return 0;
          been[key] = true; return 1; }}"""

    def within(self, tab: gr.Tab) -> Room:
        """This room is behind that tab; called inside it, before anything else of the room."""
        self.wait = gr.HTML(elem_classes="ae-wait")
        tab.select(None, None, self.seen, js=self.script, api_visibility="private")
        return self

    def load(self, function, inputs, outputs, **options) -> None:
        if inspect.isgeneratorfunction(function):

            def opened(request: gr.Request):
                yield from function(visit(request, self.place))
        else:

            def opened(request: gr.Request):
                return function(visit(request, self.place))

        self.seen.change(
            opened, inputs, outputs, **options | {"api_visibility": "private", "show_progress": "minimal", "show_progress_on": self.wait, **READY}
        )
