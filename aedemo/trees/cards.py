"""The model card that the recipe writes; `evaluate --write` fills in the figures."""

from __future__ import annotations

from pathlib import Path


def write(
    folder: Path, data: list[str], name: str, steps: int, batch: int, longest: int, rules_first: int, peak: float, seed: int, config, count: int
):
    """Write a model card without figures. count: sentences"""
    files = " ".join(Path(file).name for file in data)
    text = f"""---
license: apache-2.0
library_name: aedemo
language: en
tags: [unsupervised-parsing, pcfg, auto-encoder]
---
# trees / {name}

A probabilistic context-free grammar of {config.nonterminals} nonterminals and {config.preterminals} preterminals whose rules are made from vectors of its
symbols (neural PCFG, [Kim et al. 2019](https://arxiv.org/abs/1906.10225)), left and right child independent given their
parent (SN-PCFG, [Liu et al. 2023](https://arxiv.org/abs/2310.14997)). It was shown words alone, no tree and no tag. Preterminals begin as classes of words with the same neighbours; rules begin with a lean to the right, which English has. `model.safetensors` in half precision; `words.txt`: its {config.vocabulary:,} words, one a line.

## Training

```sh
python -m aedemo train trees --data {files} --name {name} --steps {steps} --batch {batch} --longest {longest} --rules-first {rules_first} --peak {peak:g} --seed {seed} --lean {config.lean:g}
```

{steps:,} steps of {batch} sentences of one length, at most {longest} words; the first {rules_first:,} of the rules alone. Vocabulary and classes are of {count:,} sentences of at most {longest * 3 // 2} words.

Files: news articles' sentences, one a line ([Gigaword](https://catalog.ldc.upenn.edu/LDC2012T21)-style and of news publishers; research use), and [UD English EWT](https://universaldependencies.org/treebanks/en_ewt) (CC BY-SA 4.0), of whose lines WORD/TAG the words alone are read. Punctuation is left out. The texts are not in this repository.

## Figures

```sh
python -m aedemo evaluate trees --name {name} --data GOLD --write
```

GOLD: bracketings, one a line; here the [sample of the Penn Treebank](https://www.nltk.org/nltk_data/) that comes with NLTK. They were looked at while the recipe was made, never trained on.

<!-- figures -->
not measured yet
<!-- end -->

`f1_up_to_N`: mean over sentences of 3 to N words of the unlabelled F1 of spans, punctuation and whole-sentence spans left out.
`cpu_seconds_for_25_words`: one sentence at a time, of all threads together; median of 20.
"""
    (Path(folder) / "README.md").write_text(text)
