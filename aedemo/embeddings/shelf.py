"""What the page has to play with: example pictures, clips and sentences, and what every encoder makes of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import audio, images
from ..squares import SIDE, to_array, to_arrays, to_tensor
from . import inference
from .data import digits

FOLDER = Path(__file__).resolve().parents[2] / "examples"
KINDS = ("emoji", "faces", "digits")
SHEETS = {"emoji": FOLDER / "codebook" / "drawings.png", "faces": FOLDER / "embeddings" / "faces.png"}
MANY = 48  # example pictures of each kind
CLIPS = tuple(sorted((*(FOLDER / "voice").glob("*.wav"), *(FOLDER / "codebook").glob("*.ogg")), key=lambda file: file.stem))
SENTENCES = FOLDER / "embeddings" / "sentences.txt"

# how a picture is seen otherwise: turned by so many radians, from so near by, moved by so much of half its width, mirrored
VIEWS: dict[str, tuple[float, ...] | None] = {
    "as_is": None,
    "turned": (0.25, 1.0, 0.0, 1.0),
    "near": (0.0, 0.65, 0.0, 1.0),
    "moved": (0.0, 1.0, 0.3, 1.0),
    "mirrored": (0.0, 1.0, 0.0, -1.0),
    "light": None,
}


@lru_cache
def pictures(kind: str) -> tuple[Image.Image, ...]:
    """The example pictures of a kind, 48: our drawings, drawn faces, or digits that no encoder was trained on."""
    if kind == "digits":
        return tuple(Image.fromarray(array) for array in to_arrays(digits("test")[0][:MANY])[..., 0])
    sheet = np.asarray(images.read(SHEETS[kind]).convert("RGB" if kind == "emoji" else "L"))
    return tuple(Image.fromarray(sheet[y : y + SIDE, x : x + SIDE]) for y in range(0, sheet.shape[0], SIDE) for x in range(0, sheet.shape[1], SIDE))


def own(kind: str, picture) -> Image.Image:
    """A visitor's picture as the encoders of a kind see it: a small square, grey but for emoji. Dark ink on paper becomes a bright digit."""
    square = to_array(images.read(picture), 8 if kind == "digits" else SIDE)
    if kind == "emoji":
        return Image.fromarray(square)
    grey = np.asarray(Image.fromarray(square).convert("L"))
    return Image.fromarray(255 - grey if kind == "digits" and grey.mean() > 127 else grey)


def seen_otherwise(picture: Image.Image, view: str) -> Image.Image:
    """The same thing in another view; what comes in has the colour of the edge."""
    array = np.array(picture)  # a copy, as tensors want to be written to
    x = to_tensor(array if array.ndim == 3 else array[..., None])[None]
    if view == "light":
        if x.shape[1] == 3:  # hues turn about grey, white paper stays white
            around = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 3**0.5
            grey, eye = torch.full((3, 3), 1 / 3), torch.eye(3)
            turned = grey + (eye - grey) * np.cos(0.8) + around * np.sin(0.8)
            x = 1 - torch.einsum("ij,njhw->nihw", turned, 1 - x)
        else:
            x = (x - x.mean()) * 0.7 + x.mean()
    elif told := VIEWS[view]:
        turn, scale, move, flip = told
        if x.shape[-1] < SIDE:  # of eight pixels few may go
            scale, move = max(scale, 0.8), min(move, 0.2)
        c, s = scale * np.cos(turn), scale * np.sin(turn)
        grid = F.affine_grid(torch.tensor([[[flip * c, -s, move], [flip * s, c, move]]], dtype=x.dtype), x.shape, align_corners=False)
        x = F.grid_sample(x, grid, padding_mode="border", align_corners=False)
    again = to_arrays(x)[0]
    return Image.fromarray(again if array.ndim == 3 else again[..., 0])


@lru_cache
def sentences() -> tuple[str, ...]:
    return tuple(line.strip() for line in SENTENCES.read_text(encoding="utf-8").splitlines() if line.strip())


