"""Generate on the command line."""

from __future__ import annotations

from .. import pretrained
from .common import tell, write

TRAIN = "a variational auto-encoder of small pictures, or a plain one"
EVALUATE = "on pictures never trained on"


def train_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of pictures, seen at 64 x 64")
    parser.add_argument("--name", required=True, help="name of the model; weights go to OUT/NAME")
    parser.add_argument("--plain", action="store_true", help="no demands on the code: an auto-encoder")
    parser.add_argument("--steps", type=int, default=12_000)
    parser.add_argument("--batch", type=int, default=32, help="pictures a step and process")
    parser.add_argument("--peak", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--betas", type=float, nargs=3, help="three prices of the code, rising, the usual one in the middle (default: 0.0625 1 16)")
    parser.add_argument("--begin-with", nargs="+", default=[], metavar="NAME", help="another model in OUT to take the first weights from")
    parser.add_argument("--out", help="default: pretrained/generate")


def train(a) -> None:
    from ..generate import train as generate

    print(generate.train(a.data, a.name, a.steps, a.out or "pretrained/generate", not a.plain, a.batch, a.peak, a.begin_with, a.betas))


def evaluate_options(parser) -> None:
    parser.add_argument("--data", required=True, help="folder of pictures")
    parser.add_argument("--train", required=True, help="folder of the pictures that were trained on, for scale")
    parser.add_argument("--name", default="faces", help="which model")
    write(parser)


def evaluate(a) -> None:
    from ..generate import inference
    from ..generate.evaluate import evaluate

    model = inference.load(a.name)
    figures = evaluate(model, a.data, a.train, grey_features() if model.network.config.channels == 1 else colour_features())
    tell(figures, 32, 4)
    if a.write:
        pretrained.write_figures(pretrained.folder("generate", a.name), figures)


def _pooled(activations, x):
    """Activations (n, D, h, w) of pictures, averaged over quarters of them: (n, 4 D)"""
    import torch
    import torch.nn.functional as F

    with torch.inference_mode():
        return torch.cat([F.adaptive_avg_pool2d(activations(part), 2).flatten(1).cpu() for part in x.split(128)]).double().numpy()


def grey_features():
    """Of grey pictures (n, 64, 64, 1) uint8, by the anomaly demo's auto-encoder of faces."""
    from ..anomaly.model import AnomalyAutoencoder
    from ..squares import to_tensor

    encoder = pretrained.load(AnomalyAutoencoder, "anomaly", "faces-plain", "cpu").network.encoder[:-1]
    return lambda arrays: _pooled(lambda x: encoder(x - 0.5), to_tensor(arrays))


def colour_features():
    """Of pictures in colour (n, 64, 64, 3) uint8, by the embeddings demo's encoder of emoji, which never learned to rebuild."""
    from ..embeddings.infomax import InfoMax
    from ..squares import to_tensor

    encoder = pretrained.load(InfoMax, "embeddings", "infomax-emoji", "cpu").encoder
    return lambda arrays: _pooled(lambda x: encoder.activations(x)[-1], to_tensor(arrays))
