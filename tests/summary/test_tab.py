from __future__ import annotations

import base64
import html
import json
import re

import pytest

from aedemo import summary, words
from aedemo.summary import inference
from aedemo.summary import tab as module


class Visit:
    """A request with a link's settings."""

    def __init__(self, **query):
        self.query_params, self.headers = query, {}


def shown(text="", lang="auto", per_cent=100, temperature=0.0, beam=8, novelty=0.0, by_sentence=False, spoken="en"):
    return module.summarised(text or module.story("en-storm"), lang, per_cent, temperature, beam, novelty, by_sentence, spoken)


def test_a_story_is_there_before_any_click_in_the_visitors_language():
    text, named, *settings, by_sentence, cards, where, heat, told, session, verdict, reward = module.opened(Visit())
    assert named == "en-storm" and not by_sentence
    assert text == module.story("en-storm") and tuple(settings) == module.PLAIN
    assert [re.search(f'data-kind="{kind}"', cards) is not None for kind in ("gan", "plain", "lead")] == [True] * 3
    assert abs(len(where["words"]) - summary.load("en").usual) <= 1
    assert module.opened(Visit(lang="zh"))[0] == module.story("zh-storm")


def test_settings_come_from_the_link_and_nonsense_in_it_does_no_harm():
    text, named, lang, per_cent, *_ = module.opened(Visit(text="A fire broke out in Oslo on Monday, police said.", length="60", lang_of="en"))
    assert text.startswith("A fire") and (lang, per_cent) == ("en", 60)
    assert module.opened(Visit(story="../../x", length="nan", temperature="-9", beam="x", lang_of="?", novelty="1e99"))[2:7] == ("auto", 100, 0, 8, 3)
    assert module.opened(Visit(text="\x00"))[0] == module.story("en-storm")


def test_nothing_from_an_article_or_a_headline_becomes_markup():
    evil = 'Storm <img src=x onerror=alert(1)> hits "coast" & kills <b>31</b> < 40 people in <Manila'
    cards, where, heat, told, session, *_, reward = shown(evil)
    verdict = module.game(session, "<script>alert(1)</script> storm < coast", "en")
    for page in (cards, heat, verdict, reward):
        assert "<img src=x" not in page and "<script>" not in page and "<Manila" not in page
    assert "".join(before + word for word, before in where["article"]) in inference.plain(evil)


def test_the_three_summaries_have_one_length_and_their_own_figures():
    cards, *_ = shown()
    result = module.example("en-storm")
    assert len(result["gan"].words) == len(result["lead"].words)
    assert result["lead"].text.startswith("At least 31 people")
    for kind in ("gan", "plain", "lead"):
        assert f"{result[kind].told:.2f}" in cards and f"<em>{100 * result[kind].realism:.0f}%</em>" in cards


def test_the_download_holds_the_result():
    cards, *_ = shown()
    content = json.loads(base64.b64decode(re.search(r"base64,([^\"]+)", cards)[1]))
    result = module.example("en-storm")
    assert content["gan"]["text"] == result["gan"].text and content["plain"]["realism"] == pytest.approx(result["plain"].realism, abs=1e-6)
    assert content["language"] == "en" and content["article"] == result["text"]


def test_the_length_slider_and_the_language_are_obeyed():
    for per_cent, many in ((40, 4), (90, 8), (200, 18)):
        assert len(shown(per_cent=per_cent)[1]["words"]) == many
    chinese = shown(module.story("zh-storm"))
    assert abs(len(chinese[1]["words"]) - summary.load("zh").usual) <= 2 and chinese[4]["lang"] == "zh"
    assert shown(module.story("zh-storm"), lang="en")[4]["lang"] == "en"


def test_colours_run_from_red_to_blue_through_nothing():
    assert module.colour(0.5).endswith(",0.00)") and "214" in module.colour(0.1) and "47" in module.colour(0.9)


def test_rebuilt_words_are_marked_where_the_article_has_them():
    result = module.example("en-olympics")["gan"]
    marked = re.findall("<mark>(.*?)</mark>", module.rebuilt(result))
    assert len(marked) == sum(right for _, right in result.rebuilt)
    assert html.unescape(re.sub("<.*?>", "", module.rebuilt(result))) == result.reconstruction


