"""Whatever kernels and their callers are given, they answer or refuse, and overwrite nothing.

Calls that would be right are drawn, and then some of their arguments changed.
"""

from __future__ import annotations

import pickle
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trovato.ops import available_kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="closes memory off as Linux does")

KERNELS = available_kernels()
NUMBERS = [0, 1, 2, 3, 31, 32, 33, 255, -1, 1 << 16, 1 << 31, 1 << 40, 1 << 62, -(1 << 62)]
FLOATS = [0.0, 1.0, -1.0, 1e-40, 3e38, float("inf"), float("-inf"), float("nan")]
TYPES = ["i1", "u1", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">i8", "?"]
SCALARS = [-1, 0, 1, 2, 5, 1 << 31, 1 << 60, (1 << 63) - 1, (1 << 64) - 1, 10**30, "abacus"]


class Child:
    """The process that makes the calls; another one after each crash."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def outcome(self, call: Any) -> tuple[str, str]:
        if self._process is None:
            script = Path(__file__).with_name("kernel_calls.py")
            self._process = subprocess.Popen(
                [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        sent = pickle.dumps(call)
        asked.write(struct.pack("I", len(sent)) + sent)
        asked.flush()
        if header := told.read(4):
            kind, said = pickle.loads(told.read(*struct.unpack("I", header)))
            return kind, said
        self.close()
        return "crashed", f"return code {self._code}"

    def close(self) -> None:
        if self._process is not None:
            self._process.communicate()
            self._code = self._process.returncode
            self._process = None


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    found = Child()
    yield found
    found.close()


def array(dtype: str, shape: tuple[int, ...], values: list[Any]) -> Any:
    return ("array", dtype, shape, values, 1)


def call(name: str, *arguments: Any) -> Any:
    return ("call", name, list(arguments))


# Sizes that a right call is made of: query tokens, components, vectors, cells, items, threads.
Sizes = tuple[int, int, int, int, int, int]
sizes = st.tuples(
    st.integers(1, 40),
    st.sampled_from([1, 3, 8, 17]),
    st.integers(1, 30),
    st.integers(1, 40),
    st.integers(1, 6),
    st.sampled_from([1, 2, 7]),
)


def borders(items: int, rows: int) -> list[int]:
    return [rows * item // items for item in range(items + 1)]


def native(sizes: Sizes, kernel: str) -> list[Any]:
    """A right call of each entry of the extension."""
    query, dim, rows, cells, items, threads = sizes
    columns = -(-query // 32)
    edges = borders(items, rows)
    bounds = array("i8", (items,), edges[:-1]), array("i8", (items,), edges[1:])
    scores = array("f4", (items,), [0])
    floats = array("f4", (query, dim), [1, 0.5, -1])
    codes = array("i1", (query, dim), [127, -5, 3]), array("f4", (query,), [0.1])
    eights = array("i1", (rows, dim), [127, 0, -9]), array("f4", (rows,), [0.2])
    centroids = array("i1", (cells, dim), [3, -127]), array("f4", (cells,), [0.3])
    best = array("i8", (query,), [0]), array("f4", (query,), [0])
    table = array("u1", (columns, cells, 32), [0, 3, 200, 7, 7])
    lists = array("u2", (rows,), [cells - 1, 0])
    room = min(cells, 3)
    probed = array("u2", (query * room,), [cells - 1]), array("u1", (query * room,), [9])
    floors, counts = array("u1", (query,), [1]), array("u8", (query,), [room])
    starts = array("i8", (cells + 1,), borders(cells, rows))
    per_byte = 4
    packed = array("u1", (rows, -(-dim // per_byte)), [0, 255, 17])
    levels = array("f4", (256, per_byte), [-0.1, 0.2])
    edges_of_rows = array("i8", (items + 1,), edges)
    decoded = array("i1", (rows, dim), [0]), array("f4", (rows,), [0])
    merges = [array(kind, (rows - 1,), [0]) for kind in ("i4", "i4", "f8")]
    entries = array("u8", (2,), [5, 2 << 32 | 1])  # of the ids 0, 2 and 32
    ids = array("u4", (rows,), [0, 2, 7, 32, 99])
    known = array("i8", (3,), [0])
    row_of_each = array("i8", (rows,), [rows - 1, -1, 0])
    halves = array("u2", (rows, dim), [15360, 0])
    pair = array("i8", (2,), [0]), array("i8", (2,), [0])
    return [
        call(
            "_kernels.maxsim", kernel, floats, eights_as_floats(rows, dim), *bounds, threads, scores
        ),
        call("_kernels.maxsim", kernel, floats, halves, *bounds, threads, scores),
        call("_kernels.maxsim", kernel, *codes, *eights, *bounds, threads, scores),
        call("_kernels.best_tokens", kernel, floats, halves, *best),
        call("_kernels.best_tokens", kernel, *codes, *eights, *best),
        call("_kernels.nearest", kernel, *codes, *centroids, threads, *best),
        call("_kernels.coarse_table", kernel, *codes, *centroids, 0.01, table),
        call(
            "_kernels.coarse_scan",
            kernel,
            table,
            lists,
            *bounds,
            threads,
            array("i4", (items,), [0]),
        ),
        call("_kernels.choose_probes", table, floors, *probed, counts),
        call(
            "_kernels.probed_tokens",
            kernel,
            *codes,
            array("f4", (query,), [0.5]),
            array("u2", (query, room), [cells - 1]),
            counts,
            *eights,
            lists,
            cells,
            *bounds,
            threads,
            scores,
        ),
        call(
            "_kernels.maxsim_residual",
            kernel,
            *codes,
            packed,
            lists,
            array("i2", (cells, dim), [9000, -3]),
            array("i2", (256, per_byte), [700, -900]),
            *bounds,
            threads,
            scores,
        ),
        call("_kernels.int8_quantize", floats, codes[0], codes[1]),
        call("_kernels.choose_rows", edges_of_rows, array("i8", (2,), [items - 1, 0]), rows, *pair),
        call(
            "_kernels.probe",
            kernel,
            floors,
            *probed,
            counts,
            array("u2", (rows,), [0, items - 1]),
            starts,
            cells,
            threads,
            array("i4", (items,), [0]),
        ),
        call(
            "_kernels.decode_residuals",
            kernel,
            packed,
            lists,
            *centroids,
            levels,
            *bounds,
            edges_of_rows,
            threads,
            *decoded,
        ),
        call("_kernels.ward", array("f4", (rows, 4), [1, 0, 0, 0, 0]), *merges),
        call("_kernels.count_ids", entries, ids, known),
        call("_kernels.find_ids", entries, ids, array("i4", (rows,), [0])),
        call("_kernels.known_ids", entries, ids, array("u1", (rows,), [0])),
        call("_kernels.index_ids", array("u8", (4,), [0]), array("u4", (3,), [0, 2, 32])),
        call("_kernels.mark_ids", array("u8", (2,), [0]), ids),
        call("_kernels.last_slots", entries, ids, known, known, row_of_each),
        call("_kernels.scatter", row_of_each, ids, array("u4", (rows,), [0])),
        call(
            "_kernels.top_postings",
            array("u4", (rows,), list(range(rows))),
            array("u4", (rows,), [1, 1 << 16, 0x01010003]),
            array("u4", (rows,), [7, 0, 3]),
            array("u1", (rows,), [1, 1, 0]),
            *bounds,
            array("f8", (items,), [2.5, 1e-6]),
            array("i8", (items,), [1 << 42]),
            array("f8", (6,), [1, 0.5, 2, 1.2, 0.3, 0.01]),
            array("u4", (2,), [0, rows // 2]),
            array("i8", (2,), [1 << 40, 0]),
            query,
            0,
        ),
    ]


def eights_as_floats(rows: int, dim: int) -> Any:
    return array("f4", (rows, dim), [1, 0, -0.5])


def public(sizes: Sizes, kernel: str) -> list[Any]:
    """A right call of each function that reaches the extension."""
    query, dim, rows, cells, items, threads = sizes
    cells = min(cells, rows)
    floats = array("f4", (query, dim), [1, 0.5, -1])
    offsets = array("i8", (items + 1,), borders(items, rows))
    eights = call(
        "Int8Vectors", array("i1", (rows, dim), [127, 0, -9]), array("f4", (rows,), [0.2])
    )
    centroids = call(
        "Int8Vectors", array("i1", (cells, dim), [3, -127]), array("f4", (cells,), [0.3])
    )
    signs = call("SignVectors", array("u1", (rows, -(-dim // 8)), [3]), dim)
    table = array("u1", (-(-query // 32), cells, 32), [0, 3, 200, 7, 7])
    lists = call("CellLists", array("u2", (rows,), [cells - 1, 0]), offsets, cells)
    starts = array("i8", (cells + 1,), borders(cells, rows))
    postings = call("Postings", array("u2", (rows,), [0, items - 1]), starts, items, cells)
    probes = call(
        "Probes",
        array("u1", (query,), [1]),
        array("u2", (query, 2), [cells - 1]),
        array("u1", (query, 2), [9]),
        array("u8", (query,), [2, 0]),
    )
    levels = array("f4", (3,), [-1, 0, 1]), array("f4", (4,), [-2, -0.5, 0.5, 2])
    residuals = call(
        "ResidualVectors",
        call("ResidualCodec", centroids, *levels),
        array("u2", (rows,), [cells - 1, 0]),
        array("u1", (rows, -(-dim // 4)), [0, 255, 17]),
    )
    ranges = array("i8", (items,), [0, rows // 2]), array("i8", (items,), [rows, rows])
    known = call("SortedIdSet", array("u4", (3,), [0, 2, 32]))
    ids = array("u4", (rows,), [0, 2, 7, 32, 99])
    counts = array("i8", (3,), [0])
    slots = array("i8", (rows,), [rows - 1, -1, 0])
    some = array("i8", (2,), [items - 1, 0])
    return [
        call("maxsim", floats, eights_as_floats(rows, dim), offsets, some, threads, kernel),
        call("maxsim", floats, array("f2", (rows, dim), [1]), offsets, None, threads, kernel),
        call("maxsim", floats, eights, offsets, some, threads, kernel),
        call("maxsim", floats, residuals, offsets, some, threads, kernel),
        call("maxsim", floats, signs, offsets, some, threads, kernel),
        call("best_tokens", floats, eights_as_floats(rows, dim), kernel),
        call("best_tokens", floats, eights, kernel),
        call("nearest", eights, centroids, threads, kernel),
        call("cell_table", floats, centroids, kernel),
        call("coarse_maxsim", table, lists, some, threads, kernel),
        call("choose_probes", table, query, 2),
        call("probed_maxsim", probes, postings, threads, kernel),
        call(".decode", residuals, *ranges, threads, kernel),
        call(".count", known, ids, counts),
        call(".places", known, ids),
        call(".has", known, ids),
        call(".last_slots", known, ids, counts, array("i8", (3,), [0])),
        call(".add", call("SeenIds"), ids),
        call("scatter", ids, slots, array("u4", (rows,), [0])),
        call("pool_tokens", array("f4", (rows, 4), [1, 0, 0, 0, 0]), 2.0),
        call("spherical_kmeans", eights, cells, ("fixed", 2), 0, threads),
    ]


def places(what: Any, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Where the arguments stand that may be changed: arrays and scalars, of inner calls too."""
    if isinstance(what, tuple) and what[0] == "fixed":
        return []
    if isinstance(what, tuple) and what[0] == "call":
        return [
            place for number, one in enumerate(what[2]) for place in places(one, (*path, number))
        ]
    return [path]


