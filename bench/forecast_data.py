"""The four logs of `bench/forecast.py`, as counts by week."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from trovato.interactions.bins import CountTable

LOGS = ("wikipedia", "github", "ml-100k", "billboard")


def load(folder: Path, name: str) -> CountTable:
    """One of the logs, of the folder that holds all of them."""
    return {
        "wikipedia": wikipedia,
        "github": github,
        "ml-100k": movielens,
        "billboard": billboard,
    }[name](folder)


def wikipedia(folder: Path) -> CountTable:
    """Views a week; an article counts on days on which it was among the first 1,000."""
    with gzip.open(folder / "wiki-it-weekly" / "views.csv.gz", "rt", newline="") as file:
        rows = ((row["week"], row["item"], float(row["views"])) for row in csv.DictReader(file))
        return CountTable.of(rows, absent="censored")


def github(folder: Path) -> CountTable:
    """Stars gained between snapshots a week apart, of repositories that both hold."""
    snapshots: dict[str, dict[str, int]] = {}
    with gzip.open(folder / "github-stars-weekly" / "stars.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            snapshots.setdefault(row["week"], {})[row["item"]] = int(row["stars"])
    return CountTable.of(_gains(snapshots), absent="missing", bins=_weeks(list(snapshots)[1:]))


def _gains(snapshots: dict[str, dict[str, int]]) -> Iterator[tuple[str, str, float]]:
    for week, stars in snapshots.items():
        before = snapshots.get(str(date.fromisoformat(week) - timedelta(7)), {})
        for item, count in stars.items():
            if item in before:
                yield week, item, float(max(count - before[item], 0))


def _weeks(labels: list[str]) -> list[str]:
    first, last = (date.fromisoformat(pick(labels)) for pick in (min, max))
    return [str(first + timedelta(7 * step)) for step in range((last - first).days // 7 + 1)]


def movielens(folder: Path) -> CountTable:
    """Ratings of films in weeks from the first one on; a week that is not whole is left out."""
    with (folder / "ml-100k" / "ml-100k.inter").open(newline="") as file:
        lines = list(csv.reader(file, delimiter="\t"))[1:]
    first, last = (pick(float(line[3]) for line in lines) for pick in (min, max))
    whole = int((last - first) // 604_800)
    rows = (
        (f"{week:03d}", line[1], 1.0)
        for line in lines
        if (week := int((float(line[3]) - first) // 604_800)) < whole
    )
    return CountTable.of(rows)


def billboard(folder: Path) -> CountTable:
    """101 less the rank, of the charts since 2022; before that there are gaps of decades."""
    with gzip.open(folder / "billboard-hot-100" / "charts.csv.gz", "rt", newline="") as file:
        rows = (
            (row["date"], row["item"], 101.0 - float(row["rank"]))
            for row in csv.DictReader(file)
            if row["date"] >= "2022"
        )
        return CountTable.of(rows)
