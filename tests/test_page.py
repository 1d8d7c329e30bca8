from __future__ import annotations

import ast
import re

import pytest

from aedemo import words
from aedemo.anomaly.words import WORDS as ANOMALY_WORDS
from aedemo.codebook.words import WORDS as CODEBOOK_WORDS
from aedemo.compress.words import WORDS as COMPRESS_WORDS
from aedemo.embeddings.words import WORDS as EMBEDDINGS_WORDS
from aedemo.generate.words import WORDS as GENERATE_WORDS
from aedemo.summary.words import WORDS as SUMMARY_WORDS
from aedemo.voice.words import WORDS as VOICE_WORDS
from tests.conftest import ROOT

TABLES = {
    "voice": VOICE_WORDS,
    "anomaly": ANOMALY_WORDS,
    "codebook": CODEBOOK_WORDS,
    "summary": SUMMARY_WORDS,
    "generate": GENERATE_WORDS,
    "compress": COMPRESS_WORDS,
    "embeddings": EMBEDDINGS_WORDS,
}
WORDS = {key: both for table in TABLES.values() for key, both in table.items()}


def modules():
    return [f for f in (ROOT / "aedemo").rglob("*.py")]


def test_gradio_stays_in_the_tabs_and_the_page():
    for file in modules():
        names = {a.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Import) for a in node.names}
        if "gradio" in names:
            assert file.name in ("page.py", "ui.py") or file.stem.split("_")[0] == "tab", file


def test_shared_rooms_import_no_demo_and_demos_not_each_other():
    demos = {f.parent.name for f in (ROOT / "aedemo").glob("*/tab.py")}
    for file in modules():
        if file.name in ("page.py", "cli.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level:
                # the first part of what is imported, seen from the package's top
                depth = len(file.relative_to(ROOT / "aedemo").parts) - node.level
                first = (node.module or "").split(".")[0] if depth == 0 else ""
                assert first not in demos - {file.parent.name}, f"{file} imports the demo {first}"


def test_every_string_exists_in_both_languages():
    for key, both in {**words.PAGE, **WORDS}.items():
        assert len(both) == len(words.LANGUAGES) and all(both), key
        assert re.search(r"[\u4e00-\u9fff]", both[1]) or key == "language", f"{key} is not translated"


@pytest.mark.parametrize("demo", TABLES)
def test_every_key_the_tab_uses_is_defined(demo):
    text = "".join(file.read_text() for file in (ROOT / "aedemo" / demo).glob("tab*.py"))
    used = set(re.findall(rf'"({demo}\.(?!json)[\w.]+)"', text))
    assert used and used <= set(TABLES[demo]), used - set(TABLES[demo])


def test_errors_are_translated_with_their_numbers():
    assert words.error("The clip lasts 0.05 s; at least 0.1 s is needed.", "zh") == "这段声音只有 0.05 秒，至少需要 0.1 秒。"
    assert words.error("The clip is silent.", "en") == "The clip is silent."


def test_the_link_chooses_the_language_before_the_browser():
    assert words.choose("zh", "en-US") == "zh"
    assert words.choose(None, "zh-CN,zh;q=0.9") == "zh"
    assert words.choose(None, None) == "en"
