"""A collection of pictures, searched by words, by a picture, or by a picture and a change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from trovato.core import (
    IncompatibleCollectionError,
    InvalidInputError,
    PathLike,
    Ranking,
)
from trovato.core.shapes import Float32, Float64
from trovato.data.pictures import read_picture
from trovato.library.pictures.spaces import EmbeddedSpace, PictureSpace
from trovato.library.pictures.storage import read_pictures
from trovato.ops import IMAGE_ONLY, TEXT_ONLY, CompositionWeights, QueryParts, apply_edit
from trovato.retrieve import PictureGallery

# Writes what the target looks like, from the path of a picture and the change; empty for nothing.
Describer = Callable[[Path, str], str]
Source = Literal["given", "described", "rules"]


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """What was found for a picture and a change, and how to rank it otherwise.

    Parameters
    ----------
    ranking
        Pictures, best first, with what each part of the query added.
    description
        Of the target, as it was used.
    source
        Whether it was given, described by a model, or made by rules.
    weights
        What each part counted in this query.
    parts
        The vectors of the query.
    gallery
        What was searched.
    excluded
        Ids that were left out.
    """

    ranking: Ranking
    description: str
    source: Source
    weights: CompositionWeights
    parts: QueryParts
    gallery: PictureGallery
    excluded: frozenset[str]

    def rerank(self, weights: CompositionWeights, k: int = 10) -> Ranking:
        """The same query by other weights; no model is asked again."""
        return self.gallery.rank(self.parts, weights, k, exclude=self.excluded)


class PictureLibrary:
    """An indexed collection of pictures; see `index_pictures`.

    Parameters
    ----------
    path
        Folder of the collection.
    space
        The encoder that it was indexed with; by default the embedded one.

    Raises
    ------
    CollectionNotFoundError, CorruptCollectionError
        If there is no collection, or it is damaged.
    IncompatibleCollectionError
        If it was indexed with another encoder.
    """

    def __init__(self, path: PathLike, space: PictureSpace | None = None) -> None:
        stored = read_pictures(Path(path))
        self._space = space or EmbeddedSpace()
        if stored.manifest["encoder"] != self._space.fingerprint:
            raise IncompatibleCollectionError(
                f"{path} was indexed with {stored.manifest['encoder']!r}, this encoder is "
                f"{self._space.fingerprint!r}: name the same one, or index the pictures again"
            )
        self._space.restore(stored.space)
        self.gallery = PictureGallery(stored.items, stored.vectors)

    def search(self, text: str = "", image: PathLike = "", k: int = 10) -> Ranking:
        """Pictures by words or by a picture.

        Raises
        ------
        InvalidInputError
            If both or neither are given, or words where the collection has too few captions.
        UnreadableFileError
            If the picture cannot be read.
        """
        if bool(text) == bool(image):
            raise InvalidInputError("search by words or by a picture; with both, use compose")
        if image:
            vector, excluded = self._reference(image)[0], self._same(image)
            parts, weights = QueryParts(vector, vector, vector), IMAGE_ONLY
        else:
            vector, excluded = self._text(text), frozenset[str]()
            parts, weights = QueryParts(vector, vector, vector), TEXT_ONLY
        return self.gallery.rank(parts, weights, k, exclude=excluded)

    def compose(
        self,
        image: PathLike,
        edit: str,
        *,
        k: int = 10,
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
        reference, path = self._reference(image)
        source: Source = "given"
        if not description and describe is not None:
            description, source = describe(path, edit), "described"
        if not description:
            description, source = apply_edit(self._caption(image, reference), edit), "rules"
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
        ranking = self.gallery.rank(parts, weights, k, exclude=excluded)
        return Composed(ranking, description, source, weights, parts, self.gallery, excluded)

    def _reference(self, image: PathLike) -> tuple[Float64[np.ndarray, " dim"], Path]:
        path = Path(image)
        if str(image) in self.gallery.places:
            path = Path(self.gallery.items[self.gallery.places[str(image)]].image or "")
        features = np.stack(list(self._space.features([read_picture(path)])))
        return self._space.references(features)[0].astype(np.float64), path

    def _same(self, image: PathLike) -> frozenset[str]:
        """Ids of the reference picture in the collection: by id, or by its file."""
        if str(image) in self.gallery.places:
            return frozenset({str(image)})
        path = str(Path(image).resolve())
        return frozenset(item.id for item in self.gallery.items if item.image == path)

    def _caption(self, image: PathLike, reference: Float64[np.ndarray, " dim"]) -> str:
        """Of the reference picture or, for a file from elsewhere, of the one most like it."""
        same = sorted(self._same(image))
        if same:
            return self.gallery.items[self.gallery.places[same[0]]].text
        parts = QueryParts(reference, reference, reference)
        nearest = self.gallery.rank(parts, IMAGE_ONLY, 1)
        return nearest[0].item.text if len(nearest) else ""

    def _text(self, text: str) -> Float32[np.ndarray, " dim"]:
        if not self._space.reads_text:
            raise InvalidInputError(
                "the collection has too few captions to be searched by words: index it with a file "
                "of captions or tags, or with an encoder of pictures and texts"
            )
        vector: Float32[np.ndarray, " dim"] = self._space.texts([text])[0]
        return vector
