"""Text models of late interaction against those of sentence-transformers, on the same folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trovato.encode.late_interaction import ColBERTEncoder
from trovato.testing.models.tiny_colbert import Layout, save_tiny_colbert

pytestmark = [
    pytest.mark.needs("torch"),
    pytest.mark.needs("sentence_transformers"),
    pytest.mark.filterwarnings("ignore"),
]
TEXTS = ["The old mill stands on the river, says Anna.", "a green bridge", "Oslo! It was built?"]
# Longer ones are cut off there, and read whole here.
QUESTIONS = ["when was the mill built?", "oslo", "a b c!"]


@pytest.mark.parametrize("layout", ["colbert", "pylate"])
def test_vectors_are_the_same(layout: Layout, tmp_path: Path) -> None:
    from sentence_transformers import MultiVectorEncoder

    folder = save_tiny_colbert(tmp_path / layout, layout)
    peer = MultiVectorEncoder(str(folder), device="cpu", local_files_only=True)
    ours = ColBERTEncoder(folder)
    for theirs, found in zip(peer.encode_document(TEXTS), ours.encode(TEXTS), strict=True):
        assert theirs.shape == found.values.shape
        assert np.abs(np.asarray(theirs) - found.values).max() <= 1e-5
    for text in QUESTIONS:
        theirs = peer.encode_query([text])[0]
        found = ours.encode_query(text)
        assert theirs.shape == found.values.shape
        assert np.abs(np.asarray(theirs) - found.values).max() <= 1e-5
