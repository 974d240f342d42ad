"""Patterns of what to pass over, as git reads them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.data import FileToIndex, discover
from trovato.data.documents.ignore_rules import IgnoreRules


def _found(*paths: Path, exclude: tuple[str, ...] = ()) -> list[str]:
    found = discover(paths, exclude)
    return [one.name for one in found if isinstance(one, FileToIndex)]


def _write(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("words")


def test_exclude_goes_for_every_folder_that_is_named(tmp_path: Path) -> None:
    _write(tmp_path / "a", "x.txt", "x.log", "drafts/y.txt", "deep/drafts/z.txt")
    _write(tmp_path / "b", "drafts/y.txt", "x.md")
    named = (tmp_path / "a", tmp_path / "b")
    assert _found(*named, exclude=("drafts/*", "*.log")) == [
        "a/deep/drafts/z.txt",
        "a/x.txt",
        "b/x.md",
    ]
    assert _found(*named, exclude=("drafts/",)) == ["a/x.log", "a/x.txt", "b/x.md"]


def test_a_file_in_a_folder_rules_below_that_folder_only(tmp_path: Path) -> None:
    _write(tmp_path / "a", "x.log", "in/x.log", "in/keep.log", "in/deep/x.log", "in/x.txt")
    (tmp_path / "a" / "in" / ".trovatoignore").write_text("# of logs\n*.log\n\n!keep.log\n")
    assert _found(tmp_path / "a") == ["a/in/keep.log", "a/in/x.txt", "a/x.log"]


def test_a_file_that_is_named_itself_is_read_all_the_same(tmp_path: Path) -> None:
    _write(tmp_path, "x.log")
    assert _found(tmp_path / "x.log", exclude=("*.log",)) == ["x.log"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    "lines",
    [
        ["*.txt"],
        ["/a/*.txt"],
        ["a/"],
        ["b"],
        ["a/**"],
        ["**/c/x.txt"],
        ["a/**/x.txt"],
        ["x.tx?"],
        ["[x-y].txt"],
        ["[!x].txt"],
        ["*.txt", "!x.txt"],
        [r"\!x.txt", r"\#x.txt"],
        ["a/b", "# a/c", ""],
        ["a.c"],
    ],
)
def test_same_as_git(tmp_path: Path, lines: list[str]) -> None:
    _write(
        tmp_path / "f",
        *("x.txt", "y.txt", "!x.txt", "#x.txt", "aXc", "a/x.txt", "a/b/x.txt", "a/b/c/x.txt"),
        *("b/x.txt", "c/x.txt", "a/c/y.txt"),
    )
    folder = tmp_path / "f"
    (folder / ".gitignore").write_text("\n".join(lines))
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    listed = subprocess.run(
        ["git", "-c", "core.quotepath=off", "ls-files", "-o", "-z", "--exclude-standard"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    theirs = {f"f/{name}" for name in listed.stdout.split("\0") if name and name != ".gitignore"}
    assert set(_found(folder, exclude=tuple(lines))) == theirs


@given(st.lists(st.text("*?[]!/\\ab.-^", max_size=8), max_size=4), st.text("ab/.", min_size=1))
def test_any_patterns_are_taken(lines: list[str], path: str) -> None:
    IgnoreRules(lines).leaves_out(path, folder=False)
