"""Say which installed packages have another version than a file of constraints.

python tools/moved_versions.py constraints.txt
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PIN = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)


def moved(constraints: str) -> list[str]:
    """A line for each package whose installed version is none of those that are pinned for it."""
    pins: dict[str, list[str]] = defaultdict(list)
    for name, pinned in PIN.findall(constraints):
        pins[name].append(pinned)
    lines = []
    for name, pinned in pins.items():
        try:
            installed = version(name).partition("+")[0]
        except PackageNotFoundError:
            continue
        if installed not in pinned:
            lines.append(f"{name} {' or '.join(pinned)} -> {installed}")
    return lines


if __name__ == "__main__":
    found = moved(Path(sys.argv[1]).read_text("utf-8"))
    print(*(found or ["no version moved"]), sep="\n")
