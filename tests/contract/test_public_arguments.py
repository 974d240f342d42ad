"""What every public function takes: any kind of path, and never one text for many."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

import trovato
from trovato.core import InvalidInputError, Query
from trovato.evaluate import read_run
from trovato.index import Collection, verify
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.library import Library
from trovato.retrieve.recommenders import (
    ItemIds,
    RandomScores,
    load_recommender,
    save_recommender,
)
from trovato.testing import WordEncoder

_ROOT = Path(__file__).resolve().parents[2]
# Who uses the public names: readers of the docs, and the command line.
_USERS = (
    "README.md",
    "docs/**/*.md",
    "examples/**/*.py",
    "bench/**/*.py",
    "src/trovato/cli/**/*.py",
)
_IMPORT = re.compile(r"^\s*from (trovato[\w.]*) import (\([^)]*\)|[^\n(]+)$", re.MULTILINE)
_MANY = re.compile(
    r"\b(Iterable|Sequence|Collection|Names|Set|list|tuple)"
    r"\[(str|Path|PathLike)\b[^,]*(, \.\.\.)?\]"
)
_NESTED = re.compile(r"(Iterable|Sequence|Collection)\[(Sequence|Collection)")


def _public() -> Iterator[Any]:
    """All names of `__all__`, and those that docs, examples and commands import."""
    for found in pkgutil.walk_packages(trovato.__path__, "trovato."):
        if found.ispkg and not found.name.startswith("trovato.testing"):
            package = importlib.import_module(found.name)
            for name in getattr(package, "__all__", ()):
                yield getattr(package, name)
    for path in (path for users in _USERS for path in _ROOT.glob(users)):
        for module_name, names in _IMPORT.findall(path.read_text("utf-8")):
            if not module_name.startswith(("trovato.cli", "trovato.testing")):
                module = importlib.import_module(module_name)
                for name in re.findall(r"\w+", re.sub(r"#.*| as \w+", "", names)):
                    yield getattr(module, name)


def _functions() -> dict[str, Callable[..., Any]]:
    """Public functions and methods of public classes; not of protocols, which nobody calls."""
    found: dict[str, Callable[..., Any]] = {}
    for value in _public():
        if inspect.isfunction(value):
            found[f"{value.__module__}.{value.__qualname__}"] = value
        elif inspect.isclass(value) and value.__module__.startswith("trovato."):
            if getattr(value, "_is_protocol", False):
                continue
            for key, member in inspect.getmembers(value, inspect.isfunction):
                made = key == "__init__" and is_dataclass(value)
                if not made and (key in ("__init__", "__call__") or not key.startswith("_")):
                    found[f"{value.__module__}.{value.__qualname__}.{key}"] = member
    return found


_FUNCTIONS = _functions()


def _parameters(wanted: Callable[[str], object]) -> list[Any]:
    return [
        pytest.param(function, name, id=f"{place}({name})")
        for place, function in sorted(_FUNCTIONS.items())
        for name, kind in inspect.get_annotations(function).items()
        if name != "return" and wanted(str(kind))
    ]


def test_the_walk_finds_what_there_is() -> None:
    for name in (
        "trovato.library.library.Library.add",
        "trovato.evaluate.trec.read_run",
        "trovato.index.collection.Collection.open",
        "trovato.evaluate.measures.base.CutMeasure.__call__",
    ):
        assert name in {f"{one.__module__}.{one.__qualname__}" for one in _FUNCTIONS.values()}


def test_paths_may_be_texts_or_any_path() -> None:
    alone = _parameters(lambda kind: re.search(r"\bPath\b", kind))
    assert [parameter.id for parameter in alone] == []


@pytest.mark.parametrize(
    ("function", "name"),
    _parameters(lambda kind: "Callable" not in kind and _MANY.search(kind)),
)
def test_one_text_is_refused_where_many_are_wanted(function: Callable[..., Any], name: str) -> None:
    """All other arguments are placeholders: this is looked at first."""
    parameters = inspect.signature(function).parameters
    kind = str(parameters[name].annotation)
    wrong: list[Any] = ["letters", b"bytes", Path("a path")]
    if "Mapping[" in kind:
        wrong = [{"q": one} for one in wrong]
    elif _NESTED.search(kind):
        wrong = [[one] for one in wrong]
    for one in wrong:
        arguments = {
            other: one if other == name else MagicMock()
            for other, about in parameters.items()
            if other == name or about.default is inspect.Parameter.empty
        }
        with pytest.raises(InvalidInputError, match=r"must be several.*write \["):
            _run(inspect.unwrap(function), arguments)


def _run(function: Callable[..., Any], arguments: dict[str, Any]) -> None:
    made = function(**arguments)
    if inspect.isgenerator(made):
        next(made)


def test_a_history_is_no_text() -> None:
    unchecked = inspect.unwrap(Query.__init__)
    with pytest.raises(InvalidInputError, match="the history must be several"):
        unchecked(object.__new__(Query), history="letters")


class _Place:
    """A path of another library."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __fspath__(self) -> str:
        return str(self._path)


@pytest.mark.parametrize("kind", [str, Path, _Place])
def test_files_are_written_and_read_by_any_path(
    tmp_path: Path, kind: Callable[[Path], Any]
) -> None:
    def place(name: str) -> Any:
        return kind(tmp_path / name)

    (tmp_path / "run").write_text("q1 Q0 d1 1 0.5 tag\n")
    assert read_run(place("run")) == {"q1": ["d1"]}
    scores, catalogue = RandomScores(3), ItemIds.of(np.array([5, 7], np.uint32))
    save_recommender(place("random.npz"), scores, catalogue, {})
    assert load_recommender(place("random.npz"))[0] == scores
    Collection.create(place("made"), fingerprint="made", dim=4)
    assert Collection.exists(place("made"))
    assert verify(place("made")) == []
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "one.txt").write_text("The harbour opened in 1871.")
    with Library.create(place("library"), encoder=WordEncoder()) as library:
        assert library.add([place("papers")]).added == ["papers/one.txt"]
    layout = synthesise(place("log"), Scale.of(10_000))
    assert InteractionLog.open(place("log")).numbers == range(27)
    assert InteractionLog.of_files([kind(layout.week(3))], place("log")).numbers == range(3, 4)
