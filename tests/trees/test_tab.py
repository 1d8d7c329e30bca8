from __future__ import annotations

import ast
import base64
import re
import xml.etree.ElementTree as ET

import pytest

from aedemo import pretrained, threads, words
from aedemo.trees import brackets, drawing, rooms
from aedemo.trees import tab as module
from aedemo.trees.words import WORDS
from tests.conftest import ROOT

SAW = "I saw the man with the telescope."
LONG = list(module.examples())[-1]


class Visit:
    """A request with a link's settings."""

    def __init__(self, **query):
        self.query_params, self.headers = query, {}


@pytest.fixture(scope="module")
def saw():
    return module.example(SAW)


def nodes(drawn: str) -> list[tuple[int, int]]:
    """Where the phrases of the first drawing are, parents first."""
    first = drawn[: drawn.index("</svg>")]
    return [(int(b), int(e)) for b, e in re.findall(r'class="tr-node[^"]*" data-span="(\d+),(\d+)"', first)]


# ---- drawings


def test_a_drawing_has_the_tree_s_phrases_with_their_weights(saw):
    drawn = rooms.tree(saw, 1, "en")
    assert set(nodes(drawn)) == brackets.spans(saw.parse.tree) and nodes(drawn)[0] == (0, 7)
    weights = re.findall(r'text-anchor="middle">(\d+)</text></g></g>', drawn)
    assert sorted(map(int, weights)) == sorted(round(100 * n.chance) for n in saw.parse.nodes if n.end - n.begin > 1)
    assert drawn.count("aria-expanded") == 6 and drawn.count('tabindex="0"') == 1, "one stop for the Tab key; arrows do the rest"
    assert re.search(r'aria-label="“the man”: a phrase with \d+%"', drawn)


def test_no_word_lies_over_another_and_each_child_lies_below_its_parent():
    session = module.example(LONG)
    assert len(session.words) == 40
    drawing_of = drawing._Drawing(session.parse.tree, session.words, "", session.parse.chances, lambda place: "", {}, "still", None)
    for slanted in (False, True):
        drawing_of.svg(slanted)
        gaps = [b - a for a, b in zip(drawing_of.leaves, drawing_of.leaves[1:])]
        needed = [20] * 39 if slanted else [(drawing.wide(a) + drawing.wide(b)) / 2 for a, b in zip(session.words, session.words[1:])]
        assert all(gap > need for gap, need in zip(gaps, needed))

        def below(place, up=-16.0):
            assert drawing_of._y(place) > up + 16
            for child in place.children:
                assert place.children[0].x <= place.x <= place.children[-1].x
                below(child, drawing_of._y(place))

        below(drawing_of.root)


def test_only_long_sentences_have_to_scroll_on_a_phone():
    for text, slanted, scrolls in ((SAW, 0, 0), (list(module.examples())[4], 1, 0), (LONG, 1, 1)):
        drawn = rooms.tree(module.example(text), 1, "en")
        assert drawn.count("min-width") == scrolls and bool(slanted) == ("rotate(58)" in drawn)


def test_a_downloaded_drawing_stands_alone_and_what_is_typed_is_text(saw):
    found = re.search(r'download="tree.svg" href="data:image/svg\+xml;base64,([^"]+)"', rooms.files(saw, 1, "en"))[1]
    root = ET.fromstring(base64.b64decode(found).decode())
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and "telescope" in "".join(root.itertext()) and "var(" not in drawing.STYLE
    text = re.search(r'download="tree.txt" href="[^,]+,([^"]+)"', rooms.files(saw, 1, "en"))[1]
    assert base64.b64decode(text).decode().strip() == brackets.write(saw.parse.tree)
    odd = module.shown(module.computed(["<b>&", '"x"', "runs"]), "en", phrase="<i>it")
    assert not any("<b>&" in one or "<i>it" in one for one in odd if isinstance(one, str) and "<svg" in one)


def test_trees_of_more_than_two_parts_and_of_one_word_are_drawn():
    assert nodes(drawing.tree(("a", "b", ("c", "d", "e")), list("abcde"), "")) == [(0, 5), (2, 5)]
    one = module.shown(module.computed("Dogs"), "en")
    assert "Dogs" in one[4] and one[6] == "Dogs" and len(module.computed("Dogs").trees) == 1


