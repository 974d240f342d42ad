"""Export to Qdrant: one collection of points with a multivector, compared by MaxSim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from trovato.core import InvalidInputError, MissingExtraError, without_credentials
from trovato.index.export.rows import ExportedPage, batches

COLLECTION, VECTORS = "pages", "vectors"
_BATCH = 1 << 12  # vectors sent together; a component takes some 32 bytes on the way


class QdrantTarget:
    """A Qdrant server, or a directory for the one inside its Python package.

    The collection is called `pages`. A point has a multivector `vectors` (none for a page without
    any), compared by the sum of largest dot products, and a payload with all fields of
    the item. Its own id is made from the page's, so the same page is always the
    same point.

    Parameters
    ----------
    place
        `http://…` or `https://…` of a server, else a directory.

    Notes
    -----
    The one inside the package holds all vectors in memory and is meant for small collections.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    def write(self, pages: Iterable[ExportedPage], dim: int) -> None:
        """Write the collection; see `ExportTarget.write`."""
        try:
            from qdrant_client import QdrantClient, models
        except ImportError as error:
            raise MissingExtraError("qdrant-client", "export", "exporting to Qdrant") from error
        remote = self._place.startswith(("http://", "https://"))
        client = QdrantClient(**{"url" if remote else "path": self._place})
        try:
            if client.collection_exists(COLLECTION):
                raise InvalidInputError(
                    f"{without_credentials(self._place)} has a collection {COLLECTION!r} already: "
                    "choose another place, or delete it"
                )
            similarity = models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
            # Dot products, not cosines: Qdrant would store other vectors than it was given.
            parameters = models.VectorParams(
                size=dim, distance=models.Distance.DOT, multivector_config=similarity
            )
            client.create_collection(COLLECTION, vectors_config={VECTORS: parameters})
            try:
                for batch in batches(pages, _BATCH):
                    points = [models.PointStruct(**_point(page)) for page in batch]
                    client.upsert(COLLECTION, points, wait=True)
            except BaseException:
                client.delete_collection(COLLECTION)
                raise
        finally:
            client.close()


def _point(page: ExportedPage) -> dict[str, Any]:
    item = page.item
    return {
        "id": str(uuid5(NAMESPACE_URL, f"trovato:{item.id}")),
        "vector": {VECTORS: page.vectors.tolist()} if len(page.vectors) else {},
        "payload": asdict(item),
    }