@st.composite
def changed(draw: st.DrawFn, what: Any) -> Any:
    """Another argument in place of this one."""
    if not isinstance(what, tuple):
        return draw(
            st.sampled_from(
                [one for one in SCALARS if isinstance(one, str) == isinstance(what, str)]
            )
        )
    _, dtype, shape, values, step = what
    match draw(st.sampled_from(["type", "shape", "dimensions", "values", "strides"])):
        case "type":
            dtype = draw(st.sampled_from(TYPES))
        case "shape":
            axis = draw(st.integers(0, len(shape) - 1))
            size = draw(st.sampled_from([0, 1, shape[axis] + 1, max(shape[axis] - 1, 0), 70]))
            shape = (*shape[:axis], size, *shape[axis + 1 :])
        case "dimensions":
            shape = draw(st.sampled_from([(*shape, 1), (1, *shape), shape[:1]]))
        case "values":
            pool = FLOATS if dtype.startswith("f") else NUMBERS
            values = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=4))
        case "strides":
            step = 2
    return ("array", dtype, shape, values, step)


def replaced(what: Any, path: tuple[int, ...], by: Any) -> Any:
    if not path:
        return by
    kind, name, arguments = what
    first, *rest = path
    return (
        kind,
        name,
        [
            replaced(one, tuple(rest), by) if number == first else one
            for number, one in enumerate(arguments)
        ],
    )


