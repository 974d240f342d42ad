"""Recommenders fitted and asked from Python: plain interactions, and logs with names."""

from collections import namedtuple
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from trovato import recommend
from trovato.__main__ import main
from trovato.core import InvalidInputError, Query, UnreadableFileError
from trovato.interactions.imports import import_log
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import Interactions, fit, load
from trovato.retrieve.recommenders import SequenceRetriever

# Even users like even films. Each has seen all but one of their eight.
SEEN = [
    (f"u{user}", f"film {film}", user + film)
    for user in range(16)
    for film in range(16)
    if film % 2 == user % 2 and film != user
]
MODELS: dict[str, dict[str, Any]] = {
    "item-knn": {"shrinkage": 0.0},
    "ease": {"regularisation": 1.0},
    "slim": {"l1": 0.0, "l2": 20.0},
    "bpr": {"factors": 4, "threads": 1, "iterations": 300, "learning_rate": 0.05},
    "lightgcn": {"factors": 8},
    "ials": {"factors": 4, "regularisation": 0.1, "threads": 1},
}


@pytest.mark.parametrize("model", MODELS)
def test_the_film_that_is_left_comes_first(model: str) -> None:
    fitted = fit(model, SEEN, **MODELS[model])
    for user in range(16):
        assert fitted.recommend(f"u{user}", 1).ids == (f"film {user}",)
    whole = fitted.recommend("u3", 99)
    assert len(whole) == 9
    assert not {film for user, film, _ in SEEN if user == "u3"} & set(whole.ids)
    assert len(fitted.recommend("u3", 99, repeat=True)) == 16
    even = {f"film {number}" for number in range(0, 16, 2)}
    assert set(fitted.similar("film 4", 7).ids) == even - {"film 4"}


@pytest.mark.parametrize("model", ["random", "popularity", *MODELS])
def test_what_is_saved_recommends_the_same(model: str, tmp_path: Path) -> None:
    fitted = fit(model, SEEN, **MODELS.get(model, {}))
    fitted.save(str(tmp_path / "films.npz"))
    again = load(str(tmp_path / "films.npz"))
    assert again.recommend("u5", 5) == fitted.recommend("u5", 5)
    assert again.made == fitted.made
    assert list(again.known.users) == [f"u{number}" for number in range(16)]


def rows_in_form(form: str) -> Any:
    if form == "records":
        seen = namedtuple("seen", "user_id item_id timestamp")
        return [seen(*row) for row in SEEN]
    if form == "dates":
        return [(user, item, date.fromordinal(time + 1)) for user, item, time in SEEN]
    if form == "generator":
        return (row for row in SEEN)
    users, items, times = map(list, zip(*SEEN, strict=True))
    return pytest.importorskip(form).DataFrame(
        {"timestamp": times, "user_id": users, "item_id": items}
    )


@pytest.mark.parametrize("form", ["records", "dates", "generator", "pandas", "polars"])
def test_forms_of_interactions(form: str) -> None:
    wanted, got = Interactions.of(SEEN), Interactions.of(rows_in_form(form))
    assert got.known.users == wanted.known.users
    assert got.catalogue.names == wanted.catalogue.names
    assert np.array_equal(got.histories.items, wanted.histories.items)
    assert np.array_equal(got.histories.offsets, wanted.histories.offsets)


def test_times_order_a_history_and_without_them_rows_do() -> None:
    timed = Interactions.of([(1, "c", 3.5), (1, "a", 1), (2, "b", 9), (1, "b", 2)])
    assert timed.catalogue.text_of(timed.histories[0]) == ["a", "b", "c"]
    untimed = Interactions.of([(1, 30), (1, 10), (2, 9), (1, 20)])
    assert untimed.catalogue.text_of(untimed.histories[0]) == ["30", "10", "20"]
    assert list(untimed.known.users) == ["1", "2"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "nothing to learn from: wanted rows of user_id, item_id"),
        ([("u", "a"), ("u",)], r"row 2: wanted the fields user_id, item_id, \[timestamp\]"),
        ([("u", "a", 1), ("u", "b")], "row 2: wanted 3 fields as in row 1"),
        ([("u", "a"), ("u", 0.5)], "row 2: item_id must be text or a whole number, got 0.5"),
        ([("u", "a", 1), ("u", "b", float("nan"))], "row 2: wanted a timestamp, got nan"),
        ([("u", "a", 1), ("u", "b", "noon")], "each timestamp must be a number, or each a date"),
    ],
)
def test_rows_that_cannot_be_used_are_named(rows: Any, message: str) -> None:
    with pytest.raises(InvalidInputError, match=message):
        fit("popularity", rows)


