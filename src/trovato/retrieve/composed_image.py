"""Pictures for a picture and a change."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from trovato.core import InvalidInputError, Item, PathLike, Query, Ranking
from trovato.core.shapes import Float, Float32
from trovato.data import digest
from trovato.data.pictures import read_picture
from trovato.encode.images import PictureSpace
from trovato.index import Reader
from trovato.ops import (
    DESCRIPTION_ONLY,
    IMAGE_ONLY,
    TEXT_ONLY,
    CompositionWeights,
    QueryParts,
    apply_edit,
)
from trovato.retrieve.composed import Composed, Describer, Source
from trovato.retrieve.image_field import ImageField
from trovato.retrieve.seize_ranking import seize_ranking


class ComposedImageRetriever:
    """Finds pictures of a collection by words, by a picture, or by both; a `Retriever`.

    Parameters
    ----------
    reader
        A view of the collection.
    space
        The encoder of its image field, as it was fitted.
    average, threads
        See `ImageField`.
    """

    def __init__(
        self,
        reader: Reader,
        space: PictureSpace,
        average: Float[np.ndarray, " dim"] | None = None,
        threads: int = 1,
    ) -> None:
        self._reader = reader
        self._space = space
        self._field = ImageField(reader, average, threads=threads)

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` pictures: `query.image` with `query.edit`, or one of image, edit and text.

        Raises
        ------
        InvalidInputError
            If none of them is given, or as `search` and `compose`.
        """
        words = query.edit or query.text
        if query.image and words:
            return self.compose(query.image, words, k=k, filter=query.filter).ranking
        return self.search(words, query.image, k, filter=query.filter)

    def search(
        self, text: str = "", image: PathLike = "", k: int = 10, *, filter: str = ""
    ) -> Ranking:
        """Pictures by words or by a picture.

        Raises
        ------
        InvalidInputError
            If both or neither are given, words where the collection has too few captions, or `k` or
            `filter` is not understood.
        UnreadableFileError
            If the picture cannot be read.
        """
        if bool(text) == bool(image):
            raise InvalidInputError("search by words or by a picture; with both, use compose")
        excluded = frozenset[str]()
        if image:
            (vector, _, _), excluded = self._reference(image), self._same(image)
            weights = IMAGE_ONLY
        else:
            vector, weights = self._text(text), TEXT_ONLY
        parts = QueryParts(vector, vector, vector)
        return self._field.rank(parts, weights, k, exclude=excluded, filter=filter)

    def compose(
        self,
        image: PathLike,
        edit: str,
        *,
        k: int = 10,
        filter: str = "",
        alpha: float = 0.15,
        beta: float = 0.35,
        fixed_mix: bool = False,
        description: str = "",
        describe: Describer | None = None,
        negative: str = "",
        negative_weight: float = 0.35,
        weights: CompositionWeights | None = None,
        with_reference: bool = False,
    ) -> Composed:
        """Pictures that look like one picture but for a change.

        Parameters
        ----------
        image
            Id of a picture of the collection, or the path of a file.
        edit
            The change in words, such as "but red".
        k
            At most so many.
        filter
            Conditions on attributes.
        alpha, beta
            Share of the reference picture, and strength of the debias term; see
            `trovato.ops.sdr_weights`. The defaults are the paper's for CIRCO.
        fixed_mix
            Let alpha and beta mean the same for every query.
        description
            Of the target; where it is empty, `describe` writes it. Without that, or where that
            gives nothing, rules do: the caption of the reference (of the picture most like it,
            for a file) with the change applied.
        describe
            Writes descriptions, such as `trovato.generate.TargetDescriber`.
        negative, negative_weight
            What is not wanted, in words, and what that counts.
        weights
            Instead of alpha and beta, such as `trovato.ops.SUM`.
        with_reference
            Let the reference picture itself be found.

        Raises
        ------
        InvalidInputError
            If the change is empty, the collection has too few captions to read words, or alpha or
            beta is out of its range.
        UnreadableFileError
            If the picture cannot be read.
        """
        if not edit.strip():
            raise InvalidInputError("say what should be different; by a picture alone, use search")
        reference, path, item = self._reference(image)
        source: Source = "given"
        if not description and describe is not None:
            description, source = describe(path, edit), "described"
        if not description:
            description, source = apply_edit(self._caption(item, reference), edit), "rules"
        parts = QueryParts(
            self._text(description),
            reference,
            self._text(edit),
            self._text(negative) if negative else None,
        )
        weights = weights or parts.weights(
            alpha, beta, negative=negative_weight if negative else 0.0, fixed_mix=fixed_mix
        )
        excluded = frozenset[str]() if with_reference else self._same(image)
        ranking = self._field.rank(parts, weights, k, exclude=excluded, filter=filter)
        return Composed(ranking, description, source, weights, parts, self._field, excluded, filter)

    def seize(
        self,
        image: PathLike,
        edit: str,
        *,
        k: int = 10,
        filter: str = "",
        description: str = "",
        describe: Describer | None = None,
        depth: int = 200,
    ) -> Ranking:
        """SEIZE's ranking, to compare with: see `trovato.ops.seize_scores`.

        Pictures whose score with the description rises above that with the caption of the
        reference gain, others lose.

        Parameters
        ----------
        image, edit, k, filter, description, describe
            As `compose`.
        depth
            The best so many by the description are scored.

        Raises
        ------
        InvalidInputError
            If nothing is said of the reference picture, or as `compose`.
        UnreadableFileError
            If the picture cannot be read.
        """
        found = self.compose(
            image,
            edit,
            k=max(k, depth),
            filter=filter,
            description=description,
            describe=describe,
            weights=DESCRIPTION_ONLY,
        )
        reference, _, item = self._reference(image)
        caption = self._caption(item, reference)
        if not caption:
            raise InvalidInputError("SEIZE compares with the reference's caption: it has none")
        before = QueryParts(self._text(caption), reference, reference).description
        return seize_ranking(self._reader, found, before, k)

    def _reference(self, image: PathLike) -> tuple[Float32[np.ndarray, " dim"], Path, Item | None]:
        """The vector of a reference picture, its file, and its item where it is one."""
        path, item = Path(image), None
        if self._reader.has(str(image)):
            item = self._reader.get(str(image))
            path = Path(item.image or "")
        features = np.stack(list(self._space.features([read_picture(path)])))
        return self._space.references(features)[0], path, item

    def _same(self, image: PathLike) -> frozenset[str]:
        """Ids of the reference picture and of its copies in the collection, by their bytes."""
        known = self._reader.has(str(image))
        content = (
            self._reader.get(str(image)).attributes.get("sha256") if known else digest(Path(image))
        )
        rows = self._reader.rows_with("sha256", str(content))
        return frozenset(self._reader.ids_of(rows).values()) | frozenset([str(image)] * known)

    def _caption(self, item: Item | None, reference: Float32[np.ndarray, " dim"]) -> str:
        """Of the reference picture or, for a file from elsewhere, of the one most like it."""
        if item is None:
            parts = QueryParts(reference, reference, reference)
            item = next((hit.item for hit in self._field.rank(parts, IMAGE_ONLY, 1)), None)
        return "" if item is None else str(item.attributes.get("caption", ""))

    def _text(self, text: str) -> Float32[np.ndarray, " dim"]:
        if not self._space.reads_text:
            raise InvalidInputError(
                "the collection has too few captions to be searched by words: index it with "
                "--captions FILE, with --names where file names say what pictures show, or with an "
                "--image-encoder of pictures and texts"
            )
        vector: Float32[np.ndarray, " dim"] = self._space.texts([text])[0]
        return vector
