"""How the vectors of a collection are stored: merged, centred, compressed, added."""

from __future__ import annotations

import numpy as np

from trovato.core import InvalidInputError, ProgressCallback, no_progress
from trovato.core.shapes import Float32
from trovato.index.store.fields import DEFAULT_FIELD, VectorField, delete_field
from trovato.index.vectors.format import VectorFormat
from trovato.index.vectors.ivf_codec import (
    SearchProfile,
    choose_candidates,
    drop_codebooks,
    newest_codebook,
)
from trovato.index.writing.compaction import WHOLE, Compaction, compact
from trovato.index.writing.field_filling import EncodeItems, fill_field
from trovato.index.writing.reencoding import Compression, compress, set_projection
from trovato.index.writing.transaction import GroupCommits
from trovato.index.writing.tuning import CompressionCandidate, ParetoFrontier, measure_frontier


class VectorWriter:
    """What a `Writer` does with vectors that are there; each commits what came before it.

    Parameters
    ----------
    commits
        The open transaction.
    progress
        Told how far long work has come.
    """

    def __init__(self, commits: GroupCommits, progress: ProgressCallback = no_progress) -> None:
        self._commits = commits
        self._progress = progress

    def compact(self, *, max_tokens: int = WHOLE) -> Compaction:
        """Commit, merge small neighbouring segments, drop what is of deleted pages.

        Nothing that can be read changes, and readers go on meanwhile. See `plan` for the rule.

        Parameters
        ----------
        max_tokens
            Vectors of a merged segment, at most.

        Raises
        ------
        CorruptCollectionError
            If a vector file is damaged: `trovato verify` lists what is.
        """
        self._commits.compact_words()
        return compact(self._commits, max_tokens=max_tokens, progress=self._progress)

    def train_centroids(
        self, seed: int = 0, threads: int = 1, *, field: str | None = None
    ) -> SearchProfile | None:
        """Make centroids from all that is published, so that large collections answer fast.

        Until they are made, and in small collections, every page is scored for each question.
        Searches go on meanwhile. `close` does it by itself when a collection has become large.

        Parameters
        ----------
        seed
            Of the sample that they are made from.
        threads
            Processors to use; the result does not depend on it.
        field
            Whose vectors; those of the default field where none is named.

        Returns
        -------
        SearchProfile
            Recall and cost with them; None where no published page has vectors.
        """
        return self._commits.train_centroids(
            self._commits.field(field), seed, threads, self._progress
        )

    def compress(
        self, vector_format: VectorFormat | str, threads: int = 1, *, field: str | None = None
    ) -> Compression:
        """Store all vectors of a field, and those to come, in a form such as `4bit/64d/pool2`.

        A projection and centroids are made where the form wants them and there are none. Searches
        go on meanwhile; from then on they score the vectors as they are stored. What is rounded
        away, cut off or pooled does not come back: where vectors are coarser already, they stay.

        Parameters
        ----------
        vector_format
            Codec, dimensions and pool factor; or its text.
        threads
            Processors to use.
        field
            Its name; the default field where none is named.

        Raises
        ------
        InvalidInputError
            If there is no such form, it has more dimensions than the vectors, or it wants what is
            made from published pages and there are none.
        """
        vector_format = (
            VectorFormat.parse(vector_format) if isinstance(vector_format, str) else vector_format
        )
        return compress(
            self._commits, self._commits.field(field), vector_format, threads, self._progress
        )

    def project_by(
        self, matrix: Float32[np.ndarray, "dim dim"], *, field: str | None = None
    ) -> None:
        """Let forms of fewer dimensions use this projection, not one that is fitted.

        For a Matryoshka model, whose first components are the most important, that is
        `numpy.eye(dim, dtype=numpy.float32)`.

        Parameters
        ----------
        matrix
            Orthonormal columns, the most important first.
        field
            Whose vectors; those of the default field where none is named.

        Raises
        ------
        InvalidInputError
            If it is no such matrix, or the field has a projection already.
        """
        set_projection(self._commits, self._commits.field(field), matrix)

    def frontier(
        self, seed: int = 0, threads: int = 1, *, field: str | None = None
    ) -> ParetoFrontier:
        """Measure what other ways to store and search the collection would cost.

        Around centroids, which are made where there are none. See `ParetoFrontier.choose` and
        `apply`.

        Raises
        ------
        InvalidInputError
            If nothing is published.
        """
        commits = self._commits
        asked = commits.field(field)
        if newest_codebook(commits.connection, asked.number) is None:
            self.train_centroids(seed, threads, field=field)
        return measure_frontier(
            commits.connection, commits.segments, asked, seed, threads, self._progress
        )

    def apply(
        self, option: CompressionCandidate, threads: int = 1, *, field: str | None = None
    ) -> SearchProfile:
        """Store and search in this way from now on; see `frontier`."""
        self.compress(option.vector_format, threads, field=field)
        with self._commits.step() as connection:
            card = choose_candidates(
                connection, self._commits.field(field).number, option.candidates
            )
        self._commits.commit()
        return card

    def add_field(
        self,
        field: VectorField,
        encode: EncodeItems,
        vector_format: VectorFormat = VectorFormat(),
    ) -> int:
        """Add a vector field, and encode for it what is there; see `Collection.add_field`."""
        return fill_field(self._commits, field, encode, self._progress, vector_format)

    def remove_field(self, name: str) -> None:
        """Take out a vector field with its vectors; what the items say stays.

        Raises
        ------
        InvalidInputError
            If there is no such field, or it is the default one.
        """
        commits = self._commits
        if name == DEFAULT_FIELD:
            raise InvalidInputError(f"a collection keeps its field {DEFAULT_FIELD!r}")
        commits.commit()
        number = commits.field(name).number
        with commits.step() as connection:
            delete_field(connection, number)
            drop_codebooks(connection)
        commits.commit()
        commits.collect_garbage()
