from __future__ import annotations

import pytest

from tests.codebook import untrained


@pytest.fixture(scope="session")
def untrained_models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("untrained")
    untrained.write(folder)
    return folder


@pytest.fixture
def models(untrained_models, monkeypatch):
    """Untrained models instead of the shipped ones."""
    from aedemo.codebook import tab, tab_codes, tab_common, tab_map

    monkeypatch.setenv("AEDEMO_PRETRAINED", str(untrained_models))
    caches = (tab_common.gallery, tab_common.drawing_of, tab_map.sounding, tab.flipped, tab_codes.shown_example, tab.dressed)
    for cache in caches:
        cache.cache_clear()
    yield untrained_models
    for cache in caches:
        cache.cache_clear()
