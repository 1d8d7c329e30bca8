"""The page on Ray Serve: verbs on as many replicas and machines as are asked for, and the page in front.

    pip install -r deploy/requirements.txt
    serve run deploy/serve.yaml

The page keeps what a visitor has open in its own process, so there is one of it, at /. What programs call keeps nothing between calls, so any
replica can answer it: POST /verbs/NAME with a JSON object of arguments (docs/api.md), files as {"base64": ...}. A replica that is killed costs the
requests it was at, and Ray starts another.
"""

from __future__ import annotations

import base64
import inspect
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from fastapi import FastAPI, HTTPException  # noqa: E402
from ray import serve  # noqa: E402
from ray.serve.handle import DeploymentHandle  # noqa: E402

LARGEST = 50_000_000  # bytes of a file
door = FastAPI(title="aedemo")  # its routes lie under /verbs


def unpacked(value: Any, folder: Path) -> Any:
    """Arguments as the verbs take them: {"base64": ...} becomes a file."""
    if isinstance(value, dict) and set(value) == {"base64"}:
        data = base64.b64decode(value["base64"], validate=True)
        if len(data) > LARGEST:
            raise ValueError(f"At most {LARGEST // 10**6} MB a file are taken.")
        path = Path(tempfile.mkdtemp(dir=folder)) / "file"
        path.write_bytes(data)
        return {"path": str(path)}
    if isinstance(value, list):
        return [unpacked(one, folder) for one in value]
    if isinstance(value, dict) and "path" in value:
        raise ValueError("Files are given as base64, not by name.")
    return value


def packed(value: Any) -> Any:
    """Results as JSON: files become {"name": ..., "base64": ...}."""
    if isinstance(value, dict) and "path" in value and "meta" in value:
        path = Path(value["path"])
        return {"name": path.name, "base64": base64.b64encode(path.read_bytes()).decode()}
    if isinstance(value, (list, tuple)):
        return [packed(one) for one in value]
    return value


@serve.deployment
class Verbs:
    """One replica: every verb, its models loaded when first asked for."""

    def __init__(self):
        from aedemo import api

        self.verbs = {verb.__name__: verb for verb in api.VERBS}

    def call(self, name: str, given: dict[str, Any]) -> Any:
        """A verb's result, or {"error": its sentence}."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                verb = self.verbs[name]
                bound = inspect.signature(verb).bind(**unpacked_all(given, Path(folder)))
                return {"result": packed(verb(*bound.args, **bound.kwargs))}
            except KeyError:
                return {"error": f"There is no verb {name!r}; there are: {', '.join(self.verbs)}."}
            except (ValueError, TypeError) as problem:
                return {"error": str(problem)}


def unpacked_all(given: dict[str, Any], folder: Path) -> dict[str, Any]:
    return {key: unpacked(value, folder) for key, value in given.items()}


@serve.deployment
@serve.ingress(door)
class Door:
    """HTTP in front of the replicas; it computes nothing."""

    def __init__(self, verbs: DeploymentHandle):
        self.verbs = verbs

    @door.post("/{name}")
    async def verb(self, name: str, given: dict[str, Any]) -> Any:
        answer = await self.verbs.call.remote(name, given)
        if "error" in answer:
            raise HTTPException(400, answer["error"])
        return answer["result"]


def page() -> Any:
    from aedemo import page

    return page.mounted(page.build())


@serve.deployment
@serve.ingress(page)
class Page:
    """What people see, once: a visitor's session lies in its memory."""


verbs = Door.bind(Verbs.bind())
people = Page.bind()
