"""Examples in docstrings give what they say, with the names of their package at hand."""

from __future__ import annotations

import doctest
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import trovato

ROOMS = [
    "trovato",
    *(
        f"trovato.{folder.name}"
        for folder in sorted(Path(trovato.__file__).parent.iterdir())
        if (folder / "__init__.py").exists() and folder.name not in {"cli", "web", "testing"}
    ),
]


def examples() -> Iterator[Any]:
    seen = set()
    finder = doctest.DocTestFinder(recurse=False)
    for room in ROOMS:
        package = import_module(room)
        names = {name: getattr(package, name) for name in package.__all__}
        for name, found in names.items():
            if not (inspect.isclass(found) or inspect.isroutine(found)) or found in seen:
                continue
            seen.add(found)
            methods = vars(found).values() if inspect.isclass(found) else ()
            for one in (found, *filter(inspect.isfunction, methods)):
                for test in finder.find(one, f"{room}.{name}", module=False, globs=dict(names)):
                    if test.examples:
                        yield pytest.param(test, id=f"{room}.{getattr(one, '__qualname__', name)}")


@pytest.mark.parametrize("example", list(examples()))
def test_examples_give_what_they_say(
    example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert not result.failed, "".join(told)
