"""Makes calls that a test sends, in a process of their own: a crash is seen from outside.

Each array ends where memory that nobody may touch begins, and starts after bytes that must not
change. So what is read or written beyond it is seen, too.
"""

from __future__ import annotations

import ctypes
import mmap
import pickle
import resource
import signal
import struct
import sys
from typing import Any

import numpy as np

import trovato.ops
from trovato.core import TrovatoError
from trovato.ops import _kernels

_BEFORE = 0xA5
_MEMORY = 4 << 30  # what a call may take; more than that must be refused, not die
_SECONDS = 60  # a call of this size that takes so long hangs
_libc = ctypes.CDLL(None)
_fences: list[tuple[mmap.mmap, int]] = []


def fenced(dtype: str, shape: tuple[int, ...], values: list[Any], step: int) -> np.ndarray:
    """An array of these values, over and over; of a larger one every `step`-th of the last axis."""
    kind = np.dtype(dtype)
    whole = (*shape[:-1], shape[-1] * step)
    size = int(np.prod(whole)) * kind.itemsize
    page = mmap.PAGESIZE
    memory = mmap.mmap(-1, -(-size // page) * page + 2 * page)
    start = len(memory) - page - size
    memory[:start] = bytes([_BEFORE]) * start
    array = np.ndarray(whole, kind, memory, start)
    with np.errstate(all="ignore"):
        array[...] = np.resize(np.array(values).astype(kind), whole)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    if _libc.mprotect(ctypes.c_void_p(address + len(memory) - page), page, 0):
        raise OSError("memory cannot be closed off")
    _fences.append((memory, start))
    return array[..., ::step]


def made(what: Any) -> Any:
    """What ("array", …), ("call", name, arguments) or ("fixed", value) stands for; else itself."""
    match what:
        case ("fixed", value):
            return value
        case ("array", *parts):
            return fenced(*parts)
        case ("call", str(name), list(arguments)):
            given = [made(one) for one in arguments]
            if name.startswith("."):
                return getattr(given[0], name[1:])(*given[1:])
            found: Any = trovato.ops
            if name.startswith("_kernels."):
                found, name = _kernels, name.removeprefix("_kernels.")
            for part in name.split("."):
                found = getattr(found, part)
            return found(*given)
    return what


def outcome(call: Any) -> tuple[str, str]:
    """The kind of outcome of a call, and what its error says."""
    _fences.clear()
    try:
        made(call)
    except TrovatoError as error:
        kind, said = "refused", str(error)
    except (ValueError, TypeError) as error:
        kind, said = type(error).__name__, str(error)
    except MemoryError:
        kind, said = "memory", ""
    except Exception as error:
        kind, said = "other", repr(error)
    else:
        kind, said = "done", ""
    if any(memory[:start].count(_BEFORE) != start for memory, start in _fences):
        return "overwritten", said
    return kind, said


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    while header := sys.stdin.buffer.read(4):
        call = pickle.loads(sys.stdin.buffer.read(*struct.unpack("I", header)))
        signal.alarm(_SECONDS)
        answer = pickle.dumps(outcome(call))
        signal.alarm(0)
        sys.stdout.buffer.write(struct.pack("I", len(answer)) + answer)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
