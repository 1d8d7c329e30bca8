"""The verbs for programs, on the real page: docs/api.md does what it says, and a person who errs is told."""

from __future__ import annotations

import re

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from aedemo import api
from tests.conftest import ROOT

EXAMPLES = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(), re.S)


@pytest.fixture(scope="module")
def client(server):
    return Client(server, verbose=False)


def test_the_examples_of_the_documentation_run(server, monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    known = {"url": server}
    for code in EXAMPLES:
        exec(compile(code, "docs/api.md", "exec"), known)


def test_every_verb_is_a_named_endpoint_with_types_descriptions_and_an_example(client):
    told = client.view_api(return_format="dict")["named_endpoints"]
    names = {f"/{verb.__name__}" for verb in api.VERBS}
    assert set(told) == names
    for name, endpoint in told.items():
        assert endpoint["description"], name
        assert all(one["python_type"]["type"] != "Any" for one in (*endpoint["parameters"], *endpoint["returns"])), name
        assert f'api_name="{name}"' in "".join(EXAMPLES), name


@pytest.mark.parametrize(
    "given, sentence", [(("",), "There is no text to summarise"), ((5,), "text"), (("words " * 40, "auto", False, 99), "beam of 99")]
)
def test_a_wrong_call_gets_one_sentence(client, given, sentence):
    with pytest.raises(AppError, match=sentence):
        client.predict(*given, api_name="/summarize")
