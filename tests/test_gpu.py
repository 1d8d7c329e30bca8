"""On CUDA every verb gives what it gives on the CPU. Where there is none, a pretended device is used, which refuses what CUDA refuses and counts
what goes to and fro between host and device (`tests/pretended.py`)."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch

from aedemo import anomaly, api, audio, codebook, compress, device, embeddings, generate, pretrained, summary, trees, voice
from aedemo.anomaly import recipe
from benchmarks import gpu
from benchmarks.gpu import SENTENCE, STORY, article, picture
from tests import pretended

CUDA = torch.cuda.is_available()
real = pytest.mark.skipif(not CUDA, reason="there is no CUDA device here")
imagined = pytest.mark.skipif(CUDA, reason="there is a real CUDA device here")


@pytest.fixture(scope="module")
def results():
    """What verbs give on the CPU, each computed once."""
    known: dict[str, object] = {}

    def result(case):
        if case.name not in known:
            known[case.name] = case.verb(case.load("cpu"))
        return known[case.name]

    return result


@imagined
def test_the_pretended_device_refuses_what_cuda_refuses_and_counts():
    with pretended.cuda() as there:
        x = torch.arange(4.0).to("cuda")
        assert x.is_cuda and torch.zeros(2, device="cuda").device == x.device and there.count() == 1
        for refused in (
            lambda: x + torch.ones(4),
            lambda: torch.ones(4).add_(x),
            lambda: torch.cat([x, torch.ones(1)]),
            lambda: torch.ones(4)[x.long()],
        ):
            with pytest.raises(RuntimeError):
                refused()
        with pytest.raises((TypeError, RuntimeError), match="numpy"):
            x.numpy()
        with pytest.raises(RuntimeError, match="generator"):
            torch.multinomial(x, 1, generator=torch.Generator())
        torch.multinomial(x, 1, generator=torch.Generator("cuda"))
        assert (x + torch.tensor(1.0)).tolist() == [1, 2, 3, 4] and there.count("to_host") == 1
        assert float(x.sum()) == 6 and bool(x[0] == 0) and there.count("item") == 2
        assert len(x[x > 1]) == 2 and len(x.nonzero()) == 3 and there.count("wait") == 2
        x[1:3] = 7  # a view's numbers are its whole's
        assert x.cpu().numpy().tolist() == [0, 7, 7, 3] and there.count() == 7
        y = torch.ones(3, requires_grad=True).to("cuda")
        assert (x[:3] * y).sum().requires_grad
    assert not torch.cuda.is_available()


@real
@pytest.mark.parametrize("case", gpu.CASES, ids=lambda case: case.name)
def test_a_verb_gives_on_cuda_what_it_gives_on_the_cpu(case):
    assert all(apart <= case.tolerance for _, apart in gpu.compared(case, "cuda", 1))


@imagined
@pytest.mark.parametrize("case", gpu.CASES, ids=lambda case: case.name)
def test_a_verb_mixes_no_devices_and_gives_the_same(case, results):
    usual = results(case)
    with pretended.cuda() as there, gpu.autocast(not case.halves):  # asked for where it must change nothing
        model = case.load("cuda")
        there.operations.clear()
        found = case.verb(model)
    assert there.operations and there.kinds <= {torch.float32, torch.float64, torch.complex64}
    # computed by the same kernels, though not always in batches of the same size; a grey level may be rounded otherwise
    assert gpu.difference(usual, found) <= (case.tolerance if case.tolerance >= 1 else case.tolerance / 50)


@imagined
@pytest.mark.parametrize("case", [case for case in gpu.CASES if case.halves], ids=lambda case: case.name)
def test_half_precision_stays_within_the_tolerance_too(case, results):
    with pretended.cuda() as there, gpu.autocast(True):
        found = case.verb(case.load("cuda"))
    assert torch.float16 in there.kinds
    assert 0 < gpu.difference(results(case), found) <= case.tolerance


@imagined
def test_bfloat16_would_not(results, monkeypatch):
    monkeypatch.setattr(device, "HALF", torch.bfloat16)
    (case,) = (case for case in gpu.CASES if case.name == "anomaly.inspect, paper")
    with pretended.cuda(), gpu.autocast(True):
        assert gpu.difference(results(case), case.verb(case.load("cuda"))) > case.tolerance


@imagined
def test_half_precision_is_of_cuda_alone_and_not_while_learning(monkeypatch):
    with pretended.cuda() as there, torch.no_grad():
        a, b = torch.ones(2, 2), torch.ones(2, 2, device="cuda")
        with gpu.autocast(False), device.autocast("cuda"):
            assert (b @ b).dtype == torch.float32
        with gpu.autocast(True), device.autocast("cpu"):
            assert (a @ a).dtype == torch.float32
        with gpu.autocast(True), device.autocast(b.device):
            assert (b @ b).dtype == torch.float16 and there.kinds == {torch.float16, torch.float32}
        with torch.enable_grad(), gpu.autocast(True), device.autocast("cuda"):
            assert (b @ b).dtype == torch.float32


# ---- what goes to and fro


def passages(*verbs) -> list[int]:
    """How often something passes between host and device while each verb computes on the pretended one."""
    counts = []
    with pretended.cuda() as there:
        verbs[0]()  # what is kept for the next time is on the device by now
        for verb in verbs:
            there.passages.clear()
            verb()
            counts.append(there.count())
    return counts


@imagined
@pytest.mark.parametrize(
    ("name", "few", "many", "most"),
    [
        ("words of a headline", lambda: headline(2), lambda: headline(9), 16),
        ("words drawn by chance", lambda: headline(2, temperature=1.0), lambda: headline(9, temperature=1.0), 16),
        ("articles", lambda: headline(2, 1), lambda: headline(2, 3), 18),  # of several lengths they have to be sorted
        ("the flow's steps and pictures", lambda: drawn(2), lambda: drawn(260), 2),
        ("pictures encoded", lambda: coded(2), lambda: coded(260), 2),
        ("pictures inspected", lambda: inspected(2), lambda: inspected(24), 4),
        ("tiles of a picture", lambda: compressed(2), lambda: compressed(6), 4),
        ("a tree's phrases", lambda: trees.load("cuda").parse("He sat down."), lambda: trees.load("cuda").parse(SENTENCE), 9),
        ("trees", lambda: trees.load("cuda").alternatives("He sat there.", 2), lambda: trees.load("cuda").alternatives(SENTENCE, 20), 5),
        ("frames ahead", lambda: ahead(3000), lambda: ahead(40_000), 4),
        ("rounds of Griffin-Lim", lambda: phases(2), lambda: phases(12), 3),
    ],
    ids=lambda given: given.replace(" ", "-") if isinstance(given, str) else "",
)
def test_nothing_goes_to_and_fro_in_a_loop(name, few, many, most):
    first, last = passages(few, many)
    assert 0 < first <= last <= most and last - first <= (4 if name == "articles" else 0)


def headline(length, articles=1, **options):
    summary.load("en", device="cuda").summarize(
        [article(f"en-{name}") for name in ("storm", "doping", "olympics", "mistake-who")][:articles], length, **options
    )


def drawn(many):
    model = generate.load("faces", "cuda")
    model.arrays(model.draw(many))


def coded(many):
    generate.load("faces", "cuda").encode([np.zeros((64, 64), np.uint8)] * many)


def inspected(many):
    anomaly.load("faces", "cuda").inspect([picture("face")] * many)


def compressed(tiles):
    codec = compress.load("cuda")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compress.inference, "TILE", 8)
        codec.decompress(codec.compress(np.zeros((16, 128 * tiles, 3), np.uint8), 2))


def ahead(samples):
    wave, rate = gpu.clip("en-slt")
    embeddings.load("cpc", "cuda").ahead(wave[8000 : 8000 + 2 * samples], rate)


def phases(rounds):
    mel = audio.log_mel(torch.from_numpy(gpu.clip("en-slt")[0][:8000]).to("cuda"))
    audio.griffin_lim(mel, rounds).cpu()


@imagined
def test_sentences_are_encoded_with_three_passages_a_batch_of_128_and_two():
    model = embeddings.load
    assert passages(lambda: model("quick-thought", "cuda").encode(STORY), lambda: model("quick-thought", "cuda").encode(STORY * 100)) == [5, 11]


@imagined
def test_the_codecs_whole_numbers_stay_on_the_host():
    """Writer and reader of a file must agree to the last bit on every machine: what foresees numbers is never computed on a GPU."""
    codec, numbers = compress.load("cpu"), np.random.default_rng(0).integers(-3, 4, (320, 2, 3)).astype(np.float32)
    with pretended.cuda() as there:
        coder = compress.load("cuda").coder
        there.passages.clear()
        data = coder.write(numbers, 2)[0]
        assert not there.operations and not there.count()
    assert (codec.coder.read(data, 2, 3, 2) == numbers).all()


# ---- learning on the page


@imagined
def test_a_detector_learns_on_cuda_and_asks_it_once_a_step(monkeypatch):
    """All but the backward pass, for which PyTorch looks for the device itself."""
    monkeypatch.setattr(recipe, "FEWEST_STEPS", 3)
    monkeypatch.setattr(pretended.Pretended, "backward", lambda loss: None)
    with pretended.cuda() as there:
        steps = anomaly.inference.fitting([picture("face").resize((64, 64))] * 12, 0.01, "cuda")
        next(steps)
        there.passages.clear()
        next(steps)
        assert there.count("item") == 1 and there.count() <= 5
        with pytest.raises(StopIteration) as end:
            while True:
                next(steps)
        detector = end.value.value
        assert detector.device.type == "cuda" and len(detector.inspect([picture("face")])) == 1


# ---- ZeroGPU: a GPU is lent to one call at a time, and before that nothing can be computed on it


DEMOS = (voice, anomaly, codebook, generate, embeddings)


def place(model) -> str:
    """Where all of a model's networks lie."""
    (kind,) = {weight.device.type for part in vars(model).values() if isinstance(part, torch.nn.Module) for weight in part.parameters()}
    return kind


