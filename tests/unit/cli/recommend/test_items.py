"""`trovato recommend items`, and the people behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions.splits.subset import Subset
from trovato.interactions.splits.write import write_subset
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names
from trovato.ops import NO_ITEM
from trovato.recommend import UserBatch, recommend
from trovato.retrieve.recommenders import ItemIds, load_recommender

_DAY = 86_400
_USERS, _FILMS, _EACH = 30, 24, 8


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Users with an even number like films with an even number; u0 sees film 2 last."""
    place = tmp_path_factory.mktemp("films")
    lines = ["user_id:token\titem_id:token\ttimestamp:float\trating:float"]
    for step in range(_EACH):
        for user in range(_USERS):
            film = (user + 5 * step) % _FILMS
            rating = 5 if user % 2 == film % 2 else 1
            lines.append(f"u{user}\tfilm {film}\t{step * 3 * _DAY + user}\t{rating}")
    lines.append(f"u0\tfilm 2\t{_EACH * 3 * _DAY}\t5")
    (place / "films.inter").write_text("\n".join([*lines, ""]))
    for done in (
        run("logs", "import", "inter", place / "films.inter", "--to", place / "log", "--quiet"),
        run("recommend", "train", place / "log", "--model", "item-knn", "--to", place / "knn.npz"),
        run("recommend", "train", place / "log", "--model", "popularity", "--to", place / "p.npz"),
    ):
        assert done.exit_code == 0, done.output
    return place


