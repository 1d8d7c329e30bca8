"""The model cards that the recipes for pictures and speech write; `evaluate --write` fills in the figures."""

from __future__ import annotations

from pathlib import Path

PICTURES = {
    "infomax": """Deep InfoMax ([Hjelm et al. 2019](https://arxiv.org/abs/1808.06670)): an encoder, and a discriminator that says whether a picture and a code
belong together, place by place; the code is of another view of the picture ({views};
[Bachman et al. 2019](https://arxiv.org/abs/1906.00910)). {more}`half.safetensors`: after a tenth of the steps.""",
    "plain-views": """The auto-encoder beside Deep InfoMax: the same encoder, the same views, as many steps; a decoder rebuilds the view. The decoder does not ship.""",
    "plain": """The plain auto-encoder beside Deep InfoMax: the same encoder, as many steps; a decoder rebuilds the picture as it is. The decoder does
not ship.""",
}
VIEWS = {
    "seen": {"views": "moved, turned, seen from near by, in other light", "more": ""},
    "written": {
        "views": "moved, turned, slanted, broader or narrower, noisy",
        "more": """Beside it the
numbers of a code must not repeat each other ([Zbontar et al. 2021](https://arxiv.org/abs/2103.03230)), which stands for the paper's prior. """,
    },
}
SPEECH = {
    "cpc": """Contrastive predictive coding ([van den Oord et al. 2018](https://arxiv.org/abs/1807.03748)): from the code of all that was heard so far each of
the next twelve frames of 16 ms has to be picked from among the frames of the same clip (and the last {look}, which were heard: the code of a frame
hears so many more). What is heard and what is guessed sound as if of other throats and
through other microphones ([Kharitonov et al. 2020](https://arxiv.org/abs/2007.00991)). Each band's mean over the clip is taken away first.""",
    "plain": """The plain auto-encoder beside contrastive predictive coding: the same network up to the code, as many steps; a decoder rebuilds the
frame. The decoder does not ship.""",
}
SOURCES = {
    "digits": "DATA: scikit-learn's handwritten digits at 8 x 8, {count:,} of the 1,797; the others are asked of.",
    "faces": "DIR: grey portraits at 64 x 64, {count:,} of them: photographs of members of the US Congress as [Voteview](https://voteview.com) collects them (mostly public domain). The pictures are not in this repository.",
    "emoji": "DIR: [Noto Emoji](https://github.com/googlefonts/noto-emoji) (Apache-2.0) as 64 x 64 pictures on white, {count:,} of them. The pictures are not in this repository.",
}
ASKED = {"digits": "--data digits", "faces": "--data TEST", "emoji": "--data TEST --train DIR --groups emoji-test.txt"}
TOLD = {
    "digits": "`probe_digits`: share right of a linear probe (logistic regression on codes of mean 0 and deviation 1) that learned from the pictures of training; `_from_100`: from 100 of them; `_pca`: on as many principal components.",
    "faces": "`found_*`: share of pictures which, in another view (turned by a quarter radian, from near, moved, mirrored), have the nearest code (cosine) to their own among 136 portraits.",
    "emoji": """`same_group`: share of the five nearest training pictures (cosine of codes, mean taken away) that are of the same of Unicode's groups (`emoji-test.txt`);
`_mean`: the mean over groups, as most emoji are people; `_pca`, `_pixels`: the same of as many principal components, and of pixels.""",
}
FOUND = "`own_found`: share of the codes that find their own picture among `pictures` by the discriminator, at each stage of training."


def write_pictures(folder: Path, name: str, data: str, objective: str, steps: int, batch: int, count: int, latents: int) -> None:
    """Write a model card without figures."""
    kind = name.rpartition("-")[2]
    kind = kind if kind in SOURCES else "faces"
    given = "digits" if data == "digits" else "DIR"
    told = " ".join(part for part in (TOLD[kind], FOUND if objective == "infomax" else "") if part)
    _write(
        folder,
        name,
        f"{PICTURES[objective].format(**VIEWS['written' if data == 'digits' else 'seen'])} Codes of {latents} numbers. Weights in eight bits.",
        f"python -m aedemo train embeddings --of pictures --objective {objective} --data {given} --name {name} --steps {steps} --batch {batch}",
        f"{steps:,} steps of {batch} pictures. {SOURCES[kind].format(count=count)}",
        f"python -m aedemo evaluate embeddings --name {name} {ASKED[kind]} --write",
        told,
    )


def write_speech(folder: Path, name: str, objective: str, steps: int, batch: int, count: int, latents: int, look: int) -> None:
    """Write a model card without figures."""
    _write(
        folder,
        name,
        f"{SPEECH[objective].format(look=look)} Log-mel frames in; codes of {latents} numbers. Weights in eight bits.",
        f"python -m aedemo train embeddings --of speech --objective {objective} --data DIR --exclude training/speech-reserved.txt --name {name} --steps {steps} --batch {batch}",
        f"""{steps:,} steps of {batch} crops of two seconds, of {count:,} clips. DIR: speechocean762 ([SLR101](https://www.openslr.org/101/), free for commercial use), CMU ARCTIC
(bdl, slt; BSD-like), LibriSpeech ([SLR12](https://www.openslr.org/12/), CC BY 4.0; one sentence of each of 251 speakers) and the Free Spoken
Digit Dataset (CC BY-SA 4.0). The data are not in this repository.""",
        f"python -m aedemo evaluate embeddings --name {name} --data DIR --texts TABLE.tsv --only training/speech-unheard.txt --write",
        """Twelve clips each of twenty speakers never heard. `phones_right`: share of frames whose phone (forced alignment by
[pocketsphinx](https://github.com/cmusphinx/pocketsphinx), without silence) a linear probe reads from the code, learned from half of the speakers and asked of the
others; `_mel`: the same probe of the log-mel frame; `_mel_centred`: of the frame less each band's mean over the clip, as the encoder sees it. `speakers_right`: the speaker, from mean and deviation of a clip's codes.
`right_ahead_k`: share of guesses that pick the true frame k ahead from among all that follow in the clip.""",
    )


def _write(folder: Path, name: str, idea: str, trained: str, data: str, asked: str, told: str) -> None:
    text = f"""---
license: apache-2.0
library_name: aedemo
tags: [embedding, self-supervised]
---
# embeddings / {name}

{idea}

## Training

```sh
{trained}
```

{data}

## Figures

On what was never trained on:

```sh
{asked}
```

<!-- figures -->
not measured yet
<!-- end -->

{told}
"""
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / "README.md").write_text(text.rstrip() + "\n")
