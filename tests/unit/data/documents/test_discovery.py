from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from trovato.core import UnreadableFileError
from trovato.data import FileToIndex, Skipped, digest, discover


def _names(*paths: Path) -> list[str]:
    return [found.name for found in discover(paths) if isinstance(found, FileToIndex)]


def _reasons(*paths: Path) -> dict[str, str]:
    return {found.name: found.reason for found in discover(paths) if isinstance(found, Skipped)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "reports"
    for name in ("b/two.pdf", "a.txt", "b/one.PDF", ".hidden/x.pdf", "b/.x.pdf", "c/odd.xyz"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def test_walks_in_order_of_names_below_the_folders_own_name(folder: Path) -> None:
    assert _names(folder) == ["reports/a.txt", "reports/b/one.PDF", "reports/b/two.pdf"]


def test_unknown_types_are_skipped_as_unsupported(folder: Path) -> None:
    skipped = [found for found in discover([folder]) if isinstance(found, Skipped)]
    assert [(found.name, found.unsupported) for found in skipped] == [("reports/c/odd.xyz", True)]


def test_a_file_that_is_named_itself_is_given_whatever_its_type(folder: Path) -> None:
    assert _names(folder / "c" / "odd.xyz") == ["odd.xyz"]


def test_names_do_not_depend_on_how_the_folder_is_spelt(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    wanted = _names(folder)
    assert _names(Path()) == _names(Path("../reports")) == _names(folder / "b" / "..") == wanted


def test_the_same_folder_twice_is_read_once(folder: Path) -> None:
    assert _names(folder, folder / "b", folder) == _names(folder)


def test_two_files_of_one_name_are_never_taken_for_one(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "reports"
    other.mkdir(parents=True)
    (other / "a.txt").write_bytes(b"y")
    found = [entry for entry in discover([folder, other]) if isinstance(entry, FileToIndex)]
    assert [entry.path for entry in found if entry.name == "reports/a.txt"] == [folder / "a.txt"]
    assert "name of another file" in _reasons(folder, other)["reports/a.txt"]


def test_circles_of_links_end_and_are_reported(folder: Path) -> None:
    (folder / "b" / "up").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "gone.pdf").symlink_to("nowhere.pdf")
    reasons = _reasons(folder)
    assert "read already" in reasons["reports/b/up"]
    assert "symbolic links" in reasons["reports/self"]
    assert "No such file" in reasons["reports/gone.pdf"]
    assert _names(folder) == ["reports/a.txt", "reports/b/one.PDF", "reports/b/two.pdf"]


def test_a_link_does_not_lead_above_the_folder(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("not asked for")
    (folder / "out").symlink_to(folder.parent)
    assert "above" in _reasons(folder)["reports/out"]
    assert "reports/out/secret.txt" not in _names(folder)


def test_links_to_other_folders_are_followed_once(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("x")
    (folder / "l1").symlink_to(other)
    (folder / "l2").symlink_to(other)
    assert [name for name in _names(folder) if name.endswith("x.txt")] == ["reports/l1/x.txt"]


def test_folders_deeper_than_the_stack_of_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("x.txt").write_text("x")
        assert len(_names(tmp_path)) == 1
    finally:
        # shutil, and so pytest, removes folders by recursion.
        subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)


def test_odd_names_become_valid_text(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "naïve 狐\n.txt").write_text("x")
    Path(os.fsdecode(os.fsencode(folder) + b"/bad\xff\xfe.txt")).write_bytes(b"x")
    names = _names(folder)
    assert names == ["f/bad%FF%FE.txt", "f/naïve 狐\n.txt"]
    for name in names:
        name.encode()
    assert all(digest(found.path) for found in discover([folder]) if isinstance(found, FileToIndex))


def test_special_files_are_reported(folder: Path) -> None:
    os.mkfifo(folder / "pipe.pdf")
    assert _reasons(folder)["reports/pipe.pdf"] == "is neither a file nor a folder"


def test_what_is_not_there_is_reported(tmp_path: Path) -> None:
    assert "No such file" in _reasons(tmp_path / "absent")["absent"]


def test_an_unreadable_folder_is_reported_and_the_rest_is_given(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.iterdir

    def refusing(path: Path) -> Iterator[Path]:
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", refusing)
    assert _reasons(folder)["reports/b"] == "cannot be opened: Permission denied"
    assert _names(folder) == ["reports/a.txt"]


def test_digest_is_sha256_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"abc" * 100_000)
    assert digest(path) == hashlib.sha256(b"abc" * 100_000).hexdigest()


def test_digest_of_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="No such file"):
        digest(tmp_path / "absent")