@imagined
def test_on_zero_gpu_models_are_put_on_cuda_at_start_without_anything_being_computed_there(monkeypatch):
    def loaded(where: str):
        for demo in DEMOS:
            for name in pretrained.names(demo.__name__.rpartition(".")[2]):
                assert place(demo.load(name)) == where
        for name, stage in product(("infomax-emoji", "infomax-faces", "infomax-digits"), ("untrained", "half")):
            assert place(embeddings.load(name, stage=stage)) == where
        assert {place(summary.load(lang, regularized)) for lang, regularized in product(("en", "zh"), (True, False))} == {where}
        assert place(compress.load()) == where and place(trees.load()) == "cpu"

    monkeypatch.setenv("SPACES_ZERO_GPU", "1")
    for demo in (*DEMOS, summary, compress):
        demo.inference._load.cache_clear()
    with pretended.cuda() as there:
        api.load_for_gpu()
        assert not there.operations and there.count() == there.count("to_device") > 1000
        monkeypatch.setenv("AEDEMO_DEVICE", "cuda")  # whatever is asked for
        loaded("cpu")  # as who is lent no GPU does
        monkeypatch.delenv("AEDEMO_DEVICE")
        monkeypatch.setattr(pretrained, "load_folder", lambda *given: pytest.fail(f"{given} is loaded anew while a GPU is lent, and lost again"))
        with device.lent():
            loaded("cuda")
