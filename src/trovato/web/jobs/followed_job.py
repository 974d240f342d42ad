"""Work that is done while someone waits for it, and stops when nobody does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator

from trovato.core import TrovatoError

# What a job does: it tells what it hears the pieces as they are written; a blank one only asks
# whether someone still waits.
Work = Callable[[Callable[[str], None]], None]


class StoppedError(Exception):
    """Nobody waits for the work any more."""


class Job:
    """Work in a thread of its own, followed by any number of readers.

    Parameters
    ----------
    work
        What is done. It may end by `StoppedError`, which is then told to `stopped`.
    stopped
        Told what was written until nobody waited any more.
    failed
        Told what went wrong.
    """

    def __init__(
        self, work: Work, *, stopped: Callable[[str], None], failed: Callable[[str], None]
    ) -> None:
        self._work, self._stopped, self._failed = work, stopped, failed
        self._pieces: list[str] = []
        self._news = threading.Condition()
        self._readers = 0
        self._gone = False
        self.done = False

    def start(self) -> None:
        """Begin, once someone waits."""
        threading.Thread(target=self._run, daemon=True).start()

    def join(self) -> Reading:
        """Begin to wait for it."""
        with self._news:
            self._readers += 1
        return Reading(self)

    def stop(self) -> None:
        """Stop it at its next piece, whoever waits."""
        with self._news:
            self._gone = True

    def leave(self) -> None:
        """One reader less; the last one's leaving stops it."""
        with self._news:
            self._readers -= 1
            self._gone = self._gone or self._readers <= 0
            self._news.notify_all()

    def follow(self, reading: Reading) -> Iterator[str]:
        """Pieces from the first one on, until it is done or the reader has left."""
        at = 0
        while True:
            with self._news:
                self._news.wait_for(
                    lambda: self.done or reading.left or at < len(self._pieces)  # noqa: B023
                )
                fresh = self._pieces[at:]
                at += len(fresh)
                if not fresh or reading.left:
                    return
            yield "".join(fresh)

    def text(self) -> str:
        """All that is written so far."""
        with self._news:
            return "".join(self._pieces)

    def _run(self) -> None:
        try:
            self._work(self._hear)
        except StoppedError:
            self._end(self._stopped, "".join(self._pieces))
        except TrovatoError as error:
            self._end(self._failed, str(error))
        except Exception:
            logging.getLogger(__name__).exception("an answer failed")
            said = "the answer could not be made; the server's terminal shows why"
            self._end(self._failed, said)
        finally:
            with self._news:
                self.done = True
                self._news.notify_all()

    def _end(self, tell: Callable[[str], None], said: str) -> None:
        try:
            tell(said)
        except TrovatoError:
            logging.getLogger(__name__).exception("the end of an answer could not be stored")

    def _hear(self, piece: str) -> None:
        with self._news:
            if self._gone:
                raise StoppedError
            if piece:
                self._pieces.append(piece)
                self._news.notify_all()


class Reading:
    """One reader of a job.

    Parameters
    ----------
    job
        What is read.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self.left = False

    def pieces(self) -> Iterator[str]:
        """What is written, as it comes."""
        return self._job.follow(self)

    def leave(self) -> None:
        """Wait no more; may be called again."""
        if not self.left:
            self.left = True
            self._job.leave()
