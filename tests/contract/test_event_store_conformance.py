"""Every store of events keeps the laws."""

from pathlib import Path

from trovato.annotate import SQLiteEventStore
from trovato.testing import check_event_store


def test_sqlite(tmp_path: Path) -> None:
    place = tmp_path / "made.judged"
    check_event_store(lambda: SQLiteEventStore(place, create=True), lambda: SQLiteEventStore(place))