# ---- what the rooms say


def test_another_tree_is_shown_with_its_probability_and_what_changed_is_marked(saw):
    tree, told, line = module.ranked(saw, 2, "en")
    other, best = saw.trees[1], saw.trees[0]
    assert line == brackets.write(other.tree) and set(nodes(tree)) == brackets.spans(other.tree)
    marked = {(int(b), int(e)) for b, e in re.findall(r'class="tr-node tr-new" data-span="(\d+),(\d+)"', tree)}
    assert marked == brackets.spans(other.tree) - brackets.spans(best.tree) and marked
    assert f"probability of {rooms.per_cent(other.probability)}; the first, {rooms.per_cent(best.probability)}" in told
    assert "the man with the telescope</span>" in told and "saw the man</span>" in told and told.count("<rect") == 20
    assert "tr-new" not in module.ranked(saw, 1, "en")[0] and module.ranked(saw, 99, "en")[2] == brackets.write(saw.trees[-1].tree)


def test_numbers_are_written_so_that_they_can_be_read():
    assert [rooms.possible(n) for n in (1, 2, 3, 4, 7)] == [1, 1, 2, 5, 132]
    assert rooms.many(132) == "132" and rooms.many(rooms.possible(40)) == "6.8 × 10²⁰"
    assert [rooms.per_cent(p) for p in (1, 0.978, 0.0012, 0.00001)] == ["100%", "97.8%", "0.1%", "0.001%"]


def test_a_chosen_node_has_its_nearest_phrases_and_the_first_is_tried(saw):
    node, phrase, choose, near, again = module.edited(saw, "2,4", "", "en")
    found = module.like(saw, (2, 4))
    assert node == "2,4" and phrase == rooms.usual_phrase(saw, (2, 4), found) != "the man"
    assert re.findall(r'data-phrase="([^"]+)"', near) == [one.text for one in found] and "for “the man”" in near
    assert choose.count("data-span") == 13 and re.findall(r'data-span="(\d+,\d+)"[^>]*aria-selected="true"', choose) == ["2,4"]
    _, before, after = module.rebuilt(saw, (2, 4), phrase)
    assert all(f'aria-label="{brackets.write(tree)}"' in again for tree in (before, after))
    assert rooms.node_of(saw, "0,99") == rooms.node_of(saw, "") == (5, 7) and rooms.node_of(module.computed("Dogs"), "x") == (0, 1)


def test_a_longer_phrase_of_ones_own_takes_the_node_s_place(saw):
    again = module.replaced(saw, "5,7", "a very old house near the river", "en")[1]
    after = again[again.index('data-kind="after"') :]
    marked = re.search(r"<mark>(.*?)</mark>", after)[1]
    assert len(marked.split()) == 7 and "in place of “the telescope”" in after
    assert nodes(after)[0] == (0, 12)


def test_plain_trees_stand_beside_the_model_s_with_their_f1(saw):
    gold = brackets.read(module.gold_of(SAW))
    shown = rooms.compared(saw, gold, 3, "en")
    cards = dict(re.findall(r'<section class="tr-card" data-kind="(\w+)">(.*?)</section>', shown, re.S))
    rivals = {
        "model_tree": saw.parse.tree,
        "right": brackets.right_branching(saw.words),
        "left": brackets.left_branching(saw.words),
        "random": brackets.random_tree(saw.words, 3),
    }
    assert list(cards) == ["gold_tree", *rivals] and "F1" not in cards["gold_tree"]
    for name, tree in rivals.items():
        score, both = brackets.f1(gold, tree)
        assert f"F1 {100 * score:.0f}%: {len(both)} of its 5 phrases" in cards[name]
        assert cards[name].count('class="tr-node tr-hit"') == len(both) and cards[name].count('class="tr-node tr-miss"') == 5 - len(both)
    assert "tr-hit" not in rooms.compared(saw, None, 3, "en") and module.another(saw, "((", 3, "en")[0] == 4
    card = pretrained.card("trees", "en")
    assert f"<em>{card['f1_up_to_40_model']:.0f}%</em>" in shown and f"<em>{card['f1_up_to_40_right_branching']:.0f}%</em>" in shown


