"""All models in one table, from their cards; and whether the cards say what they must.

`python -m aedemo report` writes the table into README.md; `--check` changes nothing and fails where README and a card
disagree, a card and the figures beside its weights disagree, or a card lacks its commands, steps, data, licence or figures.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml

from . import pretrained

README = pretrained.HERE.parent / "README.md"
PLACE = re.compile(r"(?<=<!-- models -->\n).*?(?=<!-- end -->)", re.S)
ROUNDED = 6e-4  # cards show four figures, or four decimals

# what tells most of each kind of model; of those a model has not, nothing is said
CHIEF = {
    "anomaly": ("auroc", "pixel_auroc"),
    "codebook": ("psnr_db", "bits", "right_seen", "right_unseen", "phone_nmi", "speaker_probe_on_codes"),
    "compress": ("bd_rate_vs_jpeg", "bd_rate_webp_vs_jpeg"),
    "embeddings": (
        "probe_digits", "same_group", "found_moved", "own_found_trained", "phones_right", "right_ahead_4", "next_of_50_probe", "cosine_of_unlike",
    ),
    "generate": ("distance_beta_1", "psnr_beta_1_db", "distance_fitted", "psnr_db"),
    "summary": ("gigaword_r1", "native_r1", "dev_r1"),
    "trees": ("f1_up_to_10_model", "f1_up_to_40_model"),
    "vocoder": ("mel_db", "mel_griffin_lim_db"),
    "voice": ("speaker_probe_on_content", "speaker_probe_on_speaker", "words_kept_cosine"),
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    folder: Path

    @property
    def name(self) -> str:
        return f"{self.folder.parent.name}/{self.folder.name}"

    @cached_property
    def text(self) -> str:
        return (self.folder / "README.md").read_text(encoding="utf-8")

    @cached_property
    def front(self) -> dict:
        parts = self.text.split("---", 2)
        return yaml.safe_load(parts[1]) or {} if len(parts) == 3 else {}

    def part(self, title: str) -> str:
        found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", self.text, re.S | re.M)
        return found.group(1) if found else ""

    @cached_property
    def commands(self) -> list[str]:
        """The lines that train it, continued ones joined."""
        blocks = "\n".join(re.findall(r"```sh\n(.*?)```", self.part("Training"), re.S)).replace("\\\n", " ")
        return [line for line in blocks.splitlines() if re.search(r"\baedemo train\b", line)]

    @cached_property
    def steps(self) -> list[int]:
        """Of each command, those of several stages together."""
        each = []
        for line in self.commands:
            told = re.search(r"--steps ((?:\w+=)?\d+(?: \w+=\d+)*)", line)
            each.append(sum(int(n) for n in re.findall(r"\d+(?=\s|$)", told.group(1))) if told else -1)
        return each

    @cached_property
    def shown(self) -> dict[str, float]:
        """The figures of its table."""
        block = re.search(r"<!-- figures -->(.*?)<!-- end -->", self.text, re.S)
        return {key: float(value) for key, value in re.findall(r"^\| ([\w.]+) \| (-?[\d.]+(?:e[+-]\d+)?) \|$", block.group(1) if block else "", re.M)}

    @cached_property
    def figures(self) -> dict[str, float]:
        """The figures beside its weights."""
        file = self.folder / "figures.json"
        return json.loads(file.read_text()) if file.is_file() else {}

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self.folder.rglob("*.safetensors"))

    def complaints(self) -> list[str]:
        """What is missing or wrong, a sentence each."""
        told = re.sub(r"```.*?```", "", self.part("Training"), flags=re.S)
        named = {word for line in self.commands for word in re.findall(r"--(?:data|articles|headlines) (.+?)(?= --| \[|$)", line)}
        wrong = [
            (not self.front.get("license"), "names no licence in its front matter"),
            (not self.commands, "has no command that trains it"),
            (-1 in self.steps, "has a command without --steps"),
            (not named or len(told.strip()) < 40, "does not say what data it was trained on"),
            ("aedemo evaluate" not in self.part("Figures"), "has no command that measures it"),
            (not self.figures or not self.shown, "has no figures"),
            (set(self.figures) != set(self.shown), "shows other figures than lie beside its weights"),
        ]
        found = [sentence for is_wrong, sentence in wrong if is_wrong]
        for key in set(self.figures) & set(self.shown):
            kept, shown = self.figures[key], self.shown[key]
            if abs(kept - shown) > ROUNDED * max(1.0, abs(kept)):
                found.append(f"shows {key} as {shown:g}, and beside its weights there is {kept:g}")
        return [f"{self.name}: its card {sentence}." for sentence in found]


def cards() -> list[Card]:
    return [Card(file.parent) for file in sorted(pretrained.HERE.glob("*/*/README.md"))]


def table() -> str:
    """All models, as Markdown."""
    rows = ["| model | MB | steps | chief figures |", "| --- | --- | --- | --- |"]
    for card in cards():
        chief = ", ".join(f"{key} {card.figures[key]:.4g}" for key in CHIEF[card.folder.parent.name] if key in card.figures)
        steps = " + ".join(f"{n:,}" for n in card.steps if n > 0)
        rows.append(f"| [{card.name}](pretrained/{card.name}/README.md) | {card.size / 1e6:.1f} | {steps} | {chief} |")
    return "\n".join(rows) + "\n"


def write() -> None:
    text = README.read_text(encoding="utf-8")
    README.write_text(PLACE.sub(lambda _: table(), text), encoding="utf-8")


def check() -> None:
    """Raises ValueError with a line for everything that is wrong."""
    wrong = [sentence for card in cards() for sentence in card.complaints()]
    shown = PLACE.search(README.read_text(encoding="utf-8"))
    if not shown:
        wrong.append("README.md has no place for the table of models: <!-- models --> and <!-- end -->.")
    else:
        then, now = shown.group().splitlines(), table().splitlines()
        for line in (*(line for line in now if line not in then), *(line for line in then if line not in now)):
            wrong.append(f"README.md {'lacks' if line in now else 'has'}: {line}")
        if wrong:
            wrong.append("python -m aedemo report writes README's table anew.")
    if wrong:
        raise ValueError("\n".join(wrong))
