"""Links against none on real questions, by words alone: nothing is encoded."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.core import Query
from trovato.data.components import link_titles
from trovato.data.datasets import read_paragraph_questions, read_paragraphs
from trovato.evaluate import all_gold
from trovato.retrieve.multi_hop import HopSettings, MemorySource, MultiHopRetriever
from trovato.testing import WordEncoder

DATA = Path(__file__).parents[3] / "shared" / "data" / "multihop"


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the data sets are not here")
def test_links_and_bridges_find_more_than_no_hop() -> None:
    """Of 50 questions over 1,890 paragraphs .10, .24 and .42 have all they need among five."""
    paragraphs = read_paragraphs(DATA / "musique_train_corpus.json")
    questions = read_paragraph_questions(DATA / "musique_train.json", paragraphs)[::2]
    titles = {str(item.attributes["title"]): item.id for item in reversed(paragraphs)}
    source = MemorySource(list(link_titles(paragraphs, titles)), WordEncoder(8))
    found = []
    for settings in (
        HopSettings(hops=0, lexical_weight=1.0),
        HopSettings(lexical_weight=1.0),
        HopSettings(lexical_weight=1.0, bridges=3),
    ):
        retriever = MultiHopRetriever(source, settings)
        ranked = [(retriever.retrieve(Query(one.text), 5).ids, one.gold) for one in questions]
        found.append(sum(all_gold(ids, gold, 5) for ids, gold in ranked) / len(ranked))
    none, linked, bridged = found
    assert linked >= none + 0.05
    assert bridged >= linked + 0.05