@pytest.mark.parametrize(
    ("model", "settings", "message"),
    [
        ("ials", {"dim": 8}, r"ials has no setting dim; it has factors \(64\), regularisation"),
        ("popularity", {"factors": 8}, "popularity has no setting factors; it has none"),
        ("als", {}, "no model is called 'als'; use one of random, popularity"),
        ("recent", {}, "recent needs a log"),
        ("popularity", {"positive": "like"}, "are for logs"),
    ],
)
def test_what_does_not_belong_to_a_model(
    model: str, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInputError, match=message):
        fit(model, SEEN, **settings)


@pytest.mark.parametrize("model", recommend.MODELS)
def test_the_settings_of_each_model_are_listed(model: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{model} has no setting oracle") as refused:
        fit(model, SEEN, oracle=1)
    for one in fields(recommend.MODELS[model]):
        assert f" {one.name} ({one.default})" in str(refused.value)


def test_ids_that_are_not_known_and_models_that_compare_nothing() -> None:
    fitted = fit("popularity", SEEN)
    with pytest.raises(
        InvalidInputError, match=r"no user of 16 has the id 'u33': did you mean 'u3'"
    ):
        fitted.recommend("u33")
    with pytest.raises(InvalidInputError, match="ItemScores does not compare items"):
        fitted.similar("film 3")


@pytest.mark.parametrize("model", MODELS)
def test_what_is_asked_must_be_there(model: str) -> None:
    fitted = fit(model, SEEN, **MODELS[model])
    with pytest.raises(InvalidInputError, match=r"no item of 16.*'film': did you mean 'film"):
        fitted.similar("film")
    with pytest.raises(InvalidInputError, match="at least 1"):
        fitted.similar("film 3", 0)
    with pytest.raises(InvalidInputError, match="at least 1"):
        fitted.recommend("u3", 0)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("films")
    lines = ["user_id:token\titem_id:token\ttimestamp:float\trating:float"]
    lines += [f"{user}\t{film}\t{time * 86_400}\t5" for user, film, time in SEEN]
    (place / "films.inter").write_text("\n".join([*lines, ""]))
    import_log("inter", place / "films.inter", place / "log")
    return place / "log"


def test_a_log_is_asked_by_the_names_of_its_source(films: Path, tmp_path: Path) -> None:
    fitted = fit("item-knn", str(films), shrinkage=0.0)
    assert fitted.recommend("u4", 1).ids == ("film 4",)
    assert "film 2" in fitted.similar("film 4", 9).ids
    history = Query(history=("film 2", "film 6"))
    others = SequenceRetriever(fitted.recommender, fitted.items).retrieve(history, 3)
    assert all(int(name.removeprefix("film ")) % 2 == 0 for name in others.ids)
    fitted.save(tmp_path / "knn.npz")
    assert load(tmp_path / "knn.npz").recommend("u4", 5) == fitted.recommend("u4", 5)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return done.output


def test_commands_and_python_read_the_same_files(films: Path, tmp_path: Path) -> None:
    fit("item-knn", InteractionLog.open(films), shrinkage=0.0).save(tmp_path / "python.npz")
    options = ("--model", "item-knn", "--shrinkage", "0", "--to", tmp_path / "command.npz")
    run("recommend", "train", films, *options)
    asked = [
        run("recommend", "items", films, tmp_path / name, "--user", "u4", "--json")
        for name in ("python.npz", "command.npz")
    ]
    assert asked[0] == asked[1]
    assert '"item": "film 4"' in asked[0]
    with pytest.raises(InvalidInputError, match="without users: ask it with the log"):
        load(tmp_path / "command.npz")


def test_a_command_refuses_a_file_that_is_of_no_log(films: Path, tmp_path: Path) -> None:
    fit("popularity", SEEN).save(tmp_path / "plain.npz")
    for command in (("items", "--user", "u4"), ("evaluate",)):
        said = run("recommend", command[0], films, tmp_path / "plain.npz", *command[1:])
        assert "without a log" in " ".join(said.split())


def test_a_file_with_broken_users_is_refused(tmp_path: Path) -> None:
    fit("popularity", SEEN).save(tmp_path / "plain.npz")
    with np.load(tmp_path / "plain.npz") as stored:
        arrays = dict(stored)
    arrays["history_offsets"] = arrays["history_offsets"][:-1]
    np.savez(tmp_path / "broken.npz", **arrays)
    with pytest.raises(UnreadableFileError, match="not a whole recommender"):
        load(tmp_path / "broken.npz")
