"""Questions to the collections: answered once, and kept."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import cast

from trovato.core import (
    Answer,
    CitedDocument,
    Decoding,
    LanguageModel,
    NotFoundError,
    no_progress,
)
from trovato.library import AskMode, Library, QuestionAnswerer, answer_json, build_answerer
from trovato.web.jobs.followed_job import Job, Reading
from trovato.web.workspace.answers import Answers, StoredAnswer


class Asking:
    """Answers questions one at a time, and stores what comes of them.

    Parameters
    ----------
    libraries
        What may be asked, by name.
    answers
        Keeps questions and answers.
    model, guard, decoding
        As of `trovato.library.build_answerer`.

    Raises
    ------
    InvalidInputError
        If the guard is unknown, or needs what the model cannot do.
    """

    def __init__(
        self,
        libraries: Mapping[str, Library],
        answers: Answers,
        model: LanguageModel | None = None,
        guard: str = "none",
        decoding: Decoding = Decoding(),
    ) -> None:
        self.answers = answers
        self._libraries = libraries
        self.writes = model is not None
        self._turn = threading.Lock()
        self._on_token: Callable[[str], None] = no_progress
        self._jobs: dict[str, Job] = {}
        self._starting = threading.Lock()
        self._systems: dict[str, QuestionAnswerer] = {
            name: build_answerer(
                library,
                model,
                guard=guard,
                decoding=decoding,
                on_token=(lambda piece: self._on_token(piece)) if model else None,
                monitor=(lambda _: self._on_token("")) if model else None,
            )
            for name, library in libraries.items()
        }

    def ask(self, collection: str, question: str, filter: str, mode: AskMode, actor: str) -> str:
        """Store a question, and answer it now where no language model writes.

        Returns
        -------
        The id of the answer.

        Raises
        ------
        InvalidInputError
            If the conditions are not understood; then nothing is stored.
        """
        system = self._systems[collection]
        if self.writes:
            with self._libraries[collection].collection.reading() as reader:
                reader.search_lexical("", 1, filter)  # only reads the conditions
            return self.answers.ask(collection, question, filter, mode, actor)
        begun = time.monotonic()
        answer = system.ask(question, filter=filter, mode=mode, explain=True)
        name = self.answers.ask(collection, question, filter, mode, actor)
        self._store(name, answer, "", begun)
        return name

    def follow(self, stored: StoredAnswer) -> tuple[Reading, int]:
        """Wait for an answer that is open; whoever waits first sets it going.

        Returns
        -------
        What is written, and how many others are answered before.
        """
        with self._starting:
            self._jobs = {name: job for name, job in self._jobs.items() if not job.done}
            job = self._jobs.get(stored.id)
            before = len(self._jobs) if job is None else 0
            if job is None:
                job = self._jobs[stored.id] = self._job(stored)
                reading = job.join()
                job.start()
            else:
                reading = job.join()
        return reading, before

    def written(self) -> dict[str, str]:
        """What has been written of each answer that is being made."""
        return {name: job.text() for name, job in list(self._jobs.items()) if not job.done}

    def stop(self, name: str) -> None:
        """Stop the work on an answer, whoever waits for it."""
        job = self._jobs.get(name)
        if job is not None:
            job.stop()

    def _job(self, stored: StoredAnswer) -> Job:
        def work(on_token: Callable[[str], None]) -> None:
            with self._turn:
                on_token("")  # whoever has left meanwhile is not answered
                self._on_token = on_token
                (self._explain if stored.explaining else self._answer)(stored, on_token)

        return Job(
            work,
            stopped=lambda text: self._stopped(stored, text),
            failed=lambda problem: self.answers.record(stored.id, "failed", {"problem": problem}),
        )

    def _answer(self, stored: StoredAnswer, on_token: Callable[[str], None]) -> None:
        written: list[str] = []

        def hear(piece: str) -> None:
            on_token(piece)
            written.append(piece)

        self._on_token = hear
        begun, system = time.monotonic(), self._system(stored)
        mode = cast("AskMode", stored.mode)
        answer = system.ask(stored.question, filter=stored.filter, mode=mode)
        self._store(stored.id, answer, "".join(written), begun)

    def _explain(self, stored: StoredAnswer, _: Callable[[str], None]) -> None:
        system, told = self._system(stored), stored.answer or {}
        sources = tuple(CitedDocument(**one) for one in told.get("sources", ()))
        documents = system.items(source.id for source in sources)
        there = {item.id for item in documents}
        kept = tuple(source for source in sources if source.id in there)
        answer = system.explained(stored.question, documents, Answer("", sources=kept))
        payload = {"sources": answer_json(answer)["sources"]}
        self.answers.record(stored.id, "explained", payload)

    def _system(self, stored: StoredAnswer) -> QuestionAnswerer:
        if stored.collection not in self._systems:
            raise NotFoundError(f"the collection {stored.collection!r} is not served any more")
        return self._systems[stored.collection]

    def _store(self, name: str, answer: Answer, written: str, begun: float) -> None:
        seconds = time.monotonic() - begun
        payload = {"answer": answer_json(answer), "written": written, "seconds": seconds}
        self.answers.record(name, "answered", payload)

    def _stopped(self, stored: StoredAnswer, text: str) -> None:
        self.answers.record(stored.id, "stopped", {} if stored.explaining else {"written": text})
