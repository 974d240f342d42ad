"""A library whose documents are trees, searched along their links."""

from __future__ import annotations

from trovato.core import InvalidInputError, Item, PathEvidence, Ranking
from trovato.core.shapes import CHECKED
from trovato.index import PICTURE_FIELD, Reader
from trovato.index.graph import LayeredGraph, Level
from trovato.library.library import Library
from trovato.retrieve.multi_hop import (
    CollectionSource,
    HopSettings,
    MultiHopRetriever,
    PictureScores,
)

if CHECKED:
    from trovato.encode.images import PictureSpace


def multi_hop_retriever(
    library: Library,
    settings: HopSettings = HopSettings(),
    level: Level = "part",
    space: PictureSpace | None = None,
) -> MultiHopRetriever:
    """What searches a library along its links, as it is now.

    It reads what a question meets, and keeps it for the next one.

    Parameters
    ----------
    library
        Filled by `index_components`; pages and items without links are found as well.
    settings
        How links are walked.
    level
        See `trovato.index.graph.LayeredGraph.of`.
    space
        The encoder of its pictures, where `settings.picture_weight` lets them count; by default
        the embedded one.

    Raises
    ------
    InvalidInputError
        If the library is empty, or its pictures are to count and have no vectors.
    IncompatibleCollectionError
        If they were made by another encoder.
    """
    reader = library.collection.reader()
    pictures = _pictures(library, reader, space) if settings.picture_weight else None
    return MultiHopRetriever(CollectionSource(reader, library.encoder, level, pictures), settings)


def _pictures(library: Library, reader: Reader, space: PictureSpace | None) -> PictureScores:
    # A search without pictures need not load what reads them.
    from trovato.encode.images import EmbeddedSpace
    from trovato.library.pictures.fitted_space import FittedSpace

    field = reader.fields.get(PICTURE_FIELD)
    if field is None:
        raise InvalidInputError(
            "the collection has no vectors of pictures: index with `--components --images`, or "
            "leave the weight of pictures at 0"
        )
    fitted = FittedSpace.load(library.collection, field, space or EmbeddedSpace())
    if not fitted.space.reads_text:
        raise InvalidInputError(
            "too few pictures have captions for words to be compared with pictures: leave the "
            "weight of pictures at 0"
        )
    return PictureScores(reader, fitted.space)


def graph_of(library: Library, level: Level = "part") -> LayeredGraph:
    """The graph of all items of a library."""
    return LayeredGraph.of(library, level)


def items_on_paths(library: Library, ranking: Ranking) -> list[Item]:
    """What stands on the paths of a ranking, each once, best first: of a table only its rows.

    A hit without a path stands for itself. What has been removed meanwhile is left out.

    Parameters
    ----------
    library
        That the ranking is of.
    ranking
        Such as a `MultiHopRetriever` makes it.
    """
    items = {hit.item.id: hit.item for hit in ranking}
    names = dict.fromkeys(
        name
        for hit in ranking
        for name in (
            [step.item for step in hit.evidence.steps]
            if isinstance(hit.evidence, PathEvidence)
            else [hit.item.id]
        )
    )
    with library.collection.reader() as reader:
        for name in names:
            if name not in items and reader.has(name):
                items[name] = reader.item(reader.row_of(name))
    return [items[name] for name in names if name in items]
