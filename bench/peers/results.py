"""What was measured, kept on disk between runs, and shown as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

OURS = "trovato"
HEADER = (
    f"{'engine':<23}{'setting':<26}{'recall@10':>10}{'CPU ms':>9}{'wall ms':>9}{'ratio':>7}"
    f"{'B/token':>9}{'build CPU s':>13}{'peak MB':>9}  measured"
)


@dataclass(frozen=True)
class Outcome:
    """One engine on one data set with a number of threads.

    Parameters
    ----------
    engine, data, threads, queries
        What was asked for.
    run
        When it was measured, and the machine's load then.
    boot
        Which start of the machine it was measured in.
    built
        Build CPU and wall seconds, peak MB and bytes per token; empty if the build failed.
    points
        One entry per operating point that was reached: setting, recall, times.
    failure
        Why it ended early, or None.
    """

    engine: str
    data: str
    threads: int
    queries: int
    run: str
    boot: str
    built: dict[str, float] = field(default_factory=dict)
    points: list[dict[str, Any]] = field(default_factory=list)
    failure: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def boot_id() -> str:
    """Changes when the machine restarts; empty where that is not known."""
    known = Path("/proc/sys/kernel/random/boot_id")
    return known.read_text().strip() if known.is_file() else ""


@dataclass(frozen=True)
class Kept:
    """Outcomes of earlier runs on this machine, a file each."""

    folder: Path

    def find(self, engine: str, data: str, threads: int, queries: int) -> Outcome | None:
        """The outcome of the same question, if the machine has not restarted since."""
        path = self._path(engine, data, threads)
        if not path.is_file():
            return None
        outcome = Outcome(**json.loads(path.read_text()))
        same = outcome.queries == queries and outcome.boot == boot_id()
        return outcome if same else None

    def add(self, outcome: Outcome) -> None:
        """Keep an outcome instead of any earlier one."""
        path = self._path(outcome.engine, outcome.data, outcome.threads)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(outcome.to_json(), indent=1))

    def _path(self, engine: str, data: str, threads: int) -> Path:
        return self.folder / data / f"{engine.replace(' ', '_')}-{threads}.json"


def show(outcomes: list[Outcome], fresh: set[int]) -> None:
    """Print a table, and what failed below it."""
    print(HEADER)
    for outcome in outcomes:
        for point in outcome.points:
            print(_line(outcome, point, _best_peer(outcomes, point["recall"]), fresh))
    for outcome in outcomes:
        if outcome.failure:
            print(f"{outcome.engine}: {outcome.failure}")
    print(flush=True)


def _best_peer(outcomes: list[Outcome], recall: float) -> float | None:
    """CPU ms of the fastest peer of at least this recall."""
    times = [point["cpu_ms"] for point in _peers(outcomes) if point["recall"] >= recall]
    return min(times, default=None)


def _peers(outcomes: list[Outcome]) -> Iterator[dict[str, Any]]:
    for outcome in outcomes:
        if outcome.engine.split()[0] != OURS:
            yield from outcome.points


def _line(outcome: Outcome, point: dict[str, Any], peer: float | None, fresh: set[int]) -> str:
    built = outcome.built
    ratio = f"{peer / point['cpu_ms']:.2f}" if peer else "-"
    measured = "this run" if id(outcome) in fresh else outcome.run
    return (
        f"{outcome.engine:<23}{point['setting']:<26}{point['recall']:>10.4f}"
        f"{point['cpu_ms']:>9.1f}{point['wall_ms']:>9.1f}{ratio:>7}"
        f"{built['bytes_per_token']:>9.0f}{built['build_cpu_s']:>13.1f}"
        f"{built['build_peak_mb']:>9.0f}  {measured}"
    )
