import numpy as np
import pytest

from aedemo.summary import forms

pytest.importorskip("lemminflect")


def test_the_past_has_a_present_and_back():
    assert forms.present("rose") == ("rises", "rise") and forms.present("said") == ("says", "say")
    assert forms.present("house") == () == forms.present("says")
    assert forms.past("rises") == "rose" and forms.past("kills") == "killed" and forms.past("storm") is None


def test_passives_stay_as_they_are():
    words = "two men were killed when police opened fire on the car stopped by soldiers".split()
    changed = {word: other for word, other in zip(words, forms.english(words)) if other}
    assert changed["opened"] == ("opens", "open")
    assert "killed" not in changed and "stopped" not in changed


def test_chinese_headlines_have_shorter_words_and_back():
    assert "".join(forms.chinese(list("美国和以色列表示，国家主席习近平已经抵达"))) == "美与以称，习近平已抵"
    assert "".join(forms.chinese(list("共和国和和平"))) == "共和国与和平"
    assert forms.chinese(["nato", "表", "示"]) == ["nato", "称"]
    found = {"".join(forms.chinese_before(list("俄称乌未退"), np.random.default_rng(seed))) for seed in range(60)}
    assert "俄称乌未退" in found and any("俄罗斯" in one for one in found) and any("表示" in one for one in found)
    longer = {"".join(forms.chinese_before(list("俄罗斯"), np.random.default_rng(seed))) for seed in range(20)}
    assert longer == {"俄罗斯"}, "what is long already stays"
