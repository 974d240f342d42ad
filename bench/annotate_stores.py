"""Many people save at once: in SQLite, and in PostgreSQL.

python bench/annotate_stores.py [postgresql://user@host:port/database]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from trovato.annotate import (
    Document,
    EventStore,
    PostgresEventStore,
    Project,
    SettingsSet,
    SQLiteEventStore,
)
from trovato.annotate.simulate import simulate

PEOPLE, SAVES = 20, 500
QUERIES, DEPTH = 50, 100


def measure(name: str, store: EventStore) -> None:
    """Twenty scripted people, each with up to 500 grades, over one store as behind one server."""
    with Project.create(store, "ada", SettingsSet(overlap=1.0)) as project:
        documents = [f"d{at}" for at in range(QUERIES * DEPTH)]
        project.add_documents(Document(one, f"text of {one}") for one in documents)
        project.add_queries({f"q{at}": f"query {at}" for at in range(QUERIES)}, "ada")
        run = {f"q{at}": documents[at * DEPTH : (at + 1) * DEPTH] for at in range(QUERIES)}
        project.add_run(run, "run", "ada", depth=DEPTH)
        begun = time.process_time()
        report = simulate(project, {}, annotators=PEOPLE, saves=SAVES)
        cpu = time.process_time() - begun
        over = [one for one in project.store.pool() if one.judged > one.wanted]
        print(
            f"{name:11} {report.saved:7,} saves, {report.conflicts} refused, "
            f"{report.seconds:.1f} s, {report.saved / report.seconds:.0f} a second, "
            f"p50 {report.p50_ms:.1f} ms, p95 {report.p95_ms:.1f} ms, {cpu:.0f} CPU s; "
            f"judged more than wanted: {len(over)}; contradictions: {len(project.verify())}"
        )


def main() -> None:
    """Measure both, or SQLite alone where no server is named."""
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", SQLiteEventStore(Path(folder) / "made.judged", create=True))
    for url in sys.argv[1:]:
        measure("PostgreSQL", PostgresEventStore(url, f"bench_{time.time_ns()}", create=True))


if __name__ == "__main__":
    main()
