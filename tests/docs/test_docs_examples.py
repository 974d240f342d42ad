"""What the pages show is run: Python as it stands, commands as far as their options."""

import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path

import click
import fpdf
import pytest

from trovato import Library
from trovato.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NOT_RUN = re.compile(r"<!-- not run: [^>]+ -->\n\Z")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(path: Path, language: str) -> list[tuple[int, str]]:
    """The line on which each block of `language` starts, and the block.

    What needs another machine or a package that is not here stands below `<!-- not run: why -->`.
    """
    text = path.read_text("utf-8")
    return [
        (text.count("\n", 0, found.start(2)), found[2])
        for found in BLOCK.finditer(text)
        if found[1] == language and not NOT_RUN.search(text, 0, found.start())
    ]


def having(language: str) -> list[Path]:
    return [path for path in PAGES if blocks(path, language)]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the pages speak of: `reports`, their collection, `shop`, `models` …"""
    place = tmp_path_factory.mktemp("reader")
    reports = place / "reports"
    reports.mkdir()
    annual = fpdf.FPDF()
    annual.set_creation_date(datetime(2021, 3, 1, tzinfo=UTC))
    annual.add_page()
    annual.set_font("Helvetica")
    annual.write(text="In 2015 annual revenue did grow by 12 per cent.")
    annual.output(str(reports / "annual.pdf"))
    shutil.copy(ROOT / "examples" / "documents" / "glossary.txt", reports)
    for folder in ("shop", "models/colbert", "trained", "trained-int8", "pages"):
        (place / folder).mkdir(parents=True)
    (place / "examples").symlink_to(ROOT / "examples")
    with Library.create(place / "reports.trovato") as library:
        library.add([reports])
    return place


def with_packages(path: Path) -> object:
    """The page, marked with the package that its examples need."""
    heavy = {
        "reading-files.md": "rapidocr",
        "recommend.md": "torch",
        "forecast.md": "lightgbm",
    }.get(path.name)
    return pytest.param(path, id=path.name, marks=pytest.mark.needs(heavy) if heavy else ())


@pytest.mark.parametrize("path", [with_packages(path) for path in having("python")])
def test_python_runs_from_top_to_bottom(
    path: Path,
    prepared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = tmp_path / "reader"
    shutil.copytree(prepared, place, symlinks=True)
    monkeypatch.chdir(place)
    names: dict[str, object] = {"__name__": "__main__"}
    for line, block in blocks(path, "python"):
        # Empty lines in front, so that a failure names the line of the page.
        exec(compile("\n" * line + block, str(path), "exec"), names)
    for thing in names.values():
        if isinstance(thing, Library):
            thing.close()
    if any("print(" in block for _, block in blocks(path, "python")):
        assert capsys.readouterr().out.strip()  # there was something to find


@pytest.mark.parametrize("path", having("sh"), ids=lambda path: path.name)
def test_commands_parse(path: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(prepared)
    monkeypatch.setenv("HOME", str(prepared))
    for _, block in blocks(path, "sh"):
        for line in block.splitlines():
            check_command(shlex.split(line, comments=True))


def check_command(words: list[str]) -> None:
    match words:
        case ["trovato", name, *rest]:
            arguments = [str(Path(word).expanduser()) for word in rest]
            main.commands[name].make_context(name, arguments)
        case ["make", target]:
            assert f"\n{target}:" in (ROOT / "Makefile").read_text("utf-8")
        case ["pip", "install", _] | []:
            pass
        case _:
            raise AssertionError(f"no check for {shlex.join(words)}")


def test_a_misspelt_option_is_noticed() -> None:
    with pytest.raises(click.UsageError):
        check_command(["trovato", "search", "reports.trovato", "question", "--were", "year>=2010"])


def test_every_page_with_python_is_here() -> None:
    fences = {path for path in PAGES if "```py" in path.read_text("utf-8")}
    assert fences == set(having("python"))
    assert len(fences) >= 7