def at(what: Any, path: tuple[int, ...]) -> Any:
    for number in path:
        what = what[2][number]
    return what


@st.composite
def calls(draw: st.DrawFn, right: Callable[[Sizes, str], list[Any]]) -> Any:
    """A right call, or one with up to two arguments changed."""
    found = draw(st.sampled_from(right(draw(sizes), draw(st.sampled_from(KERNELS)))))
    for path in draw(st.lists(st.sampled_from(places(found)), max_size=2, unique=True)):
        found = replaced(found, path, draw(changed(at(found, path))))
    return found


examples = settings(max_examples=600, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("right", [native, public])
def test_right_calls_are_done(child: Child, right: Callable[[Sizes, str], list[Any]]) -> None:
    for kernel in KERNELS:
        for drawn in ((1, 1, 1, 1, 1, 1), (33, 17, 30, 40, 6, 2)):
            for one in right(drawn, kernel):
                assert child.outcome(one) == ("done", ""), one


@examples
@given(calls(native))
def test_no_argument_of_an_entry_crashes(child: Child, one: Any) -> None:
    assert child.outcome(one)[0] in {"done", "ValueError", "TypeError", "memory"}


@examples
@given(calls(public))
def test_no_argument_of_a_function_crashes(child: Child, one: Any) -> None:
    kind, said = child.outcome(one)
    assert kind in {"done", "refused", "memory"}, said