def told(*arguments: object) -> Any:
    done = run("recommend", "items", *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_items_and_reasons_have_their_names(films: Path) -> None:
    found = told(films / "log", films / "knn.npz", "--user", "u3", "--user", "u4", "--count", 3)
    assert found["model"] == "item-knn"
    assert [one["user"] for one in found["users"]] == ["u3", "u4"]
    for one, odd in zip(found["users"], (1, 0), strict=True):
        assert len(one["items"]) == 3
        scores = [item["score"] for item in one["items"]]
        assert scores == sorted(scores, reverse=True)
        for item in one["items"]:
            # What was planted: people get films of their kind, because of films of their kind.
            assert int(item["item"].split()[1]) % 2 == odd
            assert item["because of"]
            for cause in item["because of"]:
                assert int(cause["item"].split()[1]) % 2 == odd
                assert cause["score lost without"] > 0
    shown = run("recommend", "items", films / "log", films / "knn.npz", "--user", "u3")
    assert shown.exit_code == 0, shown.output
    assert "u3: 4 items in the history (like), by item-knn" in shown.stdout
    assert "film 1" in shown.stdout


def test_a_history_goes_to_the_last_row(films: Path) -> None:
    log = InteractionLog.open(films / "log")
    assert len(log.numbers) > 1  # the last week was not learnt from
    found = told(films / "log", films / "knn.npz", "--user", "u0", "--repeat", "--count", 24)
    causes = {cause["item"] for item in found["users"][0]["items"] for cause in item["because of"]}
    assert "film 2" in causes
    assert len(found["users"][0]["items"]) == 24  # those of the history too
    named = told(films / "log", films / "knn.npz", "--user", "u0", "--count", 24)["users"][0]
    items = [item["item"] for item in named["items"]]
    assert "film 2" not in items  # of the history
    assert len(items) < 24 - named["history"]  # nor what was shown and not liked


def test_popularity_has_no_reasons(films: Path) -> None:
    found = told(films / "log", films / "p.npz", "--user", "u3")
    assert all(item["because of"] == [] for item in found["users"][0]["items"])
    shown = run("recommend", "items", films / "log", films / "p.npz", "--user", "u3")
    assert "–" in shown.stdout


def test_everybody_in_a_file(films: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.parquet"
    done = run(
        *("recommend", "items", films / "log", films / "knn.npz"), "--to", target, "--count", 5
    )
    assert done.exit_code == 0, done.output
    assert done.stdout == f"150 items for 30 users: {target}\n"
    rows = pq.read_table(target).to_pylist()
    assert [row["rank"] for row in rows[:6]] == [1, 2, 3, 4, 5, 1]
    one = told(films / "log", films / "knn.npz", "--user", "u7", "--count", 5)["users"][0]
    mine = [row for row in rows if row["user_id"] == "u7"]
    assert [row["item_id"] for row in mine] == [item["item"] for item in one["items"]]
    assert [row["score"] for row in mine] == [item["score"] for item in one["items"]]


def test_numbers_where_there_are_no_names(films: Path, tmp_path: Path) -> None:
    """The same log without its names."""
    copy = tmp_path / "log"
    (copy / "interactions").mkdir(parents=True)
    for week in (films / "log" / "interactions").glob("*.parquet"):
        (copy / "interactions" / week.name).write_bytes(week.read_bytes())
    assert told(copy, films / "knn.npz", "--user", "7", "--count", 2)["users"][0]["user"] == "7"
    target = tmp_path / "all.parquet"
    told(copy, films / "knn.npz", "--to", target)
    assert str(pq.read_schema(target).field("user_id").type) == "uint32"
    refused = run("recommend", "items", copy, films / "knn.npz", "--user", "u7")
    assert refused.exit_code == 1
    assert "no user of this log is called 'u7': wanted a name such as 17" in refused.stderr
    refused = run("recommend", "items", copy, films / "knn.npz", "--user", "4000000")
    assert "the log knows no user 4000000" in refused.stderr


def test_what_is_refused(films: Path, tmp_path: Path) -> None:
    refused = run("recommend", "items", films / "log", films / "knn.npz")
    assert refused.exit_code == 2
    assert "--user" in refused.stderr
    assert "--to" in refused.stderr
    refused = run("recommend", "items", films / "log", films / "knn.npz", "--user", "nobody")
    assert refused.exit_code == 1
    assert "no user of this log is called 'nobody': wanted a name such as u0" in refused.stderr
    absent = tmp_path / "absent" / "all.parquet"
    refused = run("recommend", "items", films / "log", films / "knn.npz", "--to", absent)
    assert "there is no folder" in refused.stderr


def test_another_log_is_refused(films: Path) -> None:
    catalogue = ItemIds.of(np.array([500, 501], np.uint32))
    with pytest.raises(InvalidInputError, match="none of the items"):
        UserBatch.of(InteractionLog.open(films / "log"), catalogue, "like")


def test_the_ranking_is_that_of_all_scores(films: Path) -> None:
    recommender, catalogue, _ = load_recommender(films / "knn.npz")
    people = UserBatch.of(InteractionLog.open(films / "log"), catalogue, "like")
    heard = list[tuple[object, ...]]()
    blocks = list(recommend(recommender, people, 30, progress=lambda *told: heard.append(told)))
    assert heard[-1] == ("ranking", _USERS, _USERS)
    for block in blocks:
        for row, places in enumerate(block.places):
            history = people.histories.take(np.array([block.first + row]))
            scores = recommender.score(history).tile(0, len(catalogue))[0]
            order = np.argsort(-scores, kind="stable")
            shown = people.seen[block.first + row]
            assert set(history.items) <= set(shown)
            wanted = order[~np.isin(order, shown)]
            assert places[places != NO_ITEM].tolist() == wanted.tolist()


def test_names_go_with_a_subset(films: Path, tmp_path: Path) -> None:
    write_subset(InteractionLog.open(films / "log"), Subset.named("ur0.5"), tmp_path / "half")
    names = Names(InteractionLog.open(tmp_path / "half"), fields.USER)
    assert len(names) == _USERS
    assert names.of(names.ids(["u3", "u4"]).tolist()) == ["u3", "u4"]
    (tmp_path / "half" / "metadata" / "user_names.parquet").write_bytes(b"damaged")
    with pytest.raises(UnreadableFileError, match="user_names"):
        Names(InteractionLog.open(tmp_path / "half"), fields.USER)