@lru_cache
def clip(index: int) -> np.ndarray:
    """An example clip, 16 kHz."""
    return audio.prepare(*audio.read(str(CLIPS[index])))


# ---- what encoders make of them


def encoder(name: str, stage: str = "trained"):
    return inference.load(name, stage=stage)


@torch.inference_mode()
def looked_at(kind: str, stage: str, some) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures to what InfoMax's discriminator compares: places (n, D, h, w) and codes (n, latents)."""
    model = encoder(f"infomax-{kind}", stage)
    x = model.seen(list(some))
    places, codes = model.looked_at(x)
    return places.cpu(), codes.cpu()


@lru_cache(maxsize=9)
def known(kind: str, stage: str) -> tuple[torch.Tensor, torch.Tensor]:
    """The example pictures, looked at."""
    return looked_at(kind, stage, pictures(kind))


@torch.inference_mode()
def fits(kind: str, stage: str, more) -> np.ndarray:
    """Logits of belonging together, of each code (rows) with each picture (columns): of the examples, and of `more` pictures after them."""
    places, codes = known(kind, stage)
    if more:
        places, codes = (torch.cat(both) for both in zip((places, codes), looked_at(kind, stage, more)))
    model = encoder(f"infomax-{kind}", stage)
    return model.network.verdicts(model.network.fit(places.to(model.device), codes.to(model.device))).cpu().numpy()


def pooled(rows: np.ndarray) -> np.ndarray:
    """Frames (T, D) to one vector a clip, (2 D,): mean and deviation."""
    return np.concatenate((rows.mean(0), rows.std(0)))


PICTURE_WAYS = ("infomax", "plain", "pca", "pixels")
CLIP_WAYS = ("cpc", "plain-speech", "mel")
SENTENCE_WAYS = ("quick-thought", "skip-thought", "sentences-plain", "collapsed")


def ways(what: str) -> tuple[str, ...]:
    """The embeddings that are compared."""
    if what == "clips":
        return CLIP_WAYS
    if what == "sentences":
        return SENTENCE_WAYS
    # principal components of 48 pictures of 4,096 pixels are the pixels again; of the digits there are 1,200
    return PICTURE_WAYS if what == "digits" else tuple(way for way in PICTURE_WAYS if way != "pca")


@lru_cache(maxsize=1)
def components():
    from sklearn.decomposition import PCA

    return PCA(encoder("infomax-digits").dim, random_state=0).fit(digits("train")[0].flatten(1).numpy())


def embedded(what: str, way: str, some) -> np.ndarray:
    """Pictures, 16 kHz clips or sentences to vectors (n, D)."""
    some = list(some)
    if what == "clips":
        if way == "mel":
            return np.stack([pooled(encoder("cpc").mel(wave, audio.RATE)[0].T.cpu().numpy()) for wave in some])
        return np.stack([pooled(encoder(way).encode(wave, audio.RATE)) for wave in some])
    if what == "sentences":
        return encoder(way).encode(some)
    if way in ("infomax", "plain"):
        return encoder(f"{way}-{what}").encode(some)
    flat = np.stack([np.asarray(one, np.float32).ravel() / 255 for one in some])
    return components().transform(flat) if way == "pca" else flat


def shelf(what: str) -> list:
    """The examples of a kind of thing."""
    if what == "clips":
        return [clip(i) for i in range(len(CLIPS))]
    return list(sentences() if what == "sentences" else pictures(what))


@lru_cache(maxsize=24)
def shelved(what: str, way: str) -> np.ndarray:
    """The examples, embedded."""
    return embedded(what, way, shelf(what))


def alike(rows: np.ndarray, query: np.ndarray, centred: bool) -> np.ndarray:
    """Cosine of a vector (D,) with each of the rows (n, D); centred: the mean of the rows is taken away first."""
    if centred:
        mean = rows.mean(0)
        rows, query = rows - mean, query - mean
    return rows @ query / np.maximum(np.linalg.norm(rows, axis=1) * np.linalg.norm(query), 1e-9)
