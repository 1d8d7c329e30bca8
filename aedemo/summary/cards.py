"""Model cards of summarisers, and the curves in them."""

from __future__ import annotations

import json
from pathlib import Path

from matplotlib.figure import Figure

DATA = {
    "en": """| data | used | licence |
|---|---|---|
| English news sentences, and openings of articles lower-cased with digits as # | 40,000 articles, drawn by chance | news publishers' text, research use |
| headlines that people wrote, of other articles | all | the same |""",
    "zh": """| data | used | licence |
|---|---|---|
| Chinese news paragraphs | all 6,895 | broadcast news text, research use |
| titles that people wrote, of other articles | all 6,895 | the same |""",
}
MEANING = """By table: `r1`, `r2`, `rl`: ROUGE F1 in percent (of English on stemmed words, of Chinese on characters); `lead_*`: of the
article's first words, as many as the summary has; `is_lead`: share of summaries that are just those; `copied`: share of words
that are the article's; `repeats`: of words that were there before; `length`, `title_length`; `realism`: the discriminator's
verdict, `realism_of_titles`: its verdict on people's titles of the same articles; `told`: mean log P of an article's own
words in the reconstruction (nats a word); `ms`: one article alone, median, on the machine that measured."""


def command(name: str, lang: str, steps: dict[str, int], searched: int) -> str:
    given = " ".join(f"{stage}={number}" for stage, number in steps.items())
    own = f" --name {name}" if name != lang else ""
    return f"python -m aedemo train summary --articles FILE [FILE] --headlines FILE --lang {lang}{own} --searched {searched} --steps {given}"


def write(folder: Path, name: str, lang: str, steps: dict[str, int], how: str) -> None:
    """A card without figures, for the regularised networks."""
    idea = f"""Articles to headlines that people can read, and back: a generator, a reconstructor (`reconstructor/`) and a
discriminator (`critic/`), trained without a single article's own headline (after Wang & Lee 2018, arXiv 1810.02851).
{_stages(steps)}

![Curves of the adversarial stage](curves.png)"""
    _write(folder, name, lang, idea, how)


def write_plain(folder: Path, name: str, lang: str, steps: dict[str, int], how: str) -> None:
    """A card without figures, for the auto-encoder without a discriminator."""
    idea = f"""The same networks with reconstruction alone (`plain`, {steps["plain"]:,} steps): words pass through a Gumbel-softmax
that hardens (straight-through in the last third), nobody asks that people could read them, and they become a private cipher. It is here for the contrast."""
    _write(folder, f"{name}-plain", lang, idea, how)


def _stages(steps: dict[str, int]) -> str:
    return f"""Search finds headlines within articles (words that headlines like, in the order headlines have them); the generator learns from
these and from headlines buried in noise ({steps["generator"]:,} steps), the reconstructor to rebuild articles from them
({steps["reconstructor"]:,}), the discriminator to tell headlines from all else ({steps["critic"]:,}); then REINFORCE with both
as judges ({steps["adversarial"]:,})."""


def _write(folder: Path, name: str, lang: str, idea: str, how: str) -> None:
    text = f"""---
license: apache-2.0
library_name: aedemo
language: {lang}
tags: [summarization, auto-encoder, reinforce]
---
# summary / {name}

{idea} Weights in half precision.

## Training

```sh
{how}
```

{DATA[lang]}

The data are not in this repository.

## Figures

```sh
python -m aedemo evaluate summary --lang {lang} --data TABLE.tsv [TABLE.tsv] --write
```

<!-- figures -->
not measured yet
<!-- end -->

{MEANING}
"""
    (Path(folder) / "README.md").write_text(text)


def draw_curves(runs: Path, file: Path) -> None:
    """Realism, reconstruction and ROUGE over the adversarial stage, from its logs."""
    log, scores = (_rows(runs / "adversarial" / f"{name}.jsonl") for name in ("log", "rouge"))
    before = _rows(runs / "generator" / "rouge.jsonl")[-1:]
    panels = [
        ("realism", [("drawn", log, "realism"), ("greedy", log, "greedy"), ("people's headlines", log, "people")]),
        ("log P of the article (nats a word)", [("drawn", log, "told"), ("greedy", log, "told_greedy")]),
        ("ROUGE F1, development", [(key, [row | {"step": 0} for row in before] + scores, key) for key in ("r1", "r2", "rl")]),
    ]
    figure = Figure(figsize=(11, 3), layout="constrained")
    for axes, (title, lines) in zip(figure.subplots(1, len(panels)), panels):
        for label, rows, key in lines:
            axes.plot([row["step"] for row in rows], [row[key] for row in rows], label=label)
        axes.set(title=title, xlabel="step")
        axes.legend(fontsize="small")
    figure.savefig(file, dpi=90)


def _rows(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.is_file() else []
