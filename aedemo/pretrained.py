"""Find trained weights: in this repository, in a folder, or on the Hub."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from . import device as devices
from . import threads

LONGEST_NAME = 255  # of a folder
HERE = Path(__file__).resolve().parent.parent / "pretrained"


def source() -> str:
    """AEDEMO_PRETRAINED (a folder laid out as pretrained/, or a Hub id), else the repository's own folder."""
    return os.environ.get("AEDEMO_PRETRAINED") or str(HERE)


def names(demo: str) -> list[str]:
    folder = Path(source()) / demo
    return sorted(f.parent.name for f in folder.glob("*/model.safetensors"))


def named(name) -> str:
    """A model's name as it is. Raises TypeError for what is no text."""
    if not isinstance(name, (str, os.PathLike)):
        raise TypeError(f"A model's name is a text, not {type(name).__name__}.")
    return os.fspath(name)


def folder(demo: str, name: str) -> Path:
    """The local folder of one model.

    Raises
    ------
    TypeError
        If its name is no text.
    ValueError
        If there is no such model; the sentence lists those there are.
    """
    base, name = Path(source()), named(name)
    if not base.is_dir():
        from huggingface_hub import snapshot_download

        try:
            base = Path(snapshot_download(str(source()), allow_patterns=f"{demo}/{name}/*"))
        except Exception as error:  # the Hub's client raises a dozen kinds; a person needs one sentence
            raise ValueError(f"AEDEMO_PRETRAINED={source()!r} is neither a folder nor a model on the Hub that can be reached.") from error
    found = base / demo / name
    if not name or Path(name).name != name or len(name) > LONGEST_NAME or not (found / "model.safetensors").is_file():
        raise ValueError(f"There is no {demo} model {name!r}; there are: {', '.join(names(demo)) or 'none'}.")
    return found


def version(demo: str, name: str) -> str:
    """Which files a model's weights are now, to remember what was loaded by. Raises as `folder`."""
    place = folder(demo, name)
    return f"{place} {max(file.stat().st_mtime_ns for file in place.iterdir())}"


def load(kind: Any, demo: str, name: str, device: str | torch.device | None = None) -> torch.nn.Module:
    """A trained network (a `PyTorchModelHubMixin`) in evaluation mode, in single precision, on its device."""
    return load_folder(kind, folder(demo, name), device)


def load_folder(kind: Any, place: Path, device: str | torch.device | None = None) -> torch.nn.Module:
    """As `load`, from a folder anywhere."""
    chosen = devices.choose(device)
    try:
        with threads.CHANCE:  # the first weights are drawn, though they are not kept
            model = kind.from_pretrained(place)
        with safe_open(Path(place) / "model.safetensors", "pt") as file:
            stretch(model, {key: file.get_tensor(key) for key in file.keys() if key.endswith(STEP)})
    except (SafetensorError, json.JSONDecodeError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise ValueError(f"The weights in {place} cannot be read; they are damaged or of another version.") from error
    return model.float().eval().requires_grad_(False).to(chosen)


STEP = ".step"  # what a row's whole numbers are steps of stands beside them under this name


def in_eight_bits(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Weights for a file: matrices and kernels as whole numbers -127 to 127 and a step for each row, the rest in half precision."""
    packed = {}
    for key, value in state.items():
        if value.ndim < 2 or not value.is_floating_point():
            packed[key] = value.half() if value.is_floating_point() else value
            continue
        rows = value.float().flatten(1)
        step = (rows.abs().amax(1) / 127).clamp(min=1e-12)
        packed[key] = (rows / step[:, None]).round().to(torch.int8).view(value.shape)
        packed[key + STEP] = step
    return {key: value.contiguous() for key, value in packed.items()}


@torch.no_grad()
def stretch(model: torch.nn.Module, packed: dict[str, torch.Tensor]) -> None:
    """Make weights of the whole numbers that a model was loaded with, by the steps `in_eight_bits` put beside them."""
    state = model.state_dict()
    for key, step in packed.items():
        if key.endswith(STEP):
            weight = state[key.removesuffix(STEP)]
            weight.mul_(step.view(-1, *[1] * (weight.ndim - 1)))


def config(demo: str, name: str) -> dict:
    """How a model was set up (`config.json`), without loading its weights."""
    return json.loads((folder(demo, name) / "config.json").read_text())


def write_figures(folder: Path, figures: dict[str, float]) -> None:
    """Store figures beside the weights (`figures.json`), and put their table into the model card."""
    (folder / "figures.json").write_text(json.dumps({k: round(v, 4) for k, v in figures.items()}, indent=2) + "\n")
    card = folder / "README.md"
    if card.is_file():
        rows = "\n".join(f"| {key} | {value:.4g} |" for key, value in figures.items())
        table = f"<!-- figures -->\n| figure | value |\n|---|---|\n{rows}\n<!-- end -->"
        card.write_text(re.sub(r"<!-- figures -->.*<!-- end -->", lambda _: table, card.read_text(), flags=re.S))


def card(demo: str, name: str) -> dict:
    """Figures measured after training and stored beside the weights (`figures.json`); empty if there are none."""
    file = folder(demo, name) / "figures.json"
    return json.loads(file.read_text()) if file.is_file() else {}
