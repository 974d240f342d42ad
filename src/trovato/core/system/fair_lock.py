"""A lock that those who wait get in the order in which they came."""

from __future__ import annotations

import threading
from collections import deque


class FairLock:
    """Like `threading.RLock`, which may keep one thread waiting while others come and go."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._guard:
            if self._owner is None or self._owner == me:
                self._owner, self._depth = me, self._depth + 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        try:
            turn.acquire()  # released by who hands the lock on
        except BaseException:  # as by Ctrl+C
            with self._guard:
                waits = (me, turn) in self._waiting
                if waits:
                    self._waiting.remove((me, turn))
            if not waits:
                self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._depth -= 1
            if self._depth:
                return
            self._owner = None
            if self._waiting:
                self._owner, turn = self._waiting.popleft()
                self._depth = 1
                turn.release()
