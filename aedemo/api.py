"""The verbs for programs: named endpoints with types and docstrings, for gradio_client, plain HTTP and MCP (docs/api.md).

What the tabs show is made for eyes; what these give back are numbers, texts and files.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Literal, cast

import gradio as gr
import numpy as np
import soundfile
from gradio import FileData
from PIL import Image

from . import anomaly, audio, codebook, compress, device, embeddings, generate, pretrained, summary, trees, ui, voice
from .trees import brackets

MOST = 64  # pictures at once
Table = list[list[float]]


def _path(file) -> str:
    path = file.get("path") if isinstance(file, dict) else None
    if not path:
        raise TypeError("A file is needed; gradio_client's handle_file(...) uploads one.")
    return path


def _paths(files) -> list[str]:
    if not isinstance(files, list) or not 1 <= len(files) <= MOST:
        raise ValueError(f"A list of 1 to {MOST} files is needed.")
    return [_path(file) for file in files]


def _file(path: Path) -> dict[str, Any]:
    """As Gradio names files that a client may fetch."""
    return FileData(path=str(path), url=f"/gradio_api/file={path}", orig_name=path.name, size=path.stat().st_size).model_dump()


def _sound(wave: np.ndarray, rate: int, name: str) -> dict[str, Any]:
    path = ui.folder() / name
    soundfile.write(path, wave, rate)
    return _file(path)


def _picture(image: Image.Image, name: str) -> dict[str, Any]:
    path = ui.folder() / name
    image.save(path)
    return _file(path)


def _rounded(values) -> list:
    return np.asarray(values, np.float64).round(6).tolist()


@ui.gpu(duration=60)
def swap_voices(clip_a: FileData, clip_b: FileData, model: Literal["adversarial", "instance-norm"] = "adversarial") -> tuple[FileData, FileData]:
    """Exchange who speaks: two WAV files, clip A's words in B's voice and clip B's words in A's.

    Args:
        clip_a: A recording of speech, 0.1 to 60 seconds (WAV, FLAC, OGG or MP3).
        clip_b: Another one, of another voice.
        model: How the halves of the code were kept apart in training.
    """
    network = voice.load(model)
    swap = network.swap(*audio.read(_path(clip_a)), *audio.read(_path(clip_b)))
    return (
        _sound(swap.a_words_b_voice, network.sample_rate, "a-words-b-voice.wav"),
        _sound(swap.b_words_a_voice, network.sample_rate, "b-words-a-voice.wav"),
    )


@ui.gpu(duration=60)
def inspect_pictures(
    pictures: list[FileData], normal: Literal["faces", "tiles", "paper"] = "faces", plain: bool = False
) -> tuple[list[dict], list[FileData]]:
    """Say of each picture whether it is odd (score above 1; 0 is the median normal picture), and where: heat maps as grey PNG, 255 for a heat of 2.

    Args:
        pictures: 1 to 64 pictures.
        normal: What is normal.
        plain: Use the plain auto-encoder instead of the stronger model.
    """
    found = anomaly.load(f"{normal}-plain" if plain else normal).inspect(_paths(pictures))
    told = [{"score": round(one.score, 4), "is_anomaly": bool(one.is_anomaly), "more_unusual_than": round(one.more_unusual_than, 4)} for one in found]
    heats = [Image.fromarray((one.heatmap.clip(0, 2) * 127.5).astype(np.uint8)) for one in found]
    return told, [_picture(heat, f"heat-{i}.png") for i, heat in enumerate(heats, 1)]


@ui.gpu(duration=30)
def encode_picture(picture: FileData, model: Literal["image", "image-32", "image-binary", "image-one-hot"] = "image") -> list[list[int]]:
    """A picture as 16 x 16 entries of a learned codebook.

    Args:
        picture: Any picture; it is seen at 64 x 64.
        model: Which codebook.
    """
    return cast(codebook.ImageCodebook, codebook.load(model)).encode(Image.open(_path(picture))).tolist()


@ui.gpu(duration=30)
def decode_picture(codes: list[list[int]], model: Literal["image", "image-32", "image-binary", "image-one-hot"] = "image") -> FileData:
    """The picture of 64 x 64 that 16 x 16 codes stand for, as PNG.

    Args:
        codes: As encode_picture gives them, changed as you like.
        model: Which codebook.
    """
    return _picture(cast(codebook.ImageCodebook, codebook.load(model)).decode(np.array(codes)), "decoded.png")


@ui.gpu(duration=30)
def encode_speech(clip: FileData) -> tuple[list[int], list[float]]:
    """Speech as codes of a learned dictionary, 31.25 a second, and 50 numbers that tell who speaks.

    Args:
        clip: A recording of 0.1 to 60 seconds.
    """
    model, heard = cast(codebook.SpeechCodebook, codebook.load("speech")), audio.read(_path(clip))
    return model.encode(*heard).tolist(), _rounded(model.speaker(*heard))


@ui.gpu(duration=30)
def decode_speech(codes: list[int], speaker: list[float]) -> FileData:
    """Codes spoken by a voice, as a WAV file.

    Args:
        codes: As encode_speech gives them, changed as you like.
        speaker: The 50 numbers of a voice, of the same or of another clip.
    """
    return _sound(
        cast(codebook.SpeechCodebook, codebook.load("speech")).decode(np.array(codes), np.array(speaker, np.float32)), audio.RATE, "decoded.wav"
    )


def _told(one) -> dict:
    return {"text": one.text, "realism": round(one.realism, 4), "told": round(one.told, 4), "reconstruction": one.reconstruction}


@ui.gpu(duration=30)
def summarize(
    text: str, language: Literal["auto", "en", "zh"] = "auto", cipher: bool = False, beam: int = 8, temperature: float = 0.0, seed: int = 0
) -> dict:
    """A headline for an article, how much it reads as if people wrote it (realism), and the article as rebuilt from it (told: nats a word).

    Args:
        text: An article, English or Chinese.
        language: Of the article.
        cipher: Use the auto-encoder without its discriminator, whose code people cannot read.
        beam: 1 to 16.
        temperature: 0 for the likeliest words, up to 3 to draw by chance.
        seed: Of that chance.
    """
    model = summary.load(summary.language(text) if language == "auto" else language, not cipher)
    return _told(model.summarize([text], beam=beam, temperature=temperature, seed=seed)[0])


@ui.gpu(duration=30)
def judge_headline(article: str, headline: str, language: Literal["auto", "en", "zh"] = "auto") -> dict:
    """What the networks say of your own headline for an article, as summarize says of its.

    Args:
        article: English or Chinese.
        headline: In the article's language.
        language: Of both.
    """
    return _told(summary.load(summary.language(article) if language == "auto" else language).judge(article, headline))


@ui.gpu(duration=30)
def sample_pictures(
    model: Literal["faces", "emoji", "faces-plain", "emoji-plain"] = "faces", count: int = 8, seed: int = 0, temperature: float = 1.0
) -> list[FileData]:
    """Pictures drawn by chance from a variational auto-encoder, as PNG of 64 x 64.

    Args:
        model: Which; the plain ones were trained without demands on the code.
        count: 1 to 64.
        seed: The same seed gives the same pictures.
        temperature: How far from the middle codes are drawn.
    """
    if not isinstance(count, int) or not 1 <= count <= MOST:
        raise ValueError(f"{count!r} pictures were asked for; 1 to {MOST} can be.")
    drawn = generate.load(model).sample(count, seed, temperature)
    return [_picture(image, f"drawn-{i}.png") for i, image in enumerate(drawn, 1)]


@ui.gpu(duration=30)
def encode_latents(pictures: list[FileData], model: Literal["faces", "emoji", "faces-plain", "emoji-plain"] = "faces") -> Table:
    """Pictures as latents of a variational auto-encoder (the means).

    Args:
        pictures: 1 to 64 pictures, seen at 64 x 64.
        model: Which.
    """
    return _rounded(generate.load(model).encode(_paths(pictures)))


@ui.gpu(duration=30)
def decode_latents(latents: Table, model: Literal["faces", "emoji", "faces-plain", "emoji-plain"] = "faces") -> list[FileData]:
    """Pictures of latents: interpolate, add, and see.

    Args:
        latents: 1 to 64 rows, as encode_latents gives them.
        model: Which.
    """
    if not isinstance(latents, list) or not 1 <= len(latents) <= MOST:
        raise ValueError(f"A list of 1 to {MOST} latents is needed.")
    return [_picture(image, f"decoded-{i}.png") for i, image in enumerate(generate.load(model).decode(latents), 1)]


@ui.gpu(duration=60)
def compress_picture(picture: FileData, quality: int = 3) -> FileData:
    """A picture as a small file of the learned codec (.aedc).

    Args:
        picture: Any picture.
        quality: 1 (smallest) to 6.
    """
    path = ui.folder() / "picture.aedc"
    path.write_bytes(compress.load().compress(_path(picture), quality))
    return _file(path)


@ui.gpu(duration=60)
def decompress_picture(file: FileData) -> FileData:
    """The picture in a file that compress_picture wrote, as PNG.

    Args:
        file: An .aedc file.
    """
    return _picture(compress.load().decompress(Path(_path(file)).read_bytes()), "picture.png")


@ui.gpu(duration=30)
def embed_pictures(pictures: list[FileData], model: Literal["infomax-emoji", "infomax-faces", "infomax-digits"] = "infomax-emoji") -> Table:
    """Pictures as codes that were trained to know their picture (Deep InfoMax), a row each.

    Args:
        pictures: 1 to 64 pictures.
        model: Trained on which pictures.
    """
    return _rounded(embeddings.load(model).encode(_paths(pictures)))


@ui.gpu(duration=30)
def embed_speech(clip: FileData) -> Table:
    """Speech as codes that were trained to foresee (contrastive predictive coding), a row every 16 ms.

    Args:
        clip: A recording of 0.1 to 60 seconds.
    """
    return _rounded(embeddings.load("cpc").encode(*audio.read(_path(clip))))


@ui.gpu(duration=30)
def embed_sentences(sentences: list[str], model: Literal["quick-thought", "skip-thought"] = "quick-thought") -> Table:
    """English sentences as codes that were trained to know the next sentence, a row each.

    Args:
        sentences: A list of sentences.
        model: Trained to pick the next one, or to write it.
    """
    return _rounded(embeddings.load(model).encode(sentences))


@ui.gpu(duration=30)
def parse_sentence(sentence: str) -> dict:
    """The tree of an English sentence, as nested lists of words, by a grammar that was never shown a tree; and its log-probability (score).

    Args:
        sentence: At most 60 words.
    """
    found = trees.load().parse(sentence)
    return {"tree": found.tree, "score": round(found.score, 4), "unknown": list(found.unknown)}


@ui.gpu(duration=30)
def parse_alternatives(sentence: str, k: int = 5) -> list[dict]:
    """The best trees of an English sentence, as nested lists of words, each with its probability and how many of its phrases are expected to be right.

    Args:
        sentence: At most 60 words.
        k: How many, 1 to 20.
    """
    found = trees.load().alternatives(sentence, k)
    return [{"tree": one.tree, "probability": one.probability, "expected": one.expected} for one in found]


@ui.gpu(duration=30)
def parse_f1(gold: str) -> dict:
    """Unlabelled F1 (0 to 1, the whole sentence left out) of the parser's tree and of plain trees against a bracketing.

    Args:
        gold: Such as "((the cat) sat)".
    """
    tree = brackets.read(gold)
    sentence = brackets.words(tree)
    rivals = {
        "model": trees.load().parse(sentence).tree,
        "right_branching": brackets.right_branching(sentence),
        "left_branching": brackets.left_branching(sentence),
    }
    return {name: brackets.f1(tree, one)[0] for name, one in rivals.items()}


VERBS = (
    swap_voices, inspect_pictures, encode_picture, decode_picture, encode_speech, decode_speech, summarize, judge_headline, sample_pictures,
    encode_latents, decode_latents, compress_picture, decompress_picture, embed_pictures, embed_speech, embed_sentences, parse_sentence,
    parse_alternatives, parse_f1,
)  # fmt: skip


def told(verb: Callable) -> Callable:
    """Errors of the verbs as sentences, and nothing else."""

    @wraps(verb)
    def called(*given):
        try:
            return verb(*given)
        except (ValueError, TypeError) as problem:
            raise gr.Error(str(problem), print_exception=False) from problem

    called.__signature__ = inspect.signature(verb, eval_str=True)  # type: ignore[attr-defined]  # Gradio reads no types that are texts
    return called


def load_for_gpu() -> None:
    """On a ZeroGPU Space: load every model for the GPU before there is one; there, what is loaded while it is lent is lost again."""
    if not device.zero():
        return
    with device.lent():
        for demo in (voice, anomaly, codebook, generate, embeddings):
            for name in pretrained.names(demo.__name__.rpartition(".")[2]):
                demo.load(name)
        for name in pretrained.names("embeddings"):
            if (pretrained.folder("embeddings", name) / "half.safetensors").is_file():  # the tab shows how these learn
                embeddings.load(name, stage="untrained")
                embeddings.load(name, stage="half")
        compress.load()
        for lang in ("en", "zh"):
            for regularized in (True, False):
                summary.load(lang, regularized)


def build() -> None:
    """Add the endpoints to the page that is being built."""
    for verb in VERBS:
        gr.api(told(verb), api_name=verb.__name__, api_description=inspect.getdoc(verb), **ui.HEAVY)
