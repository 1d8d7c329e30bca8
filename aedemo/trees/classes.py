"""Word classes from contexts alone, to begin with: words that stand between the same words are alike (Schuetze 1995).

A grammar that begins with preterminals by chance spends most of its training on finding them.
"""

from __future__ import annotations

import numpy as np
from sklearn.cluster import KMeans

CONTEXTS = 1000  # most frequent words that count as neighbours
RARE = 20.0  # what a word is taken for before it was seen, in occurrences: as all words are


def context_vectors(sentences: list[list[int]], size: int, dim: int) -> np.ndarray:
    """Words by their left and right neighbours: vectors of length 1, (size, dim).

    Principal components of the square roots of p(neighbour | word) (Hellinger PCA, Lebret & Collobert 2014, arXiv
    1312.5542), which lets frequent words, the ones of grammar, count without letting them drown the rest.
    """
    edge = size  # stands before and after each sentence
    flat = np.concatenate([np.array([edge, *s, edge]) for s in sentences])
    counts = np.bincount(flat, minlength=size + 1).astype(np.float64)
    frequent = np.argsort(-counts, kind="stable")[:CONTEXTS]
    columns = len(frequent) + 1
    column = np.full(size + 1, columns - 1)  # all other neighbours are one
    column[frequent] = np.arange(len(frequent))
    sides = []
    for word, neighbour in ((flat[1:], flat[:-1]), (flat[:-1], flat[1:])):
        table = np.bincount(word * columns + column[neighbour], minlength=(size + 1) * columns).reshape(size + 1, -1)[:size]
        mean = table.sum(0) / table.sum()
        seen = table.sum(1, keepdims=True)
        sides.append(np.sqrt((table + RARE * mean) / (seen + RARE)) - np.sqrt(mean))
    x = np.concatenate(sides, 1)  # (size, 2 CONTEXTS + 2)
    weight = np.sqrt(counts[:size, None])
    _, directions = np.linalg.eigh((x * weight).T @ x)
    x = x @ directions[:, : -dim - 1 : -1]
    x = np.pad(x, ((0, 0), (0, dim - x.shape[1])))  # where there are fewer neighbours
    return (x / np.linalg.norm(x, axis=1, keepdims=True).clip(1e-9)).astype(np.float32)


def centres(vectors: np.ndarray, counts: np.ndarray, number: int, seed: int) -> np.ndarray:
    """Of classes by k-means, frequent words having more say: (number, dim), of length 1"""
    found = KMeans(number, n_init=1, max_iter=20, random_state=seed).fit(vectors, sample_weight=np.sqrt(counts)).cluster_centers_
    return (found / np.linalg.norm(found, axis=1, keepdims=True).clip(1e-9)).astype(np.float32)
