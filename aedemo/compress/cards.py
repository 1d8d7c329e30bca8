"""The model card that the recipe writes; `evaluate --write` fills in the figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def write(folder: Path, name: str, steps: int, batch: int, peak: float, start: Sequence[str] = ()) -> None:
    """Write a model card without figures."""
    begun = f" --begin-with {' '.join(start)}" if start else ""
    after = f" The first weights were those of {', '.join(start)}." if start else ""
    text = f"""---
license: apache-2.0
library_name: aedemo
tags: [image-compression, auto-encoder]
---
# compress / {name}

A codec for pictures: each block of 16 x 16 pixels becomes 320 numbers, which are rounded at one of six steps of fineness
([Cui et al. 2020](https://arxiv.org/abs/2003.02012)) and written by a range coder with frequencies that a network foresees
from the numbers written before ([Balle et al. 2018](https://arxiv.org/abs/1802.01436),
[Minnen et al. 2018](https://arxiv.org/abs/1809.02736), [He et al. 2021](https://arxiv.org/abs/2103.15306)).
`model.safetensors` holds the transform in half precision; `context.safetensors` the foreseeing networks as whole numbers,
and the tables of frequencies.

## Training

```sh
python -m aedemo train compress --data DIR --name {name} --steps {steps} --batch {batch} --peak {peak:g}{begun}
```

DIR: the training part of [clothing-dataset-small](https://github.com/alexeygrigorev/clothing-dataset-small) (CC0), photographs with a
longest side of 128 pixels, of which crops of 96 and 128 are taken at 0.8 to 2.4 times their size. {steps:,} steps of {batch} crops (of
128 half as many), the exchange rate between squared error and bits drawn for each crop among six. The linear maps begin as the
principal components of blocks.{after} The pictures are not in this repository.

## Figures

On the 24 Kodak pictures (768 x 512), which were never trained on:

```sh
python -m aedemo evaluate compress --data KODAK --write
```

<!-- figures -->
not measured yet
<!-- end -->

`bd_rate_vs_jpeg`: per cent of bits more (negative: fewer) than JPEG (as Pillow writes it, with optimised tables) for the same PSNR, from
real files, a mean over the PSNRs that both reach; `bd_rate_webp_vs_jpeg`: the same of WebP. `bpp_Q`, `psnr_Q_db`: bits per pixel and PSNR at each of the six qualities, means.
`seconds_both_ways`: for writing and reading a picture, on the machine where it was measured.
"""
    (Path(folder) / "README.md").write_text(text)
