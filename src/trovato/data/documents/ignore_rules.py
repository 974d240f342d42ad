"""Which files of a folder a user does not want, in the language of `.gitignore`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from trovato.core import UnreadableFileError
from trovato.data.documents.plain.encoding import decode

IGNORE_FILE = ".trovatoignore"


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    folders_only: bool
    keeps: bool


class IgnoreRules:
    """Patterns, the last one that fits a path decides.

    `*` and `?` stand for characters other than `/`, `**` also for those, `[…]` for one of a set. A
    pattern with a `/` that is not its last character is meant from the folder on, another at any
    depth. One that ends in `/` is for folders alone. `!` takes back what an earlier one left out.
    Empty lines, and lines that begin with `#`, say nothing. Source: gitignore(5).

    Parameters
    ----------
    lines
        Patterns, one each.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules = [rule for line in lines if (rule := _rule(line)) is not None]

    @classmethod
    def of_folder(cls, folder: Path) -> IgnoreRules:
        """Those of the folder's `.trovatoignore`; none where there is no such text."""
        try:
            return cls(decode((folder / IGNORE_FILE).read_bytes())[0].splitlines())
        except (OSError, UnreadableFileError):
            return cls(())

    def __bool__(self) -> bool:
        return bool(self._rules)

    def leaves_out(self, path: str, *, folder: bool) -> bool:
        """Whether a path, from the folder of the rules on and with `/`, is not wanted.

        Examples
        --------
        >>> rules = IgnoreRules(["drafts/", "*.log", "!keep.log"])
        >>> [rules.leaves_out(path, folder=False) for path in ("a/b.log", "keep.log")]
        [True, False]
        """
        out = False
        for rule in self._rules:
            if (folder or not rule.folders_only) and rule.pattern.fullmatch(path):
                out = not rule.keeps
        return out


def _rule(line: str) -> _Rule | None:
    text = line.strip()
    if not text or text.startswith("#"):
        return None
    keeps = text.startswith("!")
    text = text.removeprefix("!").removeprefix("\\")
    folders_only = text.endswith("/")
    text = text.rstrip("/")
    start = "" if "/" in text else "(?:.*/)?"
    return _Rule(re.compile(start + _expression(text.lstrip("/"))), folders_only, keeps)


def _expression(pattern: str) -> str:
    """The regular expression of a pattern."""
    parts = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    found = []
    for piece in re.findall(r"\*\*/|\*\*|\*|\?|\[[^]/]+\]|.", pattern, re.DOTALL):
        if len(piece) > 2 and piece.startswith("["):
            inside = piece[1:-1].replace("\\", r"\\")
            found.append(f"[^/{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]")
        else:
            found.append(parts.get(piece) or re.escape(piece))
    return "".join(found)
