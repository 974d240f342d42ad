"""What `trovato index` says of folders that change, and `trovato search` gives to a pipe."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from fpdf import FPDF

from trovato.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


def test_moved_and_vanished_files_are_told(tmp_path: Path) -> None:
    folder, place = tmp_path / "in", tmp_path / "c"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"The key of {name} hangs here.")
    run("index", folder, "--to", place)
    (folder / "a.txt").rename(folder / "z.txt")
    (folder / "b.txt").unlink()
    said = run("index", folder, "--to", place).output
    assert "1 moved, and not read again: in/a.txt is now in/z.txt" in said
    assert (
        "1 not there any more, and still found in searches; --prune takes them out: in/b.txt"
        in said
    )
    told = json.loads(run("index", folder, "--to", place, "--prune", "--json").output)
    assert (told["removed"], told["vanished"]) == (["in/b.txt"], [])


def test_exit_status_and_folded_failures(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.pdf").touch()
    done = run("index", folder, "--to", tmp_path / "c")
    assert done.exit_code == 1
    folded = "6 files, each is empty: in/0.pdf, in/1.pdf, in/2.pdf and 3 more"
    assert f"6 could not be read:\n  {folded}" in done.output
    (folder / "a.txt").write_text("words")
    assert run("index", folder, "--to", tmp_path / "c").exit_code == 0


def test_passwords_from_a_file(tmp_path: Path) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica")
    pdf.add_page()
    pdf.text(20, 20, "The safe holds the ledger")
    pdf.set_encryption(owner_password="owner", user_password="seal")
    (tmp_path / "a.pdf").write_bytes(bytes(pdf.output()))
    place = tmp_path / "c"
    refused = run("index", tmp_path / "a.pdf", "--to", place)
    assert refused.exit_code == 1
    assert "is encrypted: it needs a password" in refused.output
    passwords = tmp_path / "words"
    passwords.write_text("wrong\nseal\n\n")
    tried = ("--retry", "--password-file", passwords)
    assert run("index", tmp_path / "a.pdf", "--to", place, *tried).exit_code == 0
    assert "ledger" in run("search", place, "what does the safe hold").output
    passwords.write_text("wrong\n")
    again = run("index", tmp_path / "a.pdf", "--to", tmp_path / "d", *tried)
    assert "needs a password" in again.output


def test_a_pipe_gets_whole_lines(tmp_path: Path) -> None:
    name = "a-name-that-is-longer-than-the-column-of-a-terminal-is-wide.txt"
    text = "The hose is kept beside the second door of the hall, the seal kit right below it."
    (tmp_path / name).write_text(text)
    run("index", tmp_path / name, "--to", tmp_path / "c")
    lines = run("search", tmp_path / "c", "hose").output.splitlines()
    (line,) = [one for one in lines if "hose" in one]
    assert name in line
    assert text in line