def test_each_draw_is_another_and_its_credit_is_shown():
    session = shown()[4]
    after, table = module.drawn_again(session, "en")
    assert after["draws"] == session["draws"] + 1 and session["draws"] == 0, "a visitor's state is not changed in place"
    reward = module.paid(after)
    assert all(f"{credit:+.3f}" in table for credit in reward.credit) and f"{reward.told:+.3f}" in table


def test_the_game_says_who_wins():
    session = shown()[4]
    machine = session["machine"]
    for own in ("of of of of of of of", machine.text):
        you = module.judged(session, own)
        won = (you.realism >= machine.realism) + (you.told >= machine.told)
        key = ("summary.won_none", "summary.won_one", "summary.won_both")[won]
        assert words.say(module.WORDS, key, "en") in module.game(session, own, "en")


def test_sentences_are_listed_by_choice():
    cards, *_ = shown(by_sentence=True)
    assert cards.count("<li>") == 4 and "<li>" not in shown()[0]


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: module.summarised("", *module.PLAIN, False, "en"), "no text"),
        (lambda: module.summarised(None, *module.PLAIN, False, "en"), "no text"),
        (lambda: module.game(None, "x", "en"), "no longer kept"),
        (lambda: module.game(shown()[4], "", "en"), "no summary"),
        (lambda: module.drawn_again(None, "en"), "no longer kept"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_that_has_a_translation(call, said):
    with pytest.raises(ValueError, match=said) as told:
        call()
    assert re.search("[\u4e00-\u9fff]", words.error(str(told.value), "zh")), "not translated"


# ---- in a browser


def ready(tab):
    tab.locator("#summary-cards .su-card").nth(2).wait_for()
    tab.locator("#summary-where .su-line button").first.wait_for()


def test_an_own_article_is_summarised_and_its_words_show_where_they_came_from(tab, server):
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    tab.goto(f"{server}?tab=summary")
    ready(tab)
    before = tab.locator("#summary-cards .su-summary").first.inner_text()
    tab.locator("#summary-article textarea").fill(
        "Two climbers were rescued from a glacier in Norway on Sunday after three days in the snow, police in Bergen said."
    )
    tab.locator("#summary-go").click()
    tab.wait_for_function("b => document.querySelector('#summary-cards .su-summary').innerText !== b", arg=before)
    tab.wait_for_function("document.querySelector('#summary-where .su-text').innerText.includes('Norway')")
    button = tab.locator("#summary-where .su-line button").nth(3)
    button.focus()
    assert button.get_attribute("aria-pressed") == "true"
    lit = tab.locator("#summary-where .su-text span[title]").count()
    assert 1 <= lit <= 40
    tab.locator("#summary-own input, #summary-own textarea").first.fill("Climbers rescued from glacier in Norway")
    tab.locator("#summary-judge").click()
    tab.locator("#summary-verdict .su-table").wait_for()
    table = tab.locator("#summary-reward").inner_text()
    tab.locator("#summary-draw").click()
    tab.wait_for_function("t => document.querySelector('#summary-reward').innerText !== t", arg=table)
    assert not errors


def test_a_chinese_story_is_opened_with_a_click(tab, server):
    tab.goto(f"{server}?tab=summary&lang=zh&story=en-doping")
    ready(tab)
    assert "判别器" in tab.locator("#summary-cards").inner_text()
    tab.locator("#summary-stories").get_by_text("奥运邀请").click()
    tab.wait_for_function("document.querySelector('#summary-where .su-text').innerText.includes('澳大利亚')")
    assert abs(tab.locator("#summary-where .su-line button").count() - summary.load("zh").usual) <= 2


def test_an_empty_article_gets_a_sentence(tab, server):
    tab.goto(f"{server}?tab=summary")
    ready(tab)
    tab.locator("#summary-article textarea").fill("")
    tab.locator("#summary-go").click()
    tab.get_by_text("There is no text to summarise").wait_for()


def test_nothing_sticks_out_on_a_phone_or_a_projector(screen, server):
    screen.goto(f"{server}?tab=summary")
    ready(screen)
