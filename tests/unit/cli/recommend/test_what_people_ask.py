"""What people ask of recommenders on their own logs, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.recommend import fit

# Odd users like animals, even ones films; one dislikes what everybody likes; one likes nothing.
RATINGS = [
    *((f"u{n}", "hit", 5) for n in range(12)),
    *((f"fan{n}", "second", 5) for n in range(8)),
    ("hater", "hit", 1),
    ("hater", "film0", 5),
    *((f"u{n}", f"{'animal' if n % 2 else 'film'}{k}", 5) for n in range(12) for k in range(4)),
    ("grump", "animal0", 1),
    ("u0", "animal9", 5),  # last of all: to test on
]


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def told(*words: object) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def write(path: Path, ratings: list[tuple[str, str, int]]) -> Path:
    lines = (f"{user},{item},{rating},{n}" for n, (user, item, rating) in enumerate(ratings))
    path.write_text("\n".join(["user,item,rating,time", *lines, ""]))
    return path


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("asked")
    source = write(place / "ratings.csv", RATINGS)
    (place / "titles.csv").write_text("item,title\nhit,The Hit\n")
    titles = ("--titles", place / "titles.csv")
    assert run("logs", "import", "csv", source, "--to", place / "log", *titles).exit_code == 0
    for model in ("popularity", "item-knn", "ials"):
        words = ("--model", model, "--protocol", "last", "--to", place / f"{model}.npz")
        assert run("recommend", "train", place / "log", *words, "--quiet").exit_code == 0
    return place


def items(place: Path, model: str, user: str, *more: object) -> list[str]:
    words = ("recommend", "items", place / "log", place / f"{model}.npz", "--user", user)
    return [one["item"] for one in told(*words, *more)["users"][0]["items"]]


@pytest.mark.parametrize("model", ["popularity", "item-knn", "ials"])
def test_what_somebody_disliked_does_not_come_back(place: Path, model: str) -> None:
    found = items(place, model, "hater", "--count", 20)
    assert found
    assert not {"hit", "film0"} & set(found)
    assert "hit" in items(place, model, "hater", "--count", 20, "--repeat")


def test_from_python_neither(place: Path) -> None:
    fitted = fit("popularity", place / "log", protocol="last")
    assert "hit" not in fitted.recommend("hater", 20).ids
    assert fitted.recommend("hater", 1, repeat=True).ids == ("hit",)
    fitted.save(place / "saved.npz")
    from trovato.recommend import load

    assert "hit" not in load(place / "saved.npz").recommend("hater", 20).ids


@pytest.mark.parametrize("model", ["item-knn", "ials"])
def test_somebody_who_liked_nothing_gets_what_most_like(place: Path, model: str) -> None:
    assert items(place, model, "grump", "--count", 2) == ["hit", "second"]


def test_titles_are_shown(place: Path) -> None:
    words = ("recommend", "items", place / "log", place / "popularity.npz", "--user", "grump")
    assert "The Hit (hit)" in run(*words).stdout
    assert told(*words)["users"][0]["items"][0]["title"] == "The Hit"


def test_only_some_items(place: Path) -> None:
    (place / "some.txt").write_text("second\nfilm1\n\nunknown\n")
    only = items(place, "popularity", "grump", "--only", place / "some.txt")
    assert only == ["second", "film1"]
    rest = items(place, "popularity", "grump", "--exclude", place / "some.txt", "--count", 99)
    assert not set(only) & set(rest)
    assert rest[0] == "hit"
    (place / "none.txt").write_text("unknown\n")
    refused = run(
        *("recommend", "items", place / "log", place / "popularity.npz", "--user", "u1"),
        *("--only", place / "none.txt"),
    )
    assert refused.exit_code == 1
    assert "names no item that the model knows" in refused.stderr


def test_evaluation_hides_what_was_shown(place: Path) -> None:
    words = ("recommend", "evaluate", place / "log", place / "popularity.npz")
    default, masked, free = (told(*words, *one) for one in ([], ["--mask-seen"], ["--repeat"]))
    assert default["slices"] == masked["slices"]
    assert default["slices"] != free["slices"]
    assert default["seen items masked"]
    assert not free["seen items masked"]


def test_lists_made_elsewhere_are_measured(place: Path) -> None:
    lists = {"user_id": ["u0", "u0", "u1"], "item_id": ["second", "animal9", "film0"]}
    for name, column in (("rank", [2, 1, 1]), ("score", [0.1, 0.9, 0.9])):
        path = place / f"{name}.parquet"
        pq.write_table(pa.table({**lists, name: column}), path)
        words = ("recommend", "evaluate", place / "log", path, "--protocol", "last")
        found = told(*words, "--measures", "R@1,RR@5")["slices"]["all"]
        users = found["users"]
        assert found["means"]["R@1"]["mean"] == pytest.approx(1 / users)
    pq.write_table(pa.table({"user_id": ["x"], "item_id": ["y"]}), place / "other.parquet")
    refused = run("recommend", "evaluate", place / "log", place / "other.parquet")
    assert refused.exit_code == 1
    assert "knows none of the users and items" in refused.stderr


def test_a_model_keeps_to_its_items_in_a_log_that_numbers_them_anew(
    place: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "again.csv", RATINGS[::-1])
    words = ("logs", "import", "csv", source, "--to", tmp_path / "log", "--quiet")
    assert run(*words).exit_code == 0
    for model in ("popularity", "item-knn", "ials"):
        asked = ("recommend", "items", tmp_path / "log", place / f"{model}.npz", "--user", "u1")
        anew = [one["item"] for one in told(*asked, "--count", 3)["users"][0]["items"]]
        assert anew == items(place, model, "u1", "--count", 3)
