from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.numpy import load_file
from safetensors.torch import save_file

from aedemo import speech, training
from tests.conftest import CLIPS, ROOT


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Three synthesised speakers in the published layouts: a folder each, and FSDD's and LibriSpeech's file names."""
    root = tmp_path_factory.mktemp("speech")
    for name, source in (
        ("wav48/p225/p225_001", "en-rms"),
        ("wav48/p225/p225_002", "en-awb"),
        ("fsdd/7_theo_3", "en-slt"),
        ("libri/84/121123/84-121123-0001", "zh-m3"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        wave, rate = soundfile.read(CLIPS / f"{source}.wav")
        soundfile.write(root / f"{name}.wav", wave, rate)
    (root / "fsdd" / "notes.txt").write_text("no sound")
    (root / "fsdd" / "8_theo_3.wav").write_text("broken")
    return root


def run(folder: Path, *command: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    return subprocess.run([sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=400)


def test_speakers_are_read_from_the_published_layouts(corpus):
    found = {str(f.relative_to(corpus)): s for f, s in speech.find_clips(corpus, ["fsdd/8_*"])}
    assert found == {
        "fsdd/7_theo_3.wav": "fsdd/theo",
        "libri/84/121123/84-121123-0001.wav": "libri/84",
        "wav48/p225/p225_001.wav": "wav48/p225",
        "wav48/p225/p225_002.wav": "wav48/p225",
    }


def test_what_is_reserved_is_never_trained_on():
    patterns = speech.read_patterns(str(ROOT / "training" / "speech-reserved.txt"))
    from fnmatch import fnmatch

    def reserved(name):
        return any(fnmatch(name, p) for p in patterns)

    assert reserved("fsdd/theo/3_5.opus") and reserved("fsdd/theo/3_9.opus") and not reserved("fsdd/theo/3_10.opus")
    assert reserved("arctic/bdl/arctic_b0439.opus") and not reserved("arctic/bdl/arctic_b0389.opus")
    assert reserved("speechocean762/0133/1.opus") and not reserved("speechocean762/0001/1.opus")


def test_training_resumes_where_it_stopped_and_its_weights_load(corpus, tmp_path):
    first = run(tmp_path, "aedemo", "train", "vocoder", "--data", str(corpus), "--name", "v", "--steps", "3", "--batch", "2")
    assert first.returncode == 0, first.stderr
    weights = tmp_path / "pretrained" / "vocoder" / "v" / "model.safetensors"
    before = weights.read_bytes()
    again = run(tmp_path, "aedemo", "train", "vocoder", "--data", str(corpus), "--name", "v", "--steps", "3", "--batch", "2")
    assert again.returncode == 0 and weights.read_bytes() == before, "a finished run is not trained further"
    more = run(tmp_path, "aedemo", "train", "vocoder", "--data", str(corpus), "--name", "v", "--steps", "5", "--batch", "2")
    assert more.returncode == 0 and "3/5" in more.stderr and weights.read_bytes() != before

    from aedemo.vocoder.model import Vocoder

    Vocoder.from_pretrained(weights.parent)
    options = "--name u --steps 2 --batch 2 --begin-with v --through instance-norm".split()
    tuned = run(tmp_path, "aedemo", "train", "vocoder", "--data", str(corpus), *options)
    assert tuned.returncode == 0, tuned.stderr
    begun, now = (load_file(tmp_path / "pretrained" / "vocoder" / n / "model.safetensors") for n in "vu")
    change = max(np.abs(begun[k].astype(np.float32) - now[k].astype(np.float32)).max() for k in begun)
    assert 0 < change < 0.01, "it begins with the weights it was told to begin with"


@pytest.mark.parametrize("method", ["instance-norm", "adversarial"])
def test_both_methods_train_on_two_processes(corpus, tmp_path, method):
    command = [
        "aedemo",
        "train",
        "voice",
        "--data",
        str(corpus),
        "--name",
        "w",
        "--steps",
        "4",
        "--batch",
        "2",
        "--listener-steps",
        "2",
        "--reader-steps",
        "2",
        "--method",
        method,
    ]
    if method == "instance-norm":
        table = tmp_path / "texts.tsv"
        table.write_text("file\ttext\nfsdd/7_theo_3.wav\tSEVEN\nwav48/p225/p225_001.wav\tDo you want to study?\nnowhere.wav\tno\n")
        command += ["--texts", str(table)]
    # what `accelerate launch` does for several GPUs; for several CPU processes it would want MPI
    done = run(tmp_path, "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", *command)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.count("pretrained/voice/w") == 2, "two processes took part"
    assert (tmp_path / "runs" / "reader").exists() == (method == "instance-norm")
    folder = tmp_path / "pretrained" / "voice" / "w"
    weights = load_file(folder / "model.safetensors")
    assert all(np.isfinite(w).all() for w in weights.values())
    assert load_file(folder / "speakers.safetensors")["points"].shape == (3, 2)


def test_a_table_without_texts_is_told_in_a_sentence(tmp_path):
    from aedemo.speech import read_texts

    (tmp_path / "good.tsv").write_text("speaker\tfile\ttext\nme\ta.wav\tONE\nme\tb.wav\t\n")
    (tmp_path / "bad.tsv").write_text("a.wav,ONE\n")
    assert read_texts([str(tmp_path / "good.tsv")]) == {"a.wav": "ONE"}
    with pytest.raises(ValueError, match="columns file and text"):
        read_texts([str(tmp_path / "bad.tsv")])


def test_a_folder_without_speech_is_told_in_a_sentence(tmp_path):
    done = run(tmp_path, "aedemo", "train", "vocoder", "--data", str(tmp_path), "--name", "v", "--steps", "1")
    assert done.returncode == 1 and done.stderr.strip().startswith("No sound files") and "Traceback" not in done.stderr


def test_of_several_models_to_begin_with_their_mean_is_taken(tmp_path):
    ends = [torch.nn.Linear(3, 2) for _ in range(2)]
    for i, model in enumerate(ends):
        (tmp_path / str(i)).mkdir()
        save_file(model.half().state_dict(), tmp_path / str(i) / "model.safetensors")
    middle = torch.nn.Linear(3, 2)
    training.begin_with(middle, [tmp_path / "0", tmp_path / "1"])
    assert torch.allclose(middle.weight, (ends[0].weight.float() + ends[1].weight.float()) / 2)


def test_weights_in_eight_bits_take_half_the_bytes_and_come_back_near(tmp_path):
    from aedemo import pretrained
    from aedemo.generate.model import Vae, VaeConfig

    torch.manual_seed(0)
    model = Vae(VaeConfig(1))
    before = {key: value.clone() for key, value in model.state_dict().items()}
    training.save_pretrained(model, tmp_path / "half")
    training.save_pretrained(model, tmp_path / "eight", eight=True)
    sizes = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("half", "eight")]
    again = pretrained.load_folder(Vae, tmp_path / "eight").state_dict()
    assert sizes[1] < 0.6 * sizes[0]
    for key, value in before.items():
        assert torch.equal(again[key], model.state_dict()[key]), "what is measured after saving is what ships"
        assert (again[key] - value).abs().max() <= value.abs().max() / 200 + 1e-6
