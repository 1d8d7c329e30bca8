"""What stands between the open internet and the page: which paths a client may ask for, how much it may send, and which headers go back.

Gradio itself serves only what lies in its folder of uploads, and checks uploads' names. This adds what it leaves open: it fetches
addresses on a client's behalf (here none is), stores what any session shows as a "deep link" (never offered here), and takes bodies of any size.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from urllib.parse import unquote

PREFIX = "/gradio_api/"
# rooms of Gradio that this page has no use for: deep links write to disk, recordings run FFmpeg, run histories and proxies go out to other servers
CLOSED = ("deep_link", "process_recording", "run-history", "runs", "proxy=", "vibe-", "undo-vibe", "monitoring")
SPEAKS_JSON = ("queue/join", "call/", "run/", "api/", "mcp")
LARGEST_JSON = 8_000_000  # bytes of a call: texts and settings, and of MCP files, too
LARGEST_UPLOAD = 250_000_000  # bytes of one upload: 500 photographs

# where the page may be shown in a frame: a Space is shown in one by huggingface.co
FRAMES = "'self' https://huggingface.co https://*.huggingface.co https://*.hf.space"


def headers() -> list[tuple[bytes, bytes]]:
    """Security headers; AEDEMO_FRAMES names further places that may frame the page (a course's own site), by spaces."""
    frames = f"{FRAMES} {os.environ.get('AEDEMO_FRAMES', '')}".strip()
    given = {
        "content-security-policy": f"frame-ancestors {frames}; object-src 'none'; base-uri 'self'",
        "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "referrer-policy": "same-origin",  # the page reads its own link's language from it
        "x-content-type-options": "nosniff",
    }
    return [(key.encode(), value.encode()) for key, value in given.items()]


class Refused(Exception):
    """With the status and the sentence that go back."""


ADDRESS = re.compile(r"\s*[a-zA-Z][\w+.-]*://\S+\s*")


def named_files(value, addresses: bool = False) -> list[str]:
    """All that a call's body names as a file; with `addresses` also texts that are addresses and nothing else, as MCP names files."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(one.get("path"), str):
                found.append(one["path"])
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif addresses and isinstance(one, str) and ADDRESS.fullmatch(one):
            found.append(one)
    return found


class Guard:
    """ASGI middleware; `uploads` is the folder in which a client's own files lie."""

    def __init__(self, app, uploads: str):
        self.app, self.uploads = app, Path(uploads)

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def dressed(message):
            if message["type"] == "http.response.start":
                ours = headers()
                kept = [(key, value) for key, value in message["headers"] if key.lower() not in dict(ours)]
                message = message | {"headers": [*kept, *ours]}
            await send(message)

        try:
            receive = await self._checked(scope, receive)
        except Refused as refused:
            status, sentence = refused.args
            body = json.dumps({"detail": sentence}).encode()
            lines = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await dressed({"type": "http.response.start", "status": status, "headers": lines})
            return await send({"type": "http.response.body", "body": body})
        await self.app(scope, receive, dressed)

    async def _checked(self, scope, receive):
        """What to read the request's body by, or Refused."""
        path = unquote(scope["path"])
        within = path.removeprefix(scope.get("root_path", "")).removeprefix(PREFIX.rstrip("/")).lstrip("/")
        if within.startswith(CLOSED):
            raise Refused(404, "There is nothing here.")
        if within.startswith("file=") and "://" in within[:40]:
            raise Refused(403, "No address is fetched on a client's behalf.")
        if scope["method"] not in ("POST", "PUT", "PATCH"):
            return receive
        speaks = within.startswith(SPEAKS_JSON)
        largest = LARGEST_JSON if speaks else LARGEST_UPLOAD
        told = dict(scope["headers"]).get(b"content-length", b"")
        if told.isdigit() and int(told) > largest:
            raise Refused(413, f"At most {largest:,} bytes are taken.")
        if not speaks:
            return _counted(receive, largest)
        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return _again(message)
            body, more = body + message.get("body", b""), message.get("more_body", False)
            if len(body) > largest:
                raise Refused(413, f"At most {largest:,} bytes are taken.")
        try:
            named = named_files(json.loads(body), within.startswith("mcp"))
        except (ValueError, RecursionError):
            named = []  # no JSON: Gradio says so
        for name in named:
            self._own(name)
        return _again({"type": "http.request", "body": body, "more_body": False}, receive)

    def _own(self, name: str) -> None:
        """Raises Refused unless a name is of a file in the folder of uploads."""
        try:
            inside = Path(name).is_absolute() and Path(name).resolve().is_relative_to(self.uploads.resolve())
        except (OSError, ValueError, RuntimeError):
            inside = False
        if not inside:
            raise Refused(403, "Only a file that was uploaded here can be used.")


def _again(message, receive=None):
    """A receive that gives a message that was read already, then what follows."""
    waiting = [message]

    async def given():
        if waiting:
            return waiting.pop()
        return await receive() if receive else {"type": "http.disconnect"}

    return given


def _counted(receive, largest: int):
    """A receive that ends once more has come than was allowed, as of a client that went away."""
    come = 0

    async def given():
        nonlocal come
        message = await receive()
        come += len(message.get("body", b""))
        return message if come <= largest else {"type": "http.disconnect"}

    return given
