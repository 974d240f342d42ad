"""DOS as an arrangement, and its published table."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.recommend.semantic_ids import read_clicks, read_items, train_ids
from trovato.systems.dos import DIFFERENCES, build, reproduce
from trovato.train import GenerativeConfig


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    random = np.random.default_rng(0)
    items, clicks = tmp_path / "items.jsonl", tmp_path / "clicks.csv"
    rows = ({"id": f"i{n}", "embedding": random.standard_normal(8).tolist()} for n in range(40))
    items.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with clicks.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["user_id", "item_id", "timestamp"])
        for user in range(60):
            for time, item in enumerate((random.integers(40) + np.arange(6)) % 40):
                writer.writerow([user, f"i{item}", 100 - time])
    return items, clicks


def test_clicks_stand_in_time_and_are_split(files: tuple[Path, Path]) -> None:
    table = read_items(files[0])
    split = read_clicks(files[1], table.items)
    assert len(split.asked) == 60
    first = split.generator[0].tolist()
    assert [(one - 1) % 40 for one in first[:-1]] == first[1:]
    with pytest.raises(InvalidInputError, match="not among"):
        read_clicks(files[1], read_items(files[0]).items.__class__(["i1"]))


def test_dos_needs_clicks(files: tuple[Path, Path]) -> None:
    with pytest.raises(InvalidInputError, match="give a log"):
        train_ids(read_items(files[0]), "dos")
    with pytest.raises(InvalidInputError, match="no repair"):
        train_ids(read_items(files[0]), repair="glue")
    with pytest.raises(InvalidInputError, match="rq-kmeans has no setting epochs; it has none"):
        train_ids(read_items(files[0]), settings={"epochs": 3})


@pytest.mark.slow
@pytest.mark.needs("torch")
def test_from_items_and_clicks_to_a_recommender(files: tuple[Path, Path]) -> None:
    table = read_items(files[0])
    config = GenerativeConfig(dim=8, width=8, blocks=1, epochs=1)
    settings = {"least_auc": 0.0, "epochs": 2, "warmup_epochs": 2, "whiten": False}
    split = read_clicks(files[1], table.items)
    ids, made = build(table, split, codes=8, repair="digit", settings=settings, config=config)
    assert ids.made["whiten"] is False
    assert made.ids == ids.fingerprint
    assert made.items == len(ids.items) == 40


def test_the_published_table_beside_ours() -> None:
    shown = reproduce({"dos": 0.05})
    assert ["dos", "0.0676", "0.0500"] in shown.rows()
    assert ["das", "0.0511", ""] in shown.rows()
    assert len(shown.columns) == 3
    assert shown.differences == DIFFERENCES
