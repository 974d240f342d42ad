"""Reports that commands wrote into a folder: pages and charts."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from trovato.core import PathLike

_MEDIA = {".html": "text/html", ".svg": "image/svg+xml"}
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_BEGINNING = 1 << 16  # bytes, in which a page says its title


@dataclass(frozen=True, slots=True)
class Report:
    """A page or a chart.

    Parameters
    ----------
    name
        Its place in the folder, with `/` between the parts.
    title
        What the page calls itself, else its name.
    changed
        Seconds since 1970.
    media
        Type of its bytes.
    """

    name: str
    title: str
    changed: float
    media: str


class Reports:
    """The reports of a folder, as they are now; what is written there later is listed too.

    Parameters
    ----------
    folder
        With HTML and SVG in it, at any depth; None where there are no reports.
    """

    def __init__(self, folder: PathLike | None = None) -> None:
        self._folder = Path(folder).resolve() if folder is not None else None

    def __bool__(self) -> bool:
        """Whether reports are shown at all."""
        return self._folder is not None

    def all(self) -> list[Report]:
        """The newest first."""
        found = [report for path in self._paths() if (report := self._read(path)) is not None]
        return sorted(found, key=lambda one: (-one.changed, one.name))

    def find(self, name: str) -> tuple[Report, bytes] | None:
        """A report and its bytes; None where none has that name."""
        for path in self._paths():
            if self._name(path) == name:
                report = self._read(path)
                return None if report is None else (report, path.read_bytes())
        return None

    def _paths(self) -> list[Path]:
        """Files of the folder itself; a link that leads out of it leads nowhere."""
        if self._folder is None:
            return []
        return [
            path
            for path in self._folder.rglob("*")
            if path.suffix.lower() in _MEDIA
            and path.is_file()
            and path.resolve().is_relative_to(self._folder)
        ]

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder or path).as_posix()

    def _read(self, path: Path) -> Report | None:
        name = self._name(path)
        try:
            changed = path.stat().st_mtime
            with path.open("rb") as file:
                beginning = file.read(_BEGINNING).decode("utf-8", "replace")
        except OSError:  # gone meanwhile
            return None
        said = _TITLE.search(beginning)
        title = " ".join(html.unescape(said[1]).split()) if said else ""
        return Report(name, title or name, changed, _MEDIA[path.suffix.lower()])
