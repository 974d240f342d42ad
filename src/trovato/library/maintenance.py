"""A collection kept small, fast and whole."""

from __future__ import annotations

from trovato.core import ProgressCallback, no_progress, processors
from trovato.core.shapes import CHECKED
from trovato.index import Collection, SearchProfile, Stats

if CHECKED:
    from trovato.index import (
        Compression,
        CompressionCandidate,
        IntegrityIssue,
        ParetoFrontier,
        Repair,
    )


class MaintainedCollection:
    """The part of a `Library` that looks after what is stored."""

    collection: Collection

    def info(self) -> Stats:
        """Count what the collection holds."""
        return self.collection.stats()

    def tune(self, progress: ProgressCallback = no_progress) -> ParetoFrontier:
        """Measure what other ways to store and search the collection would cost.

        Parameters
        ----------
        progress
            Told what is being done, how much of it is done, and how much there is.

        Raises
        ------
        InvalidInputError
            If nothing is indexed yet.
        """
        with self.collection.writer(progress=progress) as writer:
            return writer.frontier(threads=processors())

    def compress(self, vector_format: str, progress: ProgressCallback = no_progress) -> Compression:
        """Store all token vectors, and those to come, in a form such as `4bit/64d/pool2`.

        Raises
        ------
        InvalidInputError
            If there is no such form, or it is made from pages and none is indexed.
        """
        with self.collection.writer(progress=progress) as writer:
            return writer.compress(vector_format, threads=processors())

    def apply(
        self, option: CompressionCandidate, progress: ProgressCallback = no_progress
    ) -> SearchProfile:
        """Store and search in one of the ways that `tune` measured, from now on."""
        with self.collection.writer(progress=progress) as writer:
            return writer.apply(option, threads=processors())

    def verify(self, progress: ProgressCallback = no_progress) -> list[IntegrityIssue]:
        """What is wrong with what is stored; nothing is changed. See `trovato.index.verify`."""
        from trovato.index import verify

        return verify(self.collection.path, progress)

    def repair(self, progress: ProgressCallback = no_progress) -> Repair:
        """Put right what can be, and withdraw the rest. See `trovato.index.repair`."""
        from trovato.index import repair

        self.collection.close()  # what it has mapped may go
        return repair(self.collection.path, progress)
