"""`trovato serve` says where it is and how it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from trovato.__main__ import main
from trovato.annotate import Project


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser was sent to; nothing is served."""
    found: list[str] = []

    def served(_: Any, *, ready: Any, **__: Any) -> None:
        ready("http://127.0.0.1:8420")

    monkeypatch.setattr("trovato.web.command.serve_app", served)
    monkeypatch.setattr("webbrowser.open", found.append)
    return found


def test_it_says_how_to_stop_it_and_opens_the_browser(tmp_path: Path, opened: list[str]) -> None:
    Project.create(tmp_path / "policy.judged", "ada").close()
    words = ["serve", str(tmp_path / "policy.judged"), "--reports", str(tmp_path)]
    kept = ["--workspace", str(tmp_path / "w.db")]
    result = CliRunner().invoke(main, [*words, *kept])
    assert result.exit_code == 0, result.output
    assert "Ctrl+C stops it." in result.stderr
    assert "policy.judged at http://127.0.0.1:8420" in result.stdout
    assert opened == []
    CliRunner().invoke(main, [*words, *kept, "--open"])
    assert [one.startswith("http://127.0.0.1:8420") for one in opened] == [True]


def test_it_wants_something_to_serve() -> None:
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 2
    assert "--reports" in result.stderr