def test_gold_brackets_of_other_words_become_the_sentence(saw):
    with pytest.warns(UserWarning, match="now the sentence"):
        text, session, *rest = module.compared(saw, "(S (NP (DT The) (NN cat)) (VP (VBD sat)) (. .))", 0, "en")
    assert text == "The cat sat" and session.words == ["The", "cat", "sat"] and "F1" in rest[-1]
    with threads.listening() as heard:  # as the page does, which shows what was said to this visitor
        module.compared(saw, "(dogs bark)", 0, "zh")
    assert heard == [words.say(WORDS, "trees.taken", "zh")]
    same = module.compared(saw, module.gold_of(SAW), 0, "en")
    assert len(same) == 2 + len(rest) and same[-1] == rooms.compared(saw, brackets.read(module.gold_of(SAW)), 0, "en")
    assert all(one == module.gr.skip() for one in same[:-1]), "slider and chosen node stay as they are"


def test_the_examples_gold_brackets_are_of_their_words():
    for text, gold in module.examples().items():
        assert brackets.words(brackets.read(gold)) == module.example(text).words


def test_a_long_text_is_cut_at_its_punctuation_and_each_part_can_be_shown():
    text = "Dogs bark at night. " + "The old man slept, " * 15 + "and the sea was calm."
    found = module.parsed(text, "en")
    assert len(found[0].parts) > 2 and found[0].words == ["Dogs", "bark", "at", "night"] and found[1].visible
    other = module.other_part(text, 1, "en")
    assert other[0].part == 1 and other[0].words == found[0].parts[1].split() and other[1].value == 1
    assert not module.parsed(SAW, "en")[1].visible


def test_what_is_timed_is_bounded_and_the_steepness_is_that_of_the_last_doubling(monkeypatch):
    monkeypatch.setattr(module, "seconds", lambda sentence: (1e-3 * len(sentence), 1e-5 * len(sentence) ** 3))
    shown = list(module.timed("en"))
    assert len(shown) == len(rooms.LENGTHS) and shown[0].count("<circle") == 2 and shown[-1].count("<circle") == 14
    assert "From 20 to 40 words the time grew as the length to the power of 1.0 (at 10 at once, 3.0)" in shown[-1]
    monkeypatch.setattr(module, "LONGEST_RUN", -1.0)
    assert len(list(module.timed("en"))) == 1
    alone, each = rooms.seconds(["dogs", "bark"], module.parser(), iter(range(20)).__next__)
    assert alone == 1 and each == 1 / rooms.BATCH


def test_how_it_works_has_this_sentence_s_shapes_and_the_card_s_figures(saw):
    how = rooms.how(saw, module.parser(), "en")
    assert "inside (7, 7, 128)" in how and "(13, 128 + 256)" in how and "1906.10225" in how
    assert all(f"| {key} | {value:.4g} |" in how for key, value in pretrained.card("trees", "en").items())
    assert "这个句子" in rooms.how(saw, module.parser(), "zh")


def test_every_word_of_the_rooms_is_defined():
    text = (ROOT / "aedemo" / "trees" / "rooms.py").read_text()
    used = set(re.findall(r"""["'](trees\.[\w.]+)["']""", text))
    assert used and used <= set(WORDS), used - set(WORDS)


