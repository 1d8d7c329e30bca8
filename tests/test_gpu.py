"""On CUDA every verb gives what it gives on the CPU. Where there is none, networks are walked through with tensors that only say where they would lie."""

from __future__ import annotations

import copy

import pytest
import torch
from torch._subclasses.fake_tensor import FakeCopyMode, FakeTensorMode

from aedemo import pretrained
from aedemo.anomaly.model import AnomalyAutoencoder
from aedemo.codebook.model import ImageAutoencoder
from aedemo.compress.model import Transform
from aedemo.embeddings.infomax import InfoMax
from aedemo.generate.model import Vae
from aedemo.trees.chart import inside
from aedemo.trees.model import Grammar
from aedemo.voice.model import VoiceAutoencoder
from benchmarks import gpu

CUDA = torch.cuda.is_available()


@pytest.mark.skipif(not CUDA, reason="there is no CUDA device here")
@pytest.mark.parametrize("case", gpu.CASES, ids=lambda case: case.name)
def test_a_verb_gives_on_cuda_what_it_gives_on_the_cpu(case):
    assert gpu.compared(case, "cuda", 1)[2] <= case.tolerance


def test_the_comparison_sees_a_difference():
    assert gpu.difference(([1.0, 2.0], "a"), ([1.0, 2.5], "a")) == 0.5 and gpu.difference("a", "b") == 1
    assert gpu.difference(torch.arange(4).numpy(), torch.tensor([0, 1, 2, 9]).numpy()) == 0.25


def on(*shape, kind=torch.float32):
    return torch.zeros(*shape, device="cuda", dtype=kind)


def trees_inside(network):
    root, *rules = network.rules()
    return inside(on(2, 6, network.config.preterminals) + 0.1, root, *rules).total


# not the vocoder and not recurrent networks: PyTorch cannot imagine their inverse STFT and cuDNN
WALKS = {
    "voice": (VoiceAutoencoder, "voice", "adversarial", lambda m: m.decode(*m.encode(on(1, 80, 64), on(1, 64) + 140))),
    "anomaly, faces": (AnomalyAutoencoder, "anomaly", "faces", lambda m: m(on(1, 1, 64, 64))),
    "anomaly, tiles": (AnomalyAutoencoder, "anomaly", "tiles", lambda m: m(on(1, 1, 64, 64))),
    "anomaly, paper": (AnomalyAutoencoder, "anomaly", "paper", lambda m: m(on(1, 3, 64, 64))),
    "codebook, image": (ImageAutoencoder, "codebook", "image", lambda m: m.decode(m.encode(on(1, 3, 64, 64)))),
    "codebook, one-hot": (ImageAutoencoder, "codebook", "image-one-hot", lambda m: m.decode(m.encode(on(1, 3, 64, 64)))),
    "codebook, binary": (ImageAutoencoder, "codebook", "image-binary", lambda m: m.decode(m.encode(on(1, 3, 64, 64)))),
    "compress": (Transform, "compress", "context", lambda m: m.synthesis(m.analysis(on(1, 3, 64, 64)), on(1, kind=torch.long))),
    "generate": (Vae, "generate", "faces", lambda m: m.picture(m.place(on(2, 1, 64, 64), on(2, kind=torch.long)), on(2, kind=torch.long))),
    "embeddings, pictures": (InfoMax, "embeddings", "infomax-emoji", lambda m: m.verdicts(m.fit(*m.encoder(on(2, 3, 64, 64))))),
    "trees": (Grammar, "trees", "en", trees_inside),
}


@pytest.mark.parametrize("name", WALKS)
def test_no_network_mixes_devices(name):
    """Weights and inputs lie on "cuda", in name alone: what would be computed of one there and one on the CPU is refused."""
    kind, demo, which, walk = WALKS[name]
    network = pretrained.load(kind, demo, which, "cpu")
    mode = FakeTensorMode()
    with FakeCopyMode(mode):
        network = copy.deepcopy(network)
    with mode, torch.no_grad():
        for module in network.modules():  # what .to("cuda") does, which imagined tensors do not allow
            for kept in (module._parameters, module._buffers):
                kept.update({key: value.to("cuda") for key, value in kept.items() if value is not None})
        found = walk(network)
        parts = found if isinstance(found, (tuple, list)) else [found]
        assert all(part.device.type == "cuda" for part in parts if isinstance(part, torch.Tensor))
