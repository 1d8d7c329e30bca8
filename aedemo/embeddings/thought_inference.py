"""Load an encoder of sentences; encode, and say which sentence comes next."""

from __future__ import annotations

import numpy as np
import torch

from .. import pretrained
from . import thought_data
from .thought import SentenceNetwork
from .thought_data import Vocabulary
from .thought_evaluate import encode

NAMES = ("quick-thought", "skip-thought", "sentences-plain", "collapsed")
MOST = 512  # sentences at once
LONGEST = 2000  # characters of one


class SentenceEncoder:
    """English sentences to codes; see `load_sentences`."""

    def __init__(self, network: SentenceNetwork, vocabulary: Vocabulary):
        self.network, self.vocabulary = network, vocabulary
        self.dim = network.config.code

    @torch.inference_mode()
    def encode(self, sentences) -> np.ndarray:
        """Codes (n, D) float32 of a list of sentences. A sentence's code does not depend on the others.

        Raises
        ------
        TypeError
            If it is not a list of str.
        ValueError
            If there are none or too many, or one of them is too long or has no words.
        """
        return self.network.code(self._features(self._words(sentences))).cpu().numpy()

    @torch.inference_mode()
    def following(self, sentences) -> np.ndarray:
        """For each sentence which of the others it takes for the next: probabilities (n, n), rows sum to 1, diagonal 0.

        Raises TypeError and ValueError as `encode`; two sentences are needed at least.
        """
        words = self._words(sentences)
        if len(words) < 2:
            raise ValueError("One sentence was given; which of the others comes next can be asked of two at least.")
        features = self._features(words)
        logits = self.network.readout(features, features).fill_diagonal_(-torch.inf)
        return logits.softmax(1).cpu().numpy()

    def split(self, paragraph: str) -> list[str]:
        """The sentences of a paragraph, in order.

        Raises
        ------
        TypeError, ValueError
            If it is no str, or has no words.
        """
        if not isinstance(paragraph, str):
            raise TypeError(f"A text is needed, not {type(paragraph).__name__}.")
        sentences = [sentence for sentence in thought_data.split(paragraph) if thought_data.words(sentence)]
        if not sentences:
            raise ValueError("The text is empty; some sentences are needed.")
        return sentences

    def _features(self, words: list[list[str]]) -> torch.Tensor:
        return encode(self.network, self.vocabulary, words)

    def _words(self, sentences) -> list[list[str]]:
        if isinstance(sentences, (str, bytes)) or not isinstance(sentences, (list, tuple)):
            raise TypeError(f"A list of sentences is needed, not {type(sentences).__name__}.")
        if not 1 <= len(sentences) <= MOST:
            raise ValueError(f"{len(sentences)} sentences were given; 1 to {MOST} can be read at once.")
        out = []
        for i, sentence in enumerate(sentences, 1):
            if not isinstance(sentence, str):
                raise TypeError(f"Sentence {i} is no text but {type(sentence).__name__}.")
            if len(sentence) > LONGEST:
                raise ValueError(f"Sentence {i} has {len(sentence):,} characters; {LONGEST:,} at most can be read.")
            out.append(thought_data.words(sentence))
            if not out[-1]:
                raise ValueError(f"Sentence {i} has no words.")
        return out


def load_sentences(name: str = "quick-thought", device: str | torch.device | None = None) -> SentenceEncoder:
    """A trained encoder of English sentences: "quick-thought", "skip-thought", "sentences-plain" (the auto-encoder) or
    "collapsed" (quick-thought without negatives).

    Raises
    ------
    ValueError
        If there is no such model or device, or its files are damaged.
    """
    if name not in NAMES:
        raise ValueError(f"There is no model of sentences {name!r}; there are: {', '.join(NAMES)}.")
    network = pretrained.load(SentenceNetwork, "embeddings", name, device)
    folder = pretrained.folder("embeddings", name)
    try:
        vocabulary = Vocabulary.load(folder / "vocabulary.txt", network.config.buckets)
    except (OSError, ValueError) as error:
        raise ValueError(f"The weights in {folder} cannot be read; they are damaged or of another version.") from error
    if len(vocabulary.known) != network.config.words:
        raise ValueError(f"The weights in {folder} cannot be read; they are damaged or of another version.")
    return SentenceEncoder(network, vocabulary)