def test_the_link_brings_back_what_was_seen():
    told = {
        "room": "edit",
        "text": "The old man slept.",
        "part": "0",
        "rank": "3",
        "node": "1,3",
        "phrase": "a cup",
        "gold": "((The (old man)) slept)",
        "seed": "5",
    }
    assert {key: str(value) for key, value in module.of_link(told).items()} == told
    assert re.findall(r"\w+", re.match(r"\(([^)]*)\)", module.SHARE)[1]) == list(module.USUAL) == list(told)
    _, room, text, session, part, rank, _, _, _, line, node, phrase, *_, gold, seed, _, _, _ = module.opened(Visit(**told))
    assert (room, text, node, phrase, gold, seed, rank.value) == ("edit", "The old man slept.", "1,3", "a cup", "((The (old man)) slept)", 5, 3)
    assert line == brackets.write(session.trees[2].tree)
    odd = {"room": "x", "text": "", "part": "-1", "rank": "99", "node": "a", "seed": "1e3"}
    assert module.of_link(odd) == module.USUAL | {"node": "a"} and module.of_link({}) == module.USUAL
    for bad in ({"text": "..."}, {"text": "a " * 100}, {"phrase": "word " * 100}, {"gold": "((", "node": "9,9"}):
        assert (found := module.opened(Visit(**bad)))[2] == SAW and found[-5] == module.gold_of(SAW)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: module.parsed("", "en"), "no words in this; type"),
        (lambda: module.parsed(None, "en"), "not NoneType"),
        (lambda: module.parsed("\U0001f431", "en"), "no words"),
        (lambda: module.parsed("word " * 200, "en"), "200 words"),
        (lambda: module.parsed("x" * 4001, "en"), "4,001 characters"),
        (lambda: module.ranked(None, 1, "en"), "no longer kept"),
        (lambda: module.replaced(module.example(SAW), "2,4", " ", "en"), "write a phrase"),
        (lambda: module.replaced(module.example(SAW), "2,4", "a " * 61, "en"), "61 words"),
        (lambda: module.compared(module.example(SAW), "((I saw)", 0, "en"), "do not match"),
        (lambda: module.compared(module.example(SAW), "I saw", 0, "en"), "is needed"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_that_has_a_translation(call, said):
    with pytest.raises((ValueError, TypeError), match=said) as told:
        call()
    assert re.search("[\u4e00-\u9fff]", words.error(str(told.value), "zh")), "not translated"


def test_every_sentence_that_trees_raise_has_a_translation():
    raised = set()
    for file in (ROOT / "aedemo" / "trees").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) in ("ValueError", "TypeError"):
                given = node.exc.args[0]
                parts = given.values if isinstance(given, ast.JoinedStr) else [given]
                raised.add("".join(part.value if isinstance(part, ast.Constant) else "7" for part in parts))
    assert len(raised) > 20
    for sentence in raised:
        assert re.search("[\u4e00-\u9fff]", words.error(sentence, "zh")), sentence


# ---- for programs


def test_programs_get_trees_probabilities_and_sentences_for_errors(server):
    from gradio_client import Client

    client = Client(server, verbose=False)
    found = client.predict("The old man opened the window.", api_name="/parse_sentence")
    assert found["tree"] == [["The", ["old", "man"]], ["opened", ["the", "window"]]]
    others = client.predict(SAW, 3, api_name="/parse_alternatives")
    assert len(others) == 3 and others[0]["probability"] > others[1]["probability"]
    assert client.predict(module.gold_of(SAW), api_name="/parse_f1")["model"] == pytest.approx(8 / 9)
    with pytest.raises(Exception, match="do not match"):
        client.predict("((a b)", api_name="/parse_f1")


# ---- in a browser


def open_tab(tab, server, **query):
    tab.goto(f"{server}?tab=trees" + "".join(f"&{k}={v}" for k, v in query.items()))
    where = {"edit": "#trees-again svg", "compare": "#trees-beside svg", "cost": "#trees-work p"}.get(query.get("room"), "#trees-tree svg")
    tab.wait_for_selector(f"{where} >> visible=true", timeout=120_000)


def test_in_a_browser_a_typed_sentence_is_parsed_folded_and_seen_otherwise(tab, server):
    errors = []
    tab.on("pageerror", lambda problem: errors.append(str(problem)))
    open_tab(tab, server)
    assert tab.locator("#trees-tree .tr-node").count() == 6, "a tree is there before any click"
    tab.fill("#trees-text textarea", "The old man opened the window.")
    tab.press("#trees-text textarea", "Enter")
    tab.wait_for_selector("#trees-tree svg[aria-label*='window']")
    node = tab.locator("#trees-tree [data-span='0,3']")
    node.locator("> .tr-pill").click()
    assert node.get_attribute("aria-expanded") == "false" and not tab.locator("#trees-tree [data-span='1,3']").is_visible()
    assert node.locator("> .tr-roof").is_visible()
    tab.keyboard.press("ArrowRight")
    assert tab.evaluate("document.activeElement.dataset.span") == "3,6"
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.dataset.span") == "4,6"
    tab.keyboard.press("Enter")
    assert tab.locator("#trees-tree [data-span='4,6']").get_attribute("aria-expanded") == "false"
    tab.focus("#trees-rank input[type=range]")
    tab.keyboard.press("ArrowRight")
    tab.wait_for_selector("#trees-told [data-rank='2']")
    tab.wait_for_selector("#trees-tree .tr-new")
    assert node.get_attribute("aria-expanded") == "false", "what was folded stays so"
    tab.fill("#trees-text textarea", "...")
    tab.click("#trees-go")
    tab.wait_for_selector("text=There are no words in this")
    tab.click("#trees-share")
    tab.wait_for_function("location.search.includes('rank=2') && location.search.includes('room=tree')")
    assert not errors


