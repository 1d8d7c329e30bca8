"""The page's words, English and Chinese side by side, so that a missing translation is seen at once."""

from __future__ import annotations

import re

LANGUAGES = ("en", "zh")

PAGE = {
    "title": ("aedemo: auto-encoders to hear, see and read", "aedemo：可听、可看、可读的自编码器"),
    "lead": (
        "# What is in the code?\nAn auto-encoder squeezes its input into a **code** and rebuilds it from that. Each room here opens one such code.",
        "# 编码里有什么？\n自编码器把输入压成一个**编码**，再从编码重建输入。这里的每个房间都打开一种编码给你看。",
    ),
    "language": ("[中文](?lang=zh)", "[English](?lang=en)"),
}

# sentences that the verbs raise, as patterns: what a person reads in Chinese
ERRORS = [
    (r"The clip is silent\.", "这段声音是静音。"),
    (r"The clip is empty\.", "这段声音是空的。"),
    (r"The clip lasts ([\d.]+) s; at least ([\d.]+) s is needed\.", r"这段声音只有 \1 秒，至少需要 \2 秒。"),
    (r"The clip lasts ([\d.]+) s; only its first ([\d.]+) s are used\.", r"这段声音有 \1 秒，只使用前 \2 秒。"),
    (r"The clip holds values that are not numbers \(NaN or infinity\)\.", "这段声音里有非数值（NaN 或无穷大）。"),
    (r"A sample rate of ([\d.]+) Hz is outside 4,000 to 192,000 Hz\.", r"采样率 \1 Hz 超出 4,000 到 192,000 Hz 的范围。"),
    (r"This file cannot be read as sound; WAV, FLAC, OGG and MP3 can\.", "无法读取这个声音文件；支持 WAV、FLAC、OGG 和 MP3。"),
    (r"Please give both voices: record or upload clip (.)\.", r"需要两个声音：请录制或上传片段 \1。"),
    (r"Please swap two voices first\.", "请先交换两个声音。"),
]


def say(table: dict[str, tuple[str, str]], key: str, language: str) -> str:
    return table[key][LANGUAGES.index(language)]


def error(sentence: str, language: str) -> str:
    """A verb's sentence in the visitor's language."""
    if language == "zh":
        for pattern, chinese in ERRORS:
            if re.fullmatch(pattern, sentence):
                return re.sub(pattern, chinese, sentence)
    return sentence


def choose(query: str | None, accepted: str | None) -> str:
    """The language of the link (`?lang=`), else the browser's first, else English."""
    wanted = query or (accepted or "").split(",")[0]
    return "zh" if wanted.lower().startswith("zh") else "en"
