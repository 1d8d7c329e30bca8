"""Encoders of sentences: the shipped weights, their words, and the recipe on a few written texts."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from aedemo import pretrained
from aedemo.embeddings import thought_data, thought_evaluate, thought_train
from aedemo.embeddings.thought import Readout, SentenceNetwork, ThoughtConfig, following_loss
from aedemo.embeddings.thought_data import SPECIAL, Vocabulary, Windows, split, words
from aedemo.embeddings.thought_evaluate import Held, compare, encode, evaluate, fit_readout, next_of_fifty, reached, same_budget
from aedemo.embeddings.thought_inference import NAMES, SentenceEncoder, load_sentences
from tests.conftest import ROOT

GOLDEN = ROOT / "tests" / "golden" / "embeddings_sentences.json"
EXAMPLES = ROOT / "examples" / "embeddings"
PARAGRAPHS = ("economy", "voyage", "school", "winter")


@pytest.fixture(scope="module")
def models():
    return {name: load_sentences(name) for name in NAMES}


def paragraph(name: str) -> list[str]:
    return split((EXAMPLES / f"{name}.txt").read_text())


def unlike(codes: np.ndarray) -> float:
    """Mean cosine between different sentences"""
    unit = codes / np.linalg.norm(codes, axis=1, keepdims=True)
    cosines = unit @ unit.T
    return float(cosines[~np.eye(len(codes), dtype=bool)].mean())


def outcome(model: SentenceEncoder) -> dict:
    """What the golden file holds of a model: a code, and which sentences of a paragraph it takes for the next."""
    sentences = paragraph("voyage")
    return {"code": model.encode(sentences[:1])[0].round(4).tolist(), "following": model.following(sentences).round(4).tolist()}


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_weights_say_what_they_said(models, name):
    found, known = outcome(models[name]), json.loads(GOLDEN.read_text())[name]
    assert np.allclose(found["code"], known["code"], atol=0.01 * np.abs(known["code"]).max())
    assert np.abs(np.array(found["following"]) - known["following"]).max() < 0.005


def test_quick_thought_takes_sentences_of_the_same_paragraph_for_the_next(models):
    several = [paragraph(name) for name in PARAGRAPHS]
    which = np.repeat(np.arange(4), [len(one) for one in several])
    likely = models["quick-thought"].following(sum(several, []))
    within = (likely * (which[:, None] == which[None])).sum(1)
    assert within.mean() > 1.5 / 4  # by chance a quarter, nearly


def test_without_negatives_all_codes_are_alike_and_with_them_they_are_not(models):
    sentences = (EXAMPLES / "sentences.txt").read_text().splitlines()
    assert unlike(models["collapsed"].encode(sentences)) > 0.95
    assert unlike(models["quick-thought"].encode(sentences)) < 0.5
    likely = models["collapsed"].following(sentences)
    assert likely.max() < 3 / len(sentences)  # it cannot choose


def test_stored_figures_are_what_was_asked_for():
    quick, skip, plain, collapsed = (pretrained.card("embeddings", name) for name in NAMES)
    assert quick["next_of_50"] > 0.1 and quick["next_of_50_same_document"] > 0.02
    assert quick["next_of_50_probe"] > max(skip["next_of_50_probe"], plain["next_of_50_probe"], collapsed["next_of_50_probe"])
    assert quick["times_faster"] > 1
    assert quick["cosine_of_unlike"] < 0.5 and collapsed["cosine_of_unlike"] > 0.95


@pytest.mark.parametrize("name", NAMES)
def test_a_code_does_not_depend_on_the_sentences_beside_it(models, name):
    sentences = [*paragraph("school"), "Yes.", "word " * 300]
    together = models[name].encode(sentences)
    alone = np.concatenate([models[name].encode([sentence]) for sentence in sentences])
    assert together.dtype == np.float32 and together.shape == (len(sentences), models[name].dim)
    assert np.allclose(together, alone, atol=1e-4)
    turned = models[name].encode(sentences[::-1])
    assert np.allclose(together, turned[::-1], atol=1e-4)


def test_following_is_a_probability_over_the_others_and_moves_with_the_sentences(models):
    sentences = paragraph("winter")
    order = np.random.default_rng(0).permutation(len(sentences))
    for model in models.values():
        likely = model.following(sentences)
        assert np.allclose(likely.sum(1), 1, atol=1e-5) and (np.diag(likely) == 0).all() and (likely >= 0).all()
        moved = model.following([sentences[i] for i in order])
        assert np.allclose(moved, likely[np.ix_(order, order)], atol=1e-4)


def test_words_never_seen_have_codes_of_their_own(models):
    sentences = ["Flurbostan grumbled.", "Quixmore grumbled.", "🎉🎉", "\ud800", "今天天气很好。", "\x00 \u200b", "1,234.5", "."]
    for name, model in models.items():
        codes = model.encode(sentences)
        assert np.isfinite(codes).all() and np.isfinite(model.following(sentences)).all()
        if name != "collapsed":
            assert np.abs(codes[0] - codes[1]).max() > 0.01


def test_upper_case_and_curly_apostrophes_change_nothing(models):
    codes = models["quick-thought"].encode(["DON’T give up the ship!", "don't give up  the ship !"])
    assert np.allclose(codes[0], codes[1], atol=1e-5)


@pytest.mark.parametrize(
    "call, kind, said",
    [
        (lambda m: m.encode([]), ValueError, "0 sentences were given"),
        (lambda m: m.encode("One sentence."), TypeError, "A list of sentences is needed, not str"),
        (lambda m: m.encode(None), TypeError, "not NoneType"),
        (lambda m: m.encode(["Good.", None]), TypeError, "Sentence 2 is no text but NoneType"),
        (lambda m: m.encode(["Good.", " \n"]), ValueError, "Sentence 2 has no words"),
        (lambda m: m.encode(["a " * 1001]), ValueError, "Sentence 1 has 2,002 characters"),
        (lambda m: m.encode(["a"] * 513), ValueError, "513 sentences were given"),
        (lambda m: m.following(["Alone."]), ValueError, "two at least"),
        (lambda m: m.split("  \n "), ValueError, "The text is empty"),
        (lambda m: m.split(b"Text."), TypeError, "A text is needed, not bytes"),
        (lambda m: load_sentences("infomax"), ValueError, "there are: quick-thought"),
        (lambda m: load_sentences("../collapsed"), ValueError, "There is no model of sentences"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(models, call, kind, said):
    with pytest.raises(kind, match=said):
        call(models["quick-thought"])


@pytest.mark.parametrize(
    "text, sentences",
    [
        ('Mr. Smith left. "Why?" he asked. J. F. Kennedy knew.', ["Mr. Smith left.", '"Why?" he asked.', "J. F. Kennedy knew."]),
        ("See No. 5 of the list. No. They left!", ["See No. 5 of the list.", "No.", "They left!"]),
        ("The U.S. Senate met. (Really.) So did I. Then…", ["The U.S. Senate met.", "(Really.)", "So did I.", "Then…"]),
        ("It cost 3.50 dollars.\nA  line\n\nA heading\n\nEnd", ["It cost 3.50 dollars.", "A line", "A heading", "End"]),
        ("今天很好。“走吗？”走！", ["今天很好。", "“走吗？”", "走！"]),
        (" \n ", []),
    ],
)
def test_a_text_falls_into_its_sentences(text, sentences):
    assert split(text) == sentences


def test_no_word_is_lost_to_the_vocabulary():
    vocabulary = Vocabulary([*SPECIAL, "the", "whale"], buckets=50)
    tokens = vocabulary.tokens([words("The whale, the leviathan")])
    assert tokens.lengths.tolist() == [5] and tokens.offsets.tolist()[:2] == [0, 1]
    assert tokens.rows[:2].tolist() == [3, 4] and (tokens.rows[4:] >= 5).all() and (tokens.rows < 55).all()
    assert vocabulary.pieces("whales") != vocabulary.pieces("sailed") and vocabulary.pieces("a")
    assert vocabulary.written([["the", "leviathan"], ["whale"]], 9).tolist() == [[3, 0, 2], [4, 2, -1]]


def test_the_loss_asks_for_the_neighbours_and_for_nothing_across_runs():
    logits = torch.full((6, 6), -20.0)
    for i in (0, 1, 3, 4):  # two runs of three
        logits[i, i + 1] = 20.0
    logits.fill_diagonal_(50.0)  # how well a sentence would follow itself is not asked
    assert following_loss(logits, 2) < 1e-4
    assert following_loss(logits.T.contiguous(), 2) > 10


def test_a_probe_finds_a_linear_law_whatever_the_codes_are_scaled_by():
    generator = torch.Generator().manual_seed(0)
    before = torch.randn(2500, 12, generator=generator)
    after = before @ torch.linalg.qr(torch.randn(12, 12, generator=generator))[0] + 0.3 * torch.randn(2500, 12, generator=generator)
    codes = torch.cat((before[-500:], after[-500:]))
    rng = np.random.default_rng(0)
    questions = np.stack([[i, 500 + i, *(500 + (i + rng.permutation(np.arange(1, 500))[:49]) % 500)] for i in range(400)])
    assert next_of_fifty(Readout(12), codes, questions) < 0.1
    shares = [next_of_fifty(fit_readout(k * before[:-500] + 5, k * after[:-500] + 5, batch=128), k * codes + 5, questions) for k in (1.0, 1e-3)]
    assert shares[0] > 0.6 and shares[1] == pytest.approx(shares[0], abs=0.05)


def test_codes_that_are_all_one_are_right_one_time_in_fifty():
    questions = np.stack([np.arange(51)] * 4)
    assert next_of_fifty(Readout(8), torch.ones(60, 8), questions) == pytest.approx(1 / 50)


def test_how_much_sooner_a_curve_is_there(tmp_path):
    curves = {}
    for name, pace in (("quick", 1), ("skip", 6)):
        curve = [{"seconds": pace * s, "step": s, "sentences": 8 * s, "probe": p} for s, p in ((0, 0.1), (10, 0.2), (20, 0.4))]
        curves[name] = curve
        (tmp_path / name).mkdir()
        (tmp_path / name / "curve.json").write_text(json.dumps(curve))
    assert reached(curves["quick"], 0.3, "seconds") == pytest.approx(15) and reached(curves["quick"], 0.5, "seconds") is None
    assert compare(tmp_path / "quick", tmp_path / "skip")["times_faster"] == pytest.approx(6)
    assert compare(tmp_path / "quick", tmp_path / "none") == {}
    both = [tmp_path / "quick", tmp_path / "skip"]  # quick was trained for 20 seconds, in which skip came a third of its way
    assert same_budget(both[0], both) == pytest.approx({"budget_seconds": 20, "probe_same_budget": 0.4})
    assert same_budget(both[1], both)["probe_same_budget"] == pytest.approx(0.1 + 0.1 / 3)


SUBJECTS = {
    "sea": "ship sail wave storm deck captain whale",
    "law": "court judge law tax vote senate bill",
    "farm": "corn wheat cow field plow barn hay",
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """Twenty documents of three subjects each; neighbours share the subject."""
    place, rng = tmp_path_factory.mktemp("texts"), np.random.default_rng(0)
    for i in range(20):
        sentences = []
        for subject in rng.permutation(sorted(SUBJECTS)):
            own = SUBJECTS[subject].split()
            sentences += ["The " + " ".join(rng.choice(own, 4)) + "." for _ in range(24)]
        (place / f"{i:02}.txt").write_text(" ".join(sentences))
    return place


SMALL = ThoughtConfig(words=40, buckets=16, width=16, features=16)


@pytest.mark.parametrize("objective", ("quick-thought", "skip-thought", "plain", "collapsed"))
def test_the_recipe_lowers_its_loss_and_goes_on_where_it_stopped(texts, tmp_path, monkeypatch, objective):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(thought_train, "LOOKS", 2)
    for place in (thought_train, thought_evaluate):  # probes fitted for a moment
        monkeypatch.setattr(place, "fit_readout", lambda before, after, **_: fit_readout(before, after, steps=20, batch=64))
    folder = thought_train.train([str(texts)], "one", objective, 100, "out", windows=8, config=SMALL)
    thought_train.train([str(texts)], "one", objective, 200, "out", windows=8, config=SMALL)
    rows = [json.loads(line) for line in open("runs/embeddings-one/log.jsonl")]
    assert [row["step"] for row in rows] == [100, 200] and rows[1]["loss"] < rows[0]["loss"]
    model, vocabulary = SentenceNetwork.from_pretrained(folder).eval(), Vocabulary.load(folder / "vocabulary.txt", 16)
    figures = evaluate(model, vocabulary, [str(texts)])
    assert f"--objective {objective}" in (folder / "README.md").read_text()
    assert [row["step"] for row in json.loads((folder / "curve.json").read_text())] == [0, 50, 100, 200]
    if objective == "collapsed":
        assert figures["cosine_of_unlike"] > 0.8
    else:
        assert figures["next_of_50"] >= 0.02  # by chance


def test_held_out_documents_are_every_tenth_and_questions_are_of_them_alone(texts):
    documents, held = thought_data.read([texts])
    assert (len(documents), len(held)) == (18, 2)
    questions = Held(held, number=30)
    assert held[0] == [words(sentence) for sentence in split((texts / "09.txt").read_text())]
    for row in np.concatenate((questions.questions, questions.same)):
        assert row[1] == row[0] + 1 and len(set(row)) == 51
    assert (questions.documents[questions.same] == questions.documents[questions.same[:, :1]]).all()


def test_runs_are_of_one_document_and_texts_too_short_are_refused(texts):
    documents, _ = thought_data.read([texts])
    every = {tuple(map(tuple, document[i : i + 8])) for document in documents for i in range(len(document) - 7)}
    drawn = Windows(documents, 4, 8, 0, 40).draw()
    assert all(tuple(map(tuple, drawn[i : i + 8])) in every for i in range(0, 32, 8))
    with pytest.raises(ValueError, match="a batch needs 4"):
        Windows([documents[0][:8]], 4, 8, 0, 40)


def test_folders_without_texts_and_objectives_that_are_none_are_refused(tmp_path, texts):
    with pytest.raises(ValueError, match="no .txt files"):
        thought_data.read([tmp_path])
    with pytest.raises(ValueError, match="There is no objective 'best'"):
        thought_train.train([str(texts)], "one", "best", 1, str(tmp_path))


def test_encoding_leaves_a_network_in_training_as_it_was():
    network = SentenceNetwork(ThoughtConfig(words=4, buckets=8, width=4, features=4)).train()
    codes = encode(network, Vocabulary([*SPECIAL, "a"], 8), [["a", "b"], ["a"], ["c"] * 500])
    assert network.training and codes.shape == (3, 8) and torch.isfinite(codes).all()
