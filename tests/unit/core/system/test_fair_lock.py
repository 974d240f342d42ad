"""Who waits for a lock gets it in turn."""

import threading
import time

from trovato.core import FairLock


def test_those_who_wait_get_it_in_the_order_in_which_they_came() -> None:
    lock, got = FairLock(), []

    def work(name: int) -> None:
        with lock:
            got.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    with lock:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(lock._waiting) < waiting:
                time.sleep(0.001)
        # Who comes again does not overtake them.
        with lock:
            got.append(-1)
    with lock:
        got.append(99)
    for thread in threads:
        thread.join()
    assert got == [-1, *range(8), 99]


def test_one_at_a_time_has_it() -> None:
    lock, inside, most = FairLock(), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(200):
            with lock, lock:
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, inside) == (1, 0)
    assert lock._owner is None
