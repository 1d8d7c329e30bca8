from __future__ import annotations

import ast
import re
import runpy

import pytest

from aedemo import lecture, page, words
from tests.conftest import ROOT

WORDS = {key: both for table in page.TABLES.values() for key, both in table.items()}


def test_every_tab_has_its_words_here():
    assert set(page.TABS) == {f.parent.name for f in (ROOT / "aedemo").glob("*/tab.py")}


def modules():
    return [f for f in (ROOT / "aedemo").rglob("*.py")]


def test_gradio_stays_in_the_tabs_and_the_page():
    for file in modules():
        nodes = list(ast.walk(ast.parse(file.read_text())))
        names = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
        names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        if any(name.split(".")[0] == "gradio" for name in names):
            assert file.name in ("page.py", "ui.py", "api.py", "hall.py") or file.stem.split("_")[0] == "tab", file


def test_shared_rooms_import_no_demo_and_demos_not_each_other():
    demos = {f.parent.name for f in (ROOT / "aedemo").glob("*/tab.py")}
    for file in modules():
        if file.name in ("page.py", "api.py") or file.parent.name == "commands":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level:
                # the first part of what is imported, seen from the package's top
                depth = len(file.relative_to(ROOT / "aedemo").parts) - node.level
                first = (node.module or "").split(".")[0] if depth == 0 else ""
                assert first not in demos - {file.parent.name}, f"{file} imports the demo {first}"


def test_every_string_exists_in_both_languages():
    steps = {f"step {i}, {part}": getattr(step, part) for i, step in enumerate(lecture.STEPS) for part in ("shown", "question", "answer")}
    for key, both in {**words.PAGE, **WORDS, **lecture.WORDS, **steps}.items():
        assert len(both) == len(words.LANGUAGES) and all(both), key
        assert re.search(r"[\u4e00-\u9fff]", both[1]) or key == "language", f"{key} is not translated"


@pytest.mark.parametrize("demo", page.TABLES)
def test_every_key_the_tab_uses_is_defined(demo):
    text = "".join(file.read_text() for file in (ROOT / "aedemo" / demo).glob("tab*.py"))
    used = set(re.findall(rf'"({demo}\.(?!json)[\w.]+)"', text))
    assert used and used <= set(page.TABLES[demo]), used - set(page.TABLES[demo])


def test_errors_are_translated_with_their_numbers():
    assert words.error("The clip lasts 0.05 s; at least 0.1 s is needed.", "zh") == "这段声音只有 0.05 秒，至少需要 0.1 秒。"
    assert words.error("The clip is silent.", "en") == "The clip is silent."


def sentences_of(file):
    """Every sentence that a file raises as a ValueError, with 7 for what is filled in."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and getattr(node.exc.func, "id", "") == "ValueError":
            said = node.exc.args[0]
            if isinstance(said, ast.Constant):
                yield said.value
            elif isinstance(said, ast.JoinedStr):
                yield "".join(v.value if isinstance(v, ast.Constant) else "'7'" if v.conversion == ord("r") else "7" for v in said.values)


def test_what_a_person_can_get_wrong_is_told_in_both_languages():
    files = [*(ROOT / "aedemo").glob("*/tab*.py"), *(ROOT / "aedemo" / name for name in ("audio.py", "images.py", "anomaly/tabular.py"))]
    said = [sentence for file in files for sentence in sentences_of(file)]
    ours = {"There are 7 names for 7 columns.", "A picture as an array is (H, W), (H, W, 3) or (H, W, 4), not 7."}  # of programmers
    ours |= {
        "A table is (rows, columns) of numbers, not 7.",
        "'7' holds no table detector, or a damaged one.",
        "7 holds no table detector, or a damaged one.",
    }
    missing = {s for s in said if s not in ours and "should be" not in s and not any(re.fullmatch(pattern, s) for pattern, _ in words.ERRORS)}
    assert len(said) > 30 and not missing


TEXTS = ("label", "placeholder", "info", "title")


def test_nothing_on_the_page_is_written_in_one_language_only():
    """Whatever is put on the page goes through the words, or reads alike in both."""
    alike = {"A", "B", "English", "aedemo"}
    for file in (ROOT / "aedemo").glob("*/tab*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "gr":
                given = [k.value for k in node.keywords if k.arg in TEXTS]
                given += node.args[:1] if node.func.attr in ("Button", "Markdown", "Tab", "Accordion", "Checkbox") else []
                plain = {g.value for g in given if isinstance(g, ast.Constant) and isinstance(g.value, str) and re.search("[A-Za-z]{2}", g.value)}
                assert plain <= alike, f"{file}: {plain}"


def test_every_step_of_the_lecture_opens_a_state_there_is_and_the_notes_hold_all_of_them():
    for step in page.STEPS:
        tab = "".join(file.read_text() for file in (ROOT / "aedemo" / step.tab).glob("tab*.py"))
        assert all(f'"{key}"' in tab or f"{key}" in ("live_kl",) for key in step.link), step
        assert step.look in tab or f"{step.tab}-{{" in tab, step.look
    notes = runpy.run_path(str(ROOT / "docs" / "teaching.py"))["notes"]()
    assert (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8") == notes, "run python docs/teaching.py"


def test_the_link_chooses_the_language_before_the_browser():
    assert words.choose("zh", "en-US") == "zh"
    assert words.choose(None, "zh-CN,zh;q=0.9") == "zh"
    assert words.choose(None, None) == "en"
