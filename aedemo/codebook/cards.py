"""The model cards that the recipes write: what was trained how; `evaluate --write` fills in the figures."""

from __future__ import annotations

from pathlib import Path

IDEAS = {
    "image": "A picture of 64 x 64 becomes 16 x 16 codes, each the nearest of a learned codebook (VQ-VAE, [van den Oord et al. 2017](https://arxiv.org/abs/1711.00937); moving-average codebook, k-means start, revival of dead codes).",
    "one-hot": "A picture of 64 x 64 becomes 16 x 16 one-hot codes, drawn by Gumbel-softmax while training ([Jang et al. 2016](https://arxiv.org/abs/1611.01144)). For comparison with `image`, at equal bits.",
    "binary": "A picture of 64 x 64 becomes 16 x 16 binary codes, each bit drawn by Gumbel-softmax while training ([Jang et al. 2016](https://arxiv.org/abs/1611.01144)). For comparison with `image`, at equal bits.",
    "flip": "A whole picture of 32 x 32 becomes one code of 9 bits. The pictures are a flip book: the top half of one of 16 drawings over the bottom half of another; a fifth of the pairs was never shown.",
    "speech": "Speech becomes a string of codes (VQ-VAE, [van den Oord et al. 2017](https://arxiv.org/abs/1711.00937)); who speaks is told to the decoder separately ([Chou et al. 2019](https://arxiv.org/abs/1904.05742)). Sound comes from the vocoder `mel80`.",
}
DATA = {
    "image": "DIR: [Noto Emoji](https://github.com/googlefonts/noto-emoji) (Apache-2.0) as 64 x 64 pictures on white, 3,008 of them; 136 others are kept for the figures. The pictures are not in this repository.",
    "flip": "`examples/codebook/drawings.png`, drawn by `examples/make_codebook.py`.",
    "speech": """| corpus | clips trained on | licence |
|---|---|---|
| [speechocean762](https://www.openslr.org/101/) | 206 speakers, 20 sentences each, with texts | free for commercial and other use |
| [CMU ARCTIC](http://www.festvox.org/cmu_arctic/) bdl, slt | all but the last 50 sentences | BSD-like |
| [LibriSpeech](https://www.openslr.org/12/) | one sentence each of 251 speakers | CC BY 4.0 |
| [Free Spoken Digit Dataset](https://github.com/Jakobovski/free-spoken-digit-dataset) | takes 10 to 49, with texts | CC BY-SA 4.0 |

What is kept for scoring is listed in `training/speech-reserved.txt`. The texts were laid along the clips by forced alignment
([pocketsphinx](https://github.com/cmusphinx/pocketsphinx), BSD). The data are not in this repository.""",
}
MEASURED = {
    "image": "On the kept pictures:\n\n```sh\npython -m aedemo evaluate codebook --name {name} --data DIR --write\n```",
    "flip": "On the pairs that were trained on and on those never shown:\n\n```sh\npython -m aedemo evaluate codebook --name {name} --data examples/codebook/drawings.png --write\n```",
    "speech": "On 20 speakers never heard in training (12 clips each):\n\n```sh\npython -m aedemo evaluate codebook --name {name} --data DIR --texts TABLE.tsv --only training/speech-unheard.txt --write\n```",
}
MEANING = {
    "image": "`psnr_db`: mean over the pictures. `perplexity`: how many codes, used equally often, would be used as unevenly; `perplexity_share`: of all. `used`: share of the codes that occur at all. `bits`: of one picture's codes.",
    "flip": "`psnr_*_db`: of what is rebuilt. `right_*`: how often what is rebuilt is nearer to the page itself than to any of the other 255. `codes_seen`: different codes that the trained pairs got.",
    "speech": "`perplexity`, `used`: as for pictures, over all frames. `phone_nmi`: normalised mutual information of codes and phones at the codes' own moments; `phone_purity`: how often a code's commonest phone is the one spoken; `phone_majority`: the same for a single code. `speaker_probe_on_codes`: how often a linear classifier names the speaker from the histogram of a clip's codes.",
}


def write(folder: Path, name: str, kind: str, how: str, command: str) -> None:
    """Write a model card without figures."""
    group = "image" if kind in ("one-hot", "binary") else kind
    text = f"""---
license: apache-2.0
library_name: aedemo
tags: [vq-vae, discrete-codes, auto-encoder]
---
# codebook / {name}

{IDEAS[kind]} Weights in {"eight bits" if kind == "flip" else "half precision"}.

## Training

```sh
{command}
```

{how[0].upper() + how[1:]}.

{DATA[group]}

## Figures

{MEASURED[group].format(name=name)}

<!-- figures -->
not measured yet
<!-- end -->

{MEANING[group]}
"""
    (Path(folder) / "README.md").write_text(text)
