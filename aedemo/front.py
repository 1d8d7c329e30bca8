"""What a browser asks for before anything is computed: the page's document, its settings, scripts and styles. The same for everyone.

Gradio writes its document anew for each visitor (0.1 s of processor, 900 KB) and compresses each script each time it is sent, so a hall
that opens one link in the same second would wait for it. Here each is made once and kept, compressed.
"""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict

import brotli
from starlette.datastructures import Headers, QueryParams

KEPT = 600  # answers: Gradio has some 200 for one browser, in two compressions
LARGEST = 8_000_000  # bytes of an answer that is kept
DOCUMENTS = ("/", "/config", "/gradio_api/info")
OTHERWISE = ("deep_link", "page", "all_endpoints")  # settings in an address with which Gradio answers something else
ADDRESSED = ("host", "x-forwarded-host", "x-forwarded-proto", "x-gradio-server")  # from which Gradio writes its own address into the document
TEXTS = ("text/", "application/json", "application/javascript", "image/svg")
HASHED, PLAIN = "/assets/", "/static/"  # Gradio's own files: with a hash of their content in the name, and without

# Gradio takes its language from the browser, once, before anything given to launch(head=...) runs; a link with ?lang=
# must decide instead, so this goes into the page itself.
LANGUAGE_OF_LINK = b"""<script>
(() => { let l = new URLSearchParams(location.search).get('lang'); if (l === 'zh') l = 'zh-CN';
if (l) { Object.defineProperty(navigator, 'language', {get: () => l}); Object.defineProperty(navigator, 'languages', {get: () => [l]}); } })();
</script>"""


def compressed(body: bytes, how: str) -> bytes:
    return {"br": lambda: brotli.compress(body, quality=6), "gzip": lambda: gzip.compress(body, 6, mtime=0), "": lambda: body}[how]()


class Front:
    """ASGI middleware that keeps what is the same for everyone."""

    def __init__(self, app):
        self.app = app
        self.kept: OrderedDict[tuple, tuple[list, bytes]] = OrderedDict()
        self.asked: dict[tuple, asyncio.Lock] = {}

    async def __call__(self, scope, receive, send):
        key = self._key(scope)
        if key is None:
            return await self.app(scope, receive, send)
        if key not in self.kept:
            try:
                async with self.asked.setdefault(key, asyncio.Lock()):  # who asks for the same meanwhile waits, and finds it
                    if key not in self.kept and not await self._make(key, scope, receive, send):
                        return
            finally:
                self.asked.pop(key, None)
        headers, body = self.kept[key]
        self.kept.move_to_end(key)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _key(self, scope) -> tuple | None:
        """What an answer depends on; None of what is not kept."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path, headers = scope["path"].removeprefix(scope.get("root_path", "")), Headers(scope=scope)
        if path in DOCUMENTS:
            if any(name in QueryParams(scope["query_string"]) for name in OTHERWISE):
                return None
            about = (scope["scheme"], scope.get("root_path", ""), *(headers.get(name) for name in ADDRESSED))
        elif path.startswith((HASHED, PLAIN)) and not {"range", "if-none-match", "if-modified-since"} & set(headers):
            about = ()
        else:
            return None
        accepted = headers.get("accept-encoding", "")
        return path, *about, next((how for how in ("br", "gzip") if how in accepted), "")

    async def _make(self, key: tuple, scope, receive, send) -> bool:
        """Keep Gradio's answer; False if it is none to be kept and was sent on instead."""
        start: dict = {}
        parts: list[bytes] = []

        async def gather(message):
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, gather)
        body, path, how = b"".join(parts), key[0], key[-1]
        headers = Headers(raw=start["headers"])
        if start["status"] != 200 or len(body) > LARGEST or "set-cookie" in headers:
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return False
        if path == "/":
            body = body.replace(b"<head>", b"<head>" + LANGUAGE_OF_LINK, 1)
        if not headers.get("content-type", "").startswith(TEXTS):
            how = ""
        body = compressed(body, how)
        changed = {"content-length": str(len(body)), "vary": "Accept-Encoding"}
        if how:
            changed["content-encoding"] = how
        if path.startswith((HASHED, PLAIN)):
            changed["cache-control"] = "public, max-age=31536000, immutable" if path.startswith(HASHED) else "public, max-age=3600"
        kept = [(name, value) for name, value in headers.raw if name.decode().lower() not in changed]
        self.kept[key] = [*kept, *((name.encode(), value.encode()) for name, value in changed.items())], body
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return True
