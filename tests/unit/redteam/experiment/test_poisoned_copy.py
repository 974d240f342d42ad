"""A copy with poison in it is whole, whatever a writer does to the collection meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from trovato.core import Item
from trovato.index import verify
from trovato.library import Library
from trovato.redteam.experiment.poisoned_copy import poisoned
from trovato.testing import WordEncoder


def test_a_copy_keeps_what_a_writer_takes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copyfile = shutil.copyfile

    def late(*arguments: Any) -> Any:
        monkeypatch.setattr(shutil, "copyfile", copyfile)
        library.remove(["a"])
        library.add_items([Item("c", "text", "Trains leave at noon.")])
        with library.collection.writer() as writer:
            writer.compact()
        return copyfile(*arguments)

    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add_items([Item("a", "text", "Apples ripen in September.")])
        library.add_items([Item("b", "text", "The harbour opened in 1871.")])
        monkeypatch.setattr(shutil, "copyfile", late)
        with poisoned(library, [Item("p", "text", "Apples ripen in May.")]) as both:
            assert set(both.search("apples").ids[:2]) == {"p", "a"}
            assert {found.part for found in verify(both.collection.path)} <= {"leftover"}
        assert library.search("apples").ids[0] != "a"
