"""Gradio, mended for a hall of people who look at the same things at the same moment."""

from __future__ import annotations

import io
import os
import uuid
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import SimpleNamespace

from gradio import processing_utils
from gradio.state_holder import SessionState


def mend() -> None:
    """From now on, in this process; a second time changes nothing."""
    if not hasattr(SessionState.__init__, "__wrapped__"):
        _lighten()
        _settle()


def _lighten() -> None:
    """Sessions without descriptions of components.

    Gradio describes every component anew for each visitor and for each change of its settings, and keeps with the description whatever the
    visitor is shown: 0.1 s of processor before the first answer, and megabytes. Only its "deep links" read that, which are closed here
    (`guard.CLOSED`): a tab's state is in its link.
    """
    begin = SessionState.__init__

    @wraps(begin)
    def begun(self, blocks):
        begin(self, SimpleNamespace(default_config=blocks.default_config, blocks=()))
        self.blocks_config.config_for_block = lambda *described: {}  # of this session's own copy of the settings

    SessionState.__init__ = begun  # type: ignore[method-assign]


def _settle() -> None:
    """Files that are whole at any moment.

    Gradio names a picture or sound by its content, and writes it again over the same file for each visitor: whoever is fetching it then gets a
    part of it. Pictures without loss are written with little effort too, in a quarter of the time.
    """
    write_sound = processing_utils.audio_to_file

    @wraps(write_sound)
    def audio_to_file(sample_rate, data, filename, format="wav"):
        put(Path(filename), lambda path: write_sound(sample_rate, data, str(path), format=format))

    @wraps(processing_utils.save_pil_to_cache)
    def save_pil_to_cache(img, cache_dir, name="image", format="webp"):
        if format.lower() == "png":
            buffer = io.BytesIO()
            img.save(buffer, "PNG", compress_level=1)
            data = buffer.getvalue()
        else:
            data = processing_utils.encode_pil_to_bytes(img, format)
        path = (Path(cache_dir) / processing_utils.hash_bytes(data) / f"{name}.{format}").resolve()
        path.parent.mkdir(exist_ok=True, parents=True)
        put(path, lambda staged: staged.write_bytes(data))
        return str(path)

    processing_utils.audio_to_file = audio_to_file
    processing_utils.save_pil_to_cache = save_pil_to_cache


def put(path: Path, write: Callable[[Path], object]) -> None:
    """A file that is written beside its place, then moved there: who has the old one open reads on in that."""
    staged = path.with_name(f".{uuid.uuid4().hex}{path.suffix}")
    try:
        write(staged)
        os.replace(staged, path)
    finally:
        staged.unlink(missing_ok=True)
