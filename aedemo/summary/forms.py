"""What headlines say otherwise than articles: English ones tell the past in the present, Chinese ones have shorter words."""

from __future__ import annotations

from functools import cache

BEING = frozenset("be been being is are was were am 's 're got gets get".split())


@cache
def present(word: str) -> tuple[str, ...]:
    """A past form's present: rose -> rises, rise. Empty for any other word."""
    import lemminflect  # only training needs it

    found = []
    for lemma in lemminflect.getAllLemmas(word, upos="VERB").get("VERB", ()):
        if word != lemma and word in lemminflect.getInflection(lemma, "VBD"):
            found += [*lemminflect.getInflection(lemma, "VBZ"), lemma]
    return tuple(dict.fromkeys(found))


@cache
def past(word: str) -> str | None:
    """The other way about: rises -> rose. None for what is no verb's third person."""
    import lemminflect

    for lemma in lemminflect.getAllLemmas(word, upos="VERB").get("VERB", ()):
        if word != lemma and word in lemminflect.getInflection(lemma, "VBZ"):
            return next(iter(lemminflect.getInflection(lemma, "VBD")), None)
    return None


def english(words: list[str]) -> list[tuple[str, ...]]:
    """What else may be written for each word. Passives stay as they are: 'was killed' is not 'kills'."""
    found = []
    for i, word in enumerate(words):
        passive = BEING.intersection(words[max(0, i - 2) : i]) or words[i + 1 : i + 2] == ["by"]
        found.append(() if passive or not word.isalpha() else present(word))
    return found


# what an article says: what a headline says for it
SHORTER = {
    "表示": "称", "指出": "称", "报道说": "称", "消息说": "称", "强调": "称", "和": "与", "以及": "与", "受到": "遭", "遭到": "遭",
    "遭受": "遭", "获得": "获", "前往": "赴", "抵达": "抵", "超过": "超", "可能": "或", "没有": "未", "已经": "已", "正在": "正", "因为": "因",
    "需要": "需", "可以": "可", "死亡": "亡", "受伤": "伤", "增长": "增", "下降": "降", "美国": "美", "俄罗斯": "俄", "乌克兰": "乌",
    "以色列": "以", "国家主席习近平": "习近平", "国务院总理李强": "李强", "造成": "致", "导致": "致",
    "关于": "就", "针对": "就", "认为": "称", "透露": "称", "介绍": "称", "将近": "近", "大约": "近", "超出": "超", "根据": "据",
    "袭击": "袭", "访问": "访", "再次": "再", "无法": "难", "呼吁": "吁", "多个": "多", "参加": "出席", "帮助": "助", "上升": "升",
}  # fmt: skip
# words in which 和 is no "and" stay whole: the longest fit comes first
SHORTER |= {word: word for word in ("和平", "和谐", "和解", "和睦", "共和", "温和", "缓和", "饱和", "总和", "呼和浩特")}
_SHORTER = sorted(((list(long), list(short)) for long, short in SHORTER.items()), key=lambda pair: -len(pair[0]))


def chinese(words: list[str]) -> list[str]:
    """An article as a headline would word it."""
    out, i = [], 0
    while i < len(words):
        long, short = next(((a, b) for a, b in _SHORTER if words[i : i + len(a)] == a), (words[i : i + 1], words[i : i + 1]))
        out += short
        i += len(long)
    return out


def chinese_before(words: list[str], rng) -> list[str]:
    """The other way about: some of a headline's words as an article would have them."""
    out, i = [], 0
    while i < len(words):
        fitting = [(a, b) for a, b in _SHORTER if words[i : i + len(b)] == b and words[i : i + len(a)] != a]
        long, short = fitting[int(rng.integers(len(fitting)))] if fitting and rng.random() < 0.5 else (words[i : i + 1],) * 2
        out += long
        i += len(short)
    return out


def english_before(words: list[str], rng) -> list[str]:
    """Some of a headline's verbs back in the past."""
    return [(past(word) or word) if rng.random() < 0.5 else word for word in words]