def test_in_a_browser_a_node_is_chosen_and_replaced(tab, server):
    open_tab(tab, server, room="edit")
    tab.click("#trees-choose [data-span='2,4'] > .tr-pill")
    tab.wait_for_selector("#trees-near [data-node='2,4']")
    tab.focus("#trees-choose [data-span='2,4']")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#trees-near [data-node='3,4']")
    tab.click("#trees-choose [data-span='5,7'] > .tr-pill")
    tab.wait_for_selector("#trees-near [data-node='5,7']")
    tab.click("#trees-near button >> nth=3")
    chosen = tab.get_attribute("#trees-near button >> nth=3", "data-phrase")
    tab.wait_for_selector(f"#trees-again h4:has-text('{chosen}')")
    field = "#trees-phrase textarea, #trees-phrase input"
    tab.wait_for_function("([field, chosen]) => document.querySelector(field).value == chosen", arg=[field, chosen])
    tab.fill(field, "a very old house")
    tab.click("#trees-write")
    tab.wait_for_selector("#trees-again h4:has-text('a very old house')")
    assert tab.locator("#trees-again svg:visible").count() == 2
    tab.click("#trees-share")
    tab.wait_for_function("location.search.includes('node=5%2C7') && location.search.includes('phrase=a+very+old+house')")


def test_in_a_browser_gold_brackets_are_compared_and_the_cost_is_timed(tab, server):
    open_tab(tab, server, room="compare")
    assert tab.locator("#trees-beside .tr-f1").count() == 4
    before = tab.get_attribute("#trees-beside [data-kind=random] svg", "aria-label")
    tab.click("#trees-dice")
    tab.wait_for_function("b => document.querySelector('#trees-beside [data-kind=random] svg').getAttribute('aria-label') != b", arg=before)
    tab.fill("#trees-gold textarea", "((The cat) (sat (on (the mat)))")
    tab.click("#trees-score")
    tab.wait_for_selector("text=The brackets do not match: 5 open and 4 close.")
    tab.fill("#trees-gold textarea", "((The cat) (sat (on (the mat))))")
    tab.click("#trees-score")
    tab.wait_for_selector("#trees-beside [data-kind=gold_tree] svg[aria-label*='mat']")
    assert "sat" in tab.input_value("#trees-text textarea")
    tab.click("button[role=tab]:has-text('What it costs')")
    tab.click("#trees-time")
    tab.wait_for_selector("#trees-curve circle >> nth=5")


@pytest.mark.parametrize("width", (390, 1920))
def test_nothing_sticks_out_on_a_phone_or_a_projector(chromium, server, width):
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-US")
    visitor = context.new_page()
    visitor.set_default_timeout(45_000)
    errors = []
    visitor.on("pageerror", lambda problem: errors.append(str(problem)))
    open_tab(visitor, server, lang="zh", text=LONG)
    assert "以树为编码" in visitor.inner_text("body") and "40 个词" in visitor.inner_text("#trees-facts")
    for room, name, first in (
        ("tree", "树", "#trees-tree svg"),
        ("edit", "替换节点", "#trees-again svg"),
        ("compare", "与简单的树比较", "#trees-beside svg"),
        ("cost", "代价", "#trees-work p"),
    ):
        visitor.locator("#trees-rooms").get_by_role("tab", name=name, exact=True).click()
        visitor.wait_for_selector(f"{first} >> visible=true")
        assert visitor.evaluate("document.documentElement.scrollWidth") <= width, room
    assert not errors
    context.close()
