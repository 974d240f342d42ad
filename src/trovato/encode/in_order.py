"""Many texts encoded at the same time, given back in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from trovato.core import TokenVectors


def in_order(
    encode: Callable[[str], TokenVectors], texts: Iterable[str], threads: int
) -> Iterator[TokenVectors]:
    """What `encode` makes of each text, in order, in that many threads.

    Texts are read as they are needed: at most two per thread are held at once.
    """
    from concurrent.futures import Future, ThreadPoolExecutor  # a question needs no threads

    in_flight: deque[Future[TokenVectors]] = deque()
    with ThreadPoolExecutor(threads, "encode") as pool:
        try:
            for text in texts:
                in_flight.append(pool.submit(encode, text))
                if len(in_flight) >= 2 * threads:
                    yield in_flight.popleft().result()
            while in_flight:
                yield in_flight.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)
