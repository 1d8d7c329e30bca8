"""What Gradio keeps of each visitor, without what this page never asks for.

Gradio describes every component anew for each visitor and for each change of its settings, and keeps with the description whatever the
visitor is shown: 0.1 s of processor before the first answer, and megabytes. Only its "deep links" read that, which are closed here
(`guard.CLOSED`): a tab's state is in its link.
"""

from __future__ import annotations

from functools import wraps
from types import SimpleNamespace

from gradio.state_holder import SessionState


def lighten() -> None:
    """From now on sessions have no descriptions of components."""
    begin = SessionState.__init__
    if hasattr(begin, "__wrapped__"):
        return

    @wraps(begin)
    def begun(self, blocks):
        begin(self, SimpleNamespace(default_config=blocks.default_config, blocks=()))
        self.blocks_config.config_for_block = lambda *described: {}  # of this session's own copy of the settings

    SessionState.__init__ = begun  # type: ignore[method-assign]
