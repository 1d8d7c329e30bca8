"""Writes docs/teaching.md, the lecturer's notes, from the steps of the lecture: `python docs/teaching.py`"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from aedemo import page, words  # noqa: E402

HERE = "http://127.0.0.1:7860/"
HEAD = {
    "en": (
        "Teaching with this page",
        f"""{{minutes}} minutes, {{steps}} steps. Each is a link that brings the tab to the state it wants. Begin with [projector mode]({HERE}?tab=voice&lang=en&present=1):
large type, and a bar with the step and its question; `→` and `Page Down` go on, `←` and `Page Up` back, but not while you type or turn a slider.
Students follow on their phones by the links without projector mode: put them on a slide, or copy the address of any state with
“Copy link”. Open every tab once before the lecture: the first look at each is computed then, and kept for everybody.""",
        ("from", "to see", "question", "answer", "on the projector", "for phones"),
        "min",
    ),
    "zh": (
        "用这个页面上课",
        f"""{{minutes}} 分钟，{{steps}} 步。每一步是一个链接，把标签页带到需要的状态。从[投影模式]({HERE}?tab=voice&lang=zh&present=1)开始：大字，底部一条显示这一步和问题；
`→` 和 `Page Down` 前进，`←` 和 `Page Up` 后退，打字或拖动滑块时不会触发。学生用不带投影模式的链接在手机上跟着看：放在幻灯片上，或用“复制链接”复制任意状态的地址。
课前把每个标签页打开一次：第一次的结果那时算好，之后大家共用。""",
        ("开始", "看什么", "问题", "回答", "投影", "手机"),
        "分",
    ),
}


def notes() -> str:
    out = []
    for i, spoken in enumerate(words.LANGUAGES):
        title, lead, heads, unit = HEAD[spoken]
        out.append(f"{'#' if i == 0 else '##'} {title}\n\n{lead.format(steps=len(page.STEPS), minutes=sum(step.minutes for step in page.STEPS))}\n")
        begun, tab = 0, None
        for number, step in enumerate(page.STEPS, 1):
            if step.tab != tab:
                tab = step.tab
                out.append(f"### {words.say(page.TABLES[tab], f'{tab}.tab', spoken)}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
            links = f"[{number}]({HERE}?{step.query(number, spoken)}) | [{number}]({HERE}?{step.query(number, spoken, present=False)})"
            out.append(f"| {begun} {unit} | {step.shown[i]} | **{step.question[i]}** | {step.answer[i]} | {links} |")
            begun += step.minutes
            if number == len(page.STEPS) or page.STEPS[number].tab != tab:
                out.append("")
    return "\n".join(out).rstrip() + "\n"


if __name__ == "__main__":
    (ROOT / "docs" / "teaching.md").write_text(notes(), encoding="utf-8")
