"""What commands print, in a terminal and beyond."""

from __future__ import annotations

import io

import pytest
from rich.table import Table

from trovato.cli.shared.console import printed


def table() -> Table:
    wide = Table(box=None)
    for number in range(12):
        wide.add_column(f"measure {number}")
    wide.add_row(*(f"0.{number:02d} [0.10, 0.90]" for number in range(12)))
    return wide


def test_a_table_in_a_pipe_is_as_wide_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    printed().print(table())
    header, row = capsys.readouterr().out.splitlines()
    assert "measure 11" in header
    assert row.count("[0.10, 0.90]") == 12


def test_a_table_in_a_terminal_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    printed().print(table())
    assert max(map(len, terminal.getvalue().splitlines())) <= 80
