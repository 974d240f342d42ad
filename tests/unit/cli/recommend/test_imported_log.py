"""A log of other origin, from its file to a report: import, train, evaluate, benchmark."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main
from trovato.core import InvalidInputError, fields, generator
from trovato.interactions.imports import import_log
from trovato.interactions.relevance import rules_met
from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import (
    PROTOCOLS,
    Experiment,
    default_protocol,
    find_protocol,
    fit_model,
    lacks,
    run_benchmark,
)

_DAY = 86_400
_USERS, _ITEMS, _EACH, _WEEKS = 60, 40, 12, 4


def write_inter(path: Path, *, rated: bool = True, weeks: int = _WEEKS) -> None:
    """Even people like even films; each sees every film once at most, in any order of time."""
    random = generator(0, "films")
    rows = []
    for user in range(_USERS):
        for item in random.choice(_ITEMS, _EACH, replace=False):
            time = int(random.integers(weeks * 7 * _DAY))
            rating = 5.0 if user % 2 == item % 2 else 2.0
            rows.append((time, f"u{user}\tfilm {item}\t{time}" + f"\t{rating}" * rated))
    rows[0] = (0, rows[0][1].replace(f"\t{rows[0][0]}", "\t0"))
    head = "user_id:token\titem_id:token\ttimestamp:float" + "\trating:float" * rated
    path.write_text("\n".join([head, *(line for _, line in sorted(rows)), ""]))


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("films")
    write_inter(place / "films.inter")
    done = run("logs", "import", "inter", place / "films.inter", "--to", place / "log", "--quiet")
    assert done.exit_code == 0, done.output
    return place / "log"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def told(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_from_a_file_to_a_report(films: Path, tmp_path: Path) -> None:
    file, page = tmp_path / "knn.npz", tmp_path / "report.html"
    trained = run("recommend", "train", films, "--model", "item-knn", "--to", file)
    assert trained.exit_code == 0, trained.output
    assert "last weeks, version 1: 0 to 2, then 3 to 3; positive is like" in trained.stdout
    shown = run("recommend", "evaluate", films, file)
    assert shown.exit_code == 0, shown.output
    assert "nDCG@20" in shown.stdout
    done = run(
        *("recommend", "benchmark", films, "--models", "popularity,content,item-knn", "--quiet"),
        *("--mask-seen", "--html", page),
    )
    assert done.exit_code == 0, done.output
    assert "content left out: the log has no content vectors" in done.stderr
    report = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert list(report["models"]) == ["popularity", "item-knn"]
    assert list(report["left out"]) == ["content"]
    assert "published elsewhere" not in report
    text = page.read_text("utf-8")
    assert "Left out" in text
    assert "Published by others" not in text
    # What was planted is found: people like what those like who like the same.
    assert report["differences from popularity"]["item-knn"]["nDCG@20"]["low"] > 0.1


def test_a_model_remembers_how_the_log_was_parted(films: Path, tmp_path: Path) -> None:
    file = tmp_path / "popularity.npz"
    two = ("--model", "popularity", "--to", file, "--test-weeks", 2, "--positive", "like")
    assert told("recommend", "train", films, *two)["test weeks"] == 2
    figures = told("recommend", "evaluate", films, file)
    assert figures["protocol"] == "last weeks, version 1: 0 to 1, then 2 to 3"
    # A week less, and the same words would test on what was learnt from.
    shutil.copytree(films, tmp_path / "shorter")
    (tmp_path / "shorter" / "SHA256SUMS").unlink()
    (tmp_path / "shorter" / "interactions" / "week_03.parquet").unlink()
    refused = run("recommend", "evaluate", tmp_path / "shorter", file)
    assert refused.exit_code == 1
    assert "0 to 1, then 2 to 3" in refused.stderr
    assert "train it again" in refused.stderr


@pytest.mark.parametrize(
    ("name", "many", "learns", "tests"),
    [
        ("weeks", 1, (0, 1, 2), (3,)),
        ("weeks", 3, (0,), (1, 2, 3)),
        ("weeks-validation", 1, (0, 1), (2,)),
    ],
)
def test_weeks_are_counted_from_the_end(
    films: Path, name: str, many: int, learns: tuple[int, ...], tests: tuple[int, ...]
) -> None:
    log = InteractionLog.open(films)
    experiment = Experiment.of(log, find_protocol(log, name, test_weeks=many))
    assert int(experiment.trained.sum()) == sum(log.files[week].rows() for week in learns)
    assert len(experiment.test_items.items) == sum(log.files[week].rows() for week in tests)
    assert {part.week for part in experiment.protocol.testing(log)} == set(tests)


@pytest.mark.parametrize(("name", "from_end"), [("last", 1), ("last-validation", 2)])
def test_the_last_rows_of_each_user(films: Path, name: str, from_end: int) -> None:
    log = InteractionLog.open(films)
    experiment = Experiment.of(log, find_protocol(log, name))
    seen: dict[int, list[int]] = {}
    for batch in log.batches([fields.USER, fields.ITEM]):
        for user, item in zip(batch[0].to_pylist(), batch[1].to_pylist(), strict=True):
            seen.setdefault(user, []).append(item)
    ids = experiment.catalogue.ids
    for user, tested in zip(experiment.users.tolist(), experiment.test_items, strict=True):
        assert ids[tested].tolist() == [seen[user][-from_end]]
    assert experiment.trained.tolist() == [_EACH - from_end] * _USERS


def test_what_suits_a_log(films: Path, tmp_path: Path) -> None:
    assert default_protocol(InteractionLog.open(films)) == "weeks"
    write_inter(tmp_path / "short.inter", rated=False, weeks=1)
    short = import_log("inter", tmp_path / "short.inter", tmp_path / "short").logs[""]
    assert default_protocol(short) == "last"
    summary = told(
        *("recommend", "train", tmp_path / "short", "--model", "popularity"),
        *("--to", tmp_path / "p.npz"),
    )
    assert summary["version"] == "leave last out, version 1"
    assert summary["test rows"] == _USERS
    shown = run("recommend", "evaluate", tmp_path / "short", tmp_path / "p.npz")
    assert "AUC not defined" in shown.stdout  # every row is a like
    assert default_protocol(short, test_weeks=2) == "weeks"
    comments = "user,item,timestamp\n" + "".join(
        f"{user},{item},{_DAY * 1000 * item}\n" for user in range(5) for item in range(9)
    )
    (tmp_path / "films_pairs.csv").write_text(comments)
    said = import_log("microlens", tmp_path, tmp_path / "said").logs[""]
    assert list(rules_met(said)) == ["commented"]
    assert find_protocol(said).positive == "commented"


def write_kuairand(folder: Path) -> None:
    said = ("is_like", "is_comment", "is_forward", "is_hate", "is_profile_enter")
    heads = ("user_id", "video_id", "time_ms", "play_time_ms", "tab", *said, "duration_ms")
    lines = [",".join(heads)]
    for user, video, day in visits():
        play = 40_000 if user % 2 == video % 2 else 1_000
        lines.append(
            f"{user},{video},{day * _DAY * 1000},{play},1" + ",0" * len(said) + f",{45_500 + video}"
        )
    (folder / "log_standard_1.csv").write_text("\n".join([*lines, ""]))


def write_yambda(folder: Path) -> None:
    users, items, days = np.array(list(visits())).T
    table = {
        "uid": users.astype(np.uint32),
        "item_id": items.astype(np.uint32),
        "timestamp": (days * _DAY).astype(np.uint32),
        "is_organic": np.ones(len(users), np.uint8),
        "played_ratio_pct": np.where(users % 2 == items % 2, 100, 2).astype(np.uint16),
        "track_length_seconds": np.full(len(users), 180, np.uint32),
    }
    pq.write_table(pa.table(table), folder / "listens.parquet")


def visits() -> Iterator[tuple[int, int, int]]:
    random = generator(0, "visits")
    for user in range(_USERS):
        for item in random.choice(_ITEMS, _EACH, replace=False).tolist():
            yield user, item, int(random.integers(28))


@pytest.mark.parametrize(
    ("form", "write"), [("kuairand", write_kuairand), ("yambda", write_yambda)]
)
def test_logs_with_watch_time(form: str, write: Callable[[Path], None], tmp_path: Path) -> None:
    write(tmp_path)
    log = import_log(form, tmp_path, tmp_path / "log").logs[""]
    experiment = Experiment.of(log, find_protocol(log))
    assert experiment.protocol.positive == "watched"
    assert not experiment.test_positive.all()
    small: dict[str, dict[str, Any]] = {"ials": {"factors": 4}}
    figures = {
        model: run_benchmark(
            fit_model(model, experiment, **small.get(model, {})),
            experiment,
            repeat=False,
            resamples=2,
        )
        for model in ("random", "item-knn", "ials", "conversion")
    }
    assert figures["item-knn"].auc > 0.9 > figures["random"].auc + 0.2
    # It says how long items last, so watch time can be foretold without a table of one's own.
    ids, lengths = (log.items()[name].to_numpy() for name in (fields.ITEM, fields.DURATION))
    assert ids.tolist() == log.item_ids().tolist() == log.ids_in_rows(fields.ITEM).tolist()
    assert set(lengths.tolist()) == ({45} if form == "kuairand" else {180})
    report = told("recommend", "watch", tmp_path / "log")
    assert report["tested"] == len(experiment.test_items.items)
    # And what is made of it keeps the table.
    assert run("logs", "split", tmp_path / "log", "--to", tmp_path / "parts").exit_code == 0
    assert InteractionLog.open(tmp_path / "parts" / "test").items().equals(log.items())
    assert run("logs", "check", tmp_path / "log").output.endswith("No violations.\n")
    refused = run("logs", "subset", tmp_path / "log", "ip0.5", "--to", tmp_path / "popular")
    assert "train_interactions_rank" in refused.stderr


def test_what_is_refused_says_what_to_do(films: Path, tmp_path: Path) -> None:
    train = ("recommend", "train", films, "--to", tmp_path / "m.npz", "--model")
    for words, wanted in (
        (("popularity", "--protocol", "temporal"), "needs the weeks 0 to 26"),
        (("popularity", "--test-weeks", 4), "this one has the weeks 0 to 3: take fewer"),
        (("popularity", "--protocol", "weeks-validation", "--test-weeks", 2), "more than 4"),
        (("popularity", "--protocol", "last", "--test-weeks", 1), "is for weeks and weeks-val"),
        (("popularity", "--positive", "watched"), "rules that rows of this log meet: like"),
        (("content",), "keep them in metadata/item_embeddings.npz"),
    ):
        refused = run(*train, *words)
        assert refused.exit_code == 1
        assert wanted in refused.stderr
    page = ("--models", "content", "--html", tmp_path / "page.html", "--quiet")
    assert "no model can be fitted" in run("recommend", "benchmark", films, *page).stderr
    assert not list(tmp_path.iterdir())
    log = InteractionLog.open(films)
    with pytest.raises(InvalidInputError, match="no protocol is called 'days'"):
        find_protocol(log, "days")
    with pytest.raises(InvalidInputError, match="week 0 only"):
        Experiment.of(log.weeks(0, 0), PROTOCOLS["random"])
    with pytest.raises(InvalidInputError, match="finds 0 rows to learn from"):
        Experiment.of(log.weeks(3, 3), find_protocol(log))


def test_tables_can_come_one_by_one(films: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(films, tmp_path / "log"))
    ids = InteractionLog.open(folder).item_ids()
    vectors = np.eye(2, dtype=np.float16)[ids % 2]
    np.savez(folder / "metadata" / "item_embeddings.npz", item_id=ids[::-1], embedding=vectors)
    log = InteractionLog.open(folder)
    assert not log.has_table(fields.USER)
    assert len(log.user_ids()) == _USERS
    with pytest.raises(InvalidInputError, match="no table of users"):
        log.users()
    experiment = Experiment.of(log, find_protocol(log))
    assert lacks("content", experiment) is None
    assert fit_model("content", experiment).items == len(ids)


def test_items_that_come_again_count_once_as_neighbours(tmp_path: Path) -> None:
    rows = [
        f"{user}\t{item}\t{_DAY * place}" for user in "ab" for place, item in enumerate("xyxyz")
    ]
    head = "user_id:token\titem_id:token\ttimestamp:float"
    (tmp_path / "again.inter").write_text("\n".join([head, *rows, ""]))
    log = import_log("inter", tmp_path / "again.inter", tmp_path / "log").logs[""]
    experiment = Experiment.of(log, find_protocol(log, "last"))
    assert experiment.histories.lengths.tolist() == [4, 4]
    assert experiment.histories.distinct().lengths.tolist() == [2, 2]
    model: Any = fit_model("item-knn", experiment, shrinkage=0.0)
    assert model.similarities.max() <= 1
