"""The model cards that the recipe writes; `evaluate --write` fills in the figures."""

from __future__ import annotations

from pathlib import Path

DATA = {
    1: "DIR: grey portraits at 64 x 64, {count:,} of them: photographs of members of the US Congress as [Voteview](https://voteview.com) collects them (mostly public domain). The pictures are not in this repository.",
    3: "DIR: [Noto Emoji](https://github.com/googlefonts/noto-emoji) (Apache-2.0) as 64 x 64 pictures on white, {count:,} of them. The pictures are not in this repository.",
}


def write(folder: Path, name: str, steps: int, batch: int, config, count: int, betas=None) -> None:
    """Write a model card without figures. betas: those that were asked for, if others than the usual."""
    variational, channels = config.variational, config.channels
    told = ", ".join(f"1/{1 / beta:g}" if beta < 1 else f"{beta:g}" for beta in config.betas)
    idea = (
        "A variational auto-encoder ([Kingma & Welling 2013](https://arxiv.org/abs/1312.6114)) of pictures of 64 x 64 with 64 latents. It is told which of three betas "
        f"({told}; [Higgins et al. 2017](https://openreview.net/forum?id=Sy2fzU9gl)) it is under, and was trained at all three at once "
        "(as in [Bae et al. 2022](https://arxiv.org/abs/2212.03905)). Pictures are compared as Haar wavelets of three levels under Laplace's law with learned spreads. "
        "Afterwards a flow ([Lipman et al. 2023](https://arxiv.org/abs/2210.02747)) learned to carry Gaussian noise to the codes: what is called the code is that noise."
        if variational
        else "A plain auto-encoder of pictures of 64 x 64 with 64 latents: the network of the variational one, trained to rebuild and for nothing else."
    )
    text = f"""---
license: apache-2.0
library_name: aedemo
tags: [vae, auto-encoder]
---
# generate / {name}

{idea} Weights in eight bits.

## Training

```sh
python -m aedemo train generate --data DIR --name {name} --steps {steps} --batch {batch}{"" if variational else " --plain"}{" --betas " + " ".join(f"{b:g}" for b in betas) if betas else ""}
```

{steps:,} steps of {batch} pictures, some mirrored.

{DATA[channels].format(count=count)}

## Figures

On pictures never trained on:

```sh
python -m aedemo evaluate generate --name {name} --data TEST --train DIR --write
```

<!-- figures -->
not measured yet
<!-- end -->

`distance`: kernel distance (as KID, [Binkowski et al. 2018](https://arxiv.org/abs/1801.01401)) between 600 drawn pictures and the kept ones, on features of
this project's own {"anomaly model `faces-plain`" if channels == 1 else "embeddings model `infomax-emoji`"}; codes drawn from a standard Gaussian{"" if variational else ", `_fitted`: from the Gaussian that the training pictures' codes fit"}.
`distance_of_training_pictures`: between real pictures and real pictures, for scale. `psnr_db`: of the pictures rebuilt from the codes' means.
{"`elbo`: the evidence lower bound, in nats a pixel and colour, of grey levels of 1/255; one draw of the code a picture; the prior is the standard Gaussian, the flow has no part in it. `active_latents`: numbers of the code whose mean varies by more than 0.01 over the pictures. `nearest_code`: median distance of codes to the nearest one of a training picture, in deviations, at the middle beta: a generator that copied would lie nearer than kept pictures do." if variational else ""}
"""
    (Path(folder) / "README.md").write_text(text.rstrip() + "\n")
