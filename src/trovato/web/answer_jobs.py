"""Questions that are answered while someone waits for them."""

from __future__ import annotations

import logging
import queue
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator

from trovato.core import Answer, Item, LanguageModel, TrovatoError, no_progress
from trovato.library import Library, Mode, build_answerer

# Answers kept in memory, so that "why" is asked of the one that was shown.
_KEPT = 64


class _GoneError(Exception):
    """Nobody waits for the answer any more."""


class Asking:
    """Answers from a library, one question at a time.

    Parameters
    ----------
    library
        What is asked.
    model, guard
        As of `trovato.library.answerer_factory`.
    """

    def __init__(
        self,
        library: Library,
        model: LanguageModel | None = None,
        guard: str = "none",
    ) -> None:
        self._model = model
        self._turn = threading.Lock()
        self._on_token: Callable[[str], None] = no_progress
        self._system = build_answerer(
            library,
            model,
            guard=guard,
            on_token=None if model is None else lambda piece: self._on_token(piece),
            monitor=None if model is None else lambda _: self._on_token(""),
        )
        self._kept: OrderedDict[tuple[str, str, Mode], tuple[list[Item], Answer]] = OrderedDict()

    def start(self, question: str, filter: str, mode: Mode, *, why: bool) -> Writing:
        """Begin to answer.

        Parameters
        ----------
        question, filter, mode
            As of a search.
        why
            Also what each page alone would answer. The answer itself is then the one that was given
            last, if it still is in memory.
        """
        asked = (question, filter, mode)

        def work(on_token: Callable[[str], None]) -> Answer:
            return self._whole(asked, on_token, why=why)

        return Writing(work, apart=self._model is not None)

    def _whole(
        self, asked: tuple[str, str, Mode], on_token: Callable[[str], None], *, why: bool
    ) -> Answer:
        question, filter, mode = asked
        with self._turn:
            on_token("")  # whoever has left meanwhile is not answered
            self._on_token = on_token
            known = self._kept.get(asked) if why else None
            if known is None:
                documents = self._system.documents(question, filter=filter, mode=mode)
                known = documents, self._system.answer(question, documents)
                self._kept[asked] = known
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            documents, answer = known
            if why:
                answer = self._system.explained(question, documents, answer)
        return self._system.located(answer)


class Writing:
    """An answer on its way.

    Parameters
    ----------
    work
        Answers, and tells whoever listens the pieces as they are written; a blank one only asks
        whether someone still does.
    apart
        Work in a thread of its own, so that pieces can be had before the whole; else it is done
        now, and its errors are raised here.

    Attributes
    ----------
    answer
        There when all pieces are.
    problem
        Why there is none; empty where all went well.
    """

    def __init__(self, work: Callable[[Callable[[str], None]], Answer], *, apart: bool) -> None:
        self.answer: Answer | None = None
        self.problem = ""
        self._work = work
        self._said: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._gone = False
        if apart:
            threading.Thread(target=self._write, daemon=True).start()
        else:
            self.answer = work(no_progress)
            self._said.put(None)

    def pieces(self) -> Iterator[str]:
        """Words as they are written; once, and until the answer is there."""
        try:
            yield from iter(self._said.get, None)
        finally:
            self.leave()

    def leave(self) -> None:
        """Nobody waits any more: a model stops at its next piece, or is never asked."""
        self._gone = True
        self._said.put(None)

    def _write(self) -> None:
        try:
            self.answer = self._work(self._hear)
        except TrovatoError as error:
            self.problem = str(error)
        except _GoneError:
            pass
        except Exception:
            self.problem = "the answer could not be made; the server's terminal shows why"
            logging.getLogger(__name__).exception("an answer failed")
        finally:
            self._said.put(None)

    def _hear(self, piece: str) -> None:
        if self._gone:
            raise _GoneError
        if piece:
            self._said.put(piece)
