"""Files that readers add: received whole, then indexed, whatever happens in between."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trovato.core import Closing, InvalidInputError, NotFoundError, PathLike, TrovatoError
from trovato.library import Library
from trovato.library.ingestion.ingest_report import Progress
from trovato.web.workspace import Workspace

# A file that was received is done with by one of these.
_ENDS = ("indexed", "unreadable", "stopped")
_AGAIN_S = 2.0  # while another process writes to the collection, or the disk is full
_FOLDER = "uploads"  # stands before the names of what was added so


class _StoppedError(Exception):
    """Somebody stopped the work."""


@dataclass(frozen=True, slots=True)
class StoredFileJob:
    """A file on its way into a collection.

    Parameters
    ----------
    id
        Of the job.
    collection, name
        Where to, and what the file is called.
    actor
        Who sent it; empty where nobody has a name.
    state
        received, indexed, unreadable or stopped.
    problem
        Why it could not be read; empty where it could, or nobody has tried.
    """

    id: str
    collection: str
    name: str
    actor: str
    state: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """How far the work on a collection is.

    Parameters
    ----------
    stage
        The file that is read, or what is done at the end.
    done, total
        Bytes of the files, or parts of that other work.
    problem
        Why it waits to be tried again; empty where it does not.
    """

    stage: str
    done: int
    total: int
    problem: str = ""


class IndexingJobs(Closing):
    """Indexes what was received, one collection at a time, in a thread of its own.

    A file is received when it and an event about it are on the disk. What was received and not
    indexed when the process ended, however it ended, is indexed by the next one.

    Parameters
    ----------
    libraries
        Where files may go, by name.
    workspace
        Keeps the events.
    folder
        Keeps the files, from which pages are drawn later; None takes none.
    """

    def __init__(
        self, libraries: Mapping[str, Library], workspace: Workspace, folder: PathLike | None
    ) -> None:
        self._libraries, self._workspace = libraries, workspace
        self._folder = None if folder is None else Path(folder)
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._stopping: set[str] = set()
        self.progress: dict[str, IndexingProgress] = {}
        if self._folder is not None and self.waiting():
            self._start()

    @property
    def takes_files(self) -> bool:
        """Whether files may be added."""
        return self._folder is not None

    def place(self, collection: str, name: str) -> Path:
        """Where a file of that name is kept.

        Raises
        ------
        InvalidInputError
            If no files are taken, or it is no name of a file alone.
        """
        if self._folder is None:
            raise InvalidInputError("no files are added here: start it with --uploads FOLDER")
        plain = name == Path(name).name and name.isprintable() and not name.startswith(".")
        if not (plain and "\\" not in name and 0 < len(name.encode()) <= 200):
            raise InvalidInputError(f"a file's name is one of up to 200 letters, got {name[:40]!r}")
        return self._folder / collection / _FOLDER / name

    def received(self, collection: str, name: str, actor: str) -> str:
        """A file lies at its place: index it; gives back the id of the job."""
        job = secrets.token_urlsafe(9)
        self._workspace.append(
            job, "received", {"collection": collection, "name": name}, actor=actor
        )
        self._start()
        return job

    def waiting(self) -> list[StoredFileJob]:
        """What was received and is not done with, oldest first."""
        found = self._workspace.unfinished("received", _ENDS)
        jobs = [
            StoredFileJob(one.stream, state="received", actor=one.actor, **one.payload)
            for one in found
        ]
        return [job for job in jobs if job.collection in self._libraries]

    def get(self, job: str) -> StoredFileJob:
        """One job.

        Raises
        ------
        NotFoundError
            If there is none of that id.
        """
        events = self._workspace.events(job)
        if not events or events[0].kind != "received":
            raise NotFoundError(f"there is no job {job[:40]!r}")
        last = events[-1]
        problem = str(last.payload.get("problem", ""))
        begun = events[0]
        return StoredFileJob(
            job, state=last.kind, problem=problem, actor=begun.actor, **begun.payload
        )

    def stop(self, job: StoredFileJob) -> None:
        """Leave a file out that is not indexed yet."""
        with self._turn:
            if self.get(job.id).state == "received":
                self._workspace.append(job.id, "stopped", {})
                self.place(job.collection, job.name).unlink(missing_ok=True)
                self._stopping.add(job.collection)

    def close(self) -> None:
        """Stop at the next page; the rest is indexed by the next one."""
        self._closed.set()
        with self._turn:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _start(self) -> None:
        with self._turn:
            if self._thread is None and not self._closed.is_set():
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._turn:
                jobs = [] if self._closed.is_set() else self.waiting()
                if not jobs:
                    self._thread = None
                    return
            collection = jobs[0].collection
            try:
                self._index(collection, [job for job in jobs if job.collection == collection])
            except _StoppedError:
                continue
            except TrovatoError as error:
                self.progress[collection] = IndexingProgress("", 0, 0, str(error))
                self._closed.wait(_AGAIN_S)
            else:
                self.progress.pop(collection, None)

    def _index(self, collection: str, jobs: list[StoredFileJob]) -> None:
        """Index all that wait for one collection together."""
        self._stopping.discard(collection)

        def told(progress: Progress) -> None:
            if collection in self._stopping or self._closed.is_set():
                raise _StoppedError
            self.progress[collection] = IndexingProgress(
                progress.file, progress.done, progress.total
            )

        places = [self.place(collection, job.name) for job in jobs]
        report = self._libraries[collection].add([places[0].parent], progress=told)
        failures = dict(report.failures)
        for job, place in zip(jobs, places, strict=True):
            problem = failures.get(f"{_FOLDER}/{job.name}", "")
            if not place.exists():
                problem = "the file was taken away before it was indexed"
            elif not problem and place.suffix.lower() in report.ignored_types:
                problem = f"files of the type {place.suffix or 'without a suffix'} are not read"
            with self._turn:
                if self.get(job.id).state == "received":
                    end = ("unreadable", {"problem": problem}) if problem else ("indexed", {})
                    self._workspace.append(job.id, *end)
