"""Tables as people have them: any names, compressed, in any unit, with titles, and growing."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from trovato.__main__ import main
from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions import (
    EventSplit,
    ImportOptions,
    InteractionLog,
    import_log,
    open_parts,
    validate,
    write_split,
)
from trovato.interactions.imports.times import unit_of
from trovato.interactions.storage.source_ids import Names, read_titles

DAY = 86_400
START = 1_700_006_400  # 2023-11-15, midnight in Greenwich
ROWS = [(f"u{n % 3}", f"film {n % 7}", n % 11, START + n * 3600) for n in range(100)]


def write_csv(path: Path, heads: str = "userId,movieId,rating,timestamp", times: int = 1) -> Path:
    lines = (f"{user},{item},{rating},{time * times}" for user, item, rating, time in ROWS)
    path.write_text("\n".join([heads, *lines, ""]))
    return path


def bring(source: Path, folder: Path, days: int = 7, **options: object) -> InteractionLog:
    made = import_log("csv", source, folder, days=days, options=ImportOptions(**options))  # type: ignore[arg-type]
    return made.logs[""]


def rows(log: InteractionLog) -> list[tuple[str, str, bool]]:
    users, items = Names(log, fields.USER), Names(log, fields.ITEM)
    table = pa.Table.from_batches(log.batches([fields.USER, fields.ITEM, "like"])).to_pydict()
    return list(
        zip(users.of(table["user_id"]), items.of(table["item_id"]), table["like"], strict=True)
    )


EXPECTED = [(user, item, rating >= 4) for user, item, rating, _ in ROWS]


@pytest.mark.parametrize(
    "heads",
    ["userId,movieId,rating,timestamp", "Customer ID,Product-ID,Stars,date", "uid,asin,overall,ts"],
)
def test_usual_names_are_found(heads: str, tmp_path: Path) -> None:
    log = bring(write_csv(tmp_path / "ratings.csv", heads), tmp_path / "log")
    assert rows(log) == EXPECTED
    assert len(log.files) == 1


def test_other_names_are_given(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "sales.csv", "buyer,sku,grade,day")
    with pytest.raises(InvalidInputError, match=r"is the user\? Say it with --user; it has buyer"):
        bring(source, tmp_path / "log")
    with pytest.raises(InvalidInputError, match="no column 'stars'"):
        bring(source, tmp_path / "log", user="buyer", item="sku", rating="stars")
    log = bring(
        source,
        tmp_path / "log",
        user="buyer",
        item="sku",
        rating="grade",
        time="day",
        like_from=8.0,
    )
    assert [like for *_, like in rows(log)] == [rating >= 8 for _, _, rating, _ in ROWS]


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)]
)
def test_compressed_files(suffix: str, compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "ratings.csv")
    packed = tmp_path / f"ratings.csv{suffix}"
    packed.write_bytes(compress(plain.read_bytes()))
    assert rows(bring(packed, tmp_path / "log")) == EXPECTED
    packed.write_bytes(compress(plain.read_bytes())[:-20])
    with pytest.raises(UnreadableFileError, match="ratings"):
        bring(packed, tmp_path / "cut")


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_other_signs_between_columns(delimiter: str, tmp_path: Path) -> None:
    source = write_csv(tmp_path / "ratings.csv")
    source.write_text(source.read_text().replace(",", delimiter))
    assert rows(bring(source, tmp_path / "log")) == EXPECTED


def test_parquet(tmp_path: Path) -> None:
    users, items, ratings, times = zip(*ROWS, strict=True)
    table = {"user_id": users, "item_id": items, "rating": ratings}
    pq.write_table(pa.table({**table, "time": times}), tmp_path / "a.parquet")
    assert rows(bring(tmp_path / "a.parquet", tmp_path / "a")) == EXPECTED
    moments = pa.array(times, pa.int64()).cast(pa.timestamp("s"))
    pq.write_table(pa.table({**table, "time": moments}), tmp_path / "b.parquet")
    assert rows(bring(tmp_path / "b.parquet", tmp_path / "b")) == EXPECTED


@pytest.mark.parametrize("times", [1, 1000, 10**6, 10**9])
def test_units_of_time(times: int, tmp_path: Path) -> None:
    log = bring(write_csv(tmp_path / "ratings.csv", times=times), tmp_path / "log", days=1)
    assert len(log.files) == 5
    assert rows(log) == EXPECTED


@given(st.integers(100_000_000, 90_000_000_000), st.sampled_from([("s", 1), ("ms", 10**3)]))
def test_a_unit_is_known_by_the_year(seconds: int, unit: tuple[str, int]) -> None:
    import numpy as np

    assert unit_of(np.array([float(seconds * unit[1])])) == unit[0]


def test_dates_and_no_times(tmp_path: Path) -> None:
    source = tmp_path / "dated.csv"
    source.write_text("user,item,date\na,x,2023-11-18 07:00:00\na,y,2023-11-17 07:00:00\n")
    assert [item for _, item, _ in rows(bring(source, tmp_path / "dated"))] == ["y", "x"]
    source.write_text("user,item\na,x\na,y\n")
    assert rows(bring(source, tmp_path / "bare")) == [("a", "x", True), ("a", "y", True)]
    source.write_text("user,item,date\na,x,last week\n")
    with pytest.raises(UnreadableFileError, match="a number or a date"):
        bring(source, tmp_path / "neither")


def test_titles(tmp_path: Path) -> None:
    titles = tmp_path / "films.csv"
    titles.write_text('movieId,title\nfilm 0,"Ran, 1985"\nfilm 1,\n')
    source = write_csv(tmp_path / "ratings.csv")
    log = import_log("csv", source, tmp_path / "log", titles=titles).logs[""]
    assert read_titles(log) == {"film 0": "Ran, 1985"}
    titles.write_text("movieId,year\nfilm 0,1985\n")
    with pytest.raises(InvalidInputError, match="no column of titles"):
        import_log("csv", source, tmp_path / "none", titles=titles)


def test_files_without_heads(tmp_path: Path) -> None:
    source = write_csv(tmp_path / "ratings.dat")
    source.write_text("\n".join(source.read_text().split("\n")[1:]).replace(",", "::"))
    titles = tmp_path / "movies.dat"
    titles.write_bytes("film 0::Amélie: a film::A|B|C|D\nfilm 1::Ran::A\n".encode("latin-1"))
    options = ImportOptions(
        columns="user,item,rating,time", title_columns="item,title", encoding="latin-1"
    )
    log = import_log("csv", source, tmp_path / "log", options=options, titles=titles).logs[""]
    assert rows(log) == EXPECTED
    assert read_titles(log) == {"film 0": "Amélie: a film", "film 1": "Ran"}
    with pytest.raises(InvalidInputError, match="5 names of columns"):
        bring(source, tmp_path / "more", columns="user,item,rating,time,place")
    source.write_text(source.read_text() + "u1::film 2::good::1700006400\n")
    with pytest.raises(UnreadableFileError, match="line 101: rating must be of the kind float"):
        bring(source, tmp_path / "wrong", columns="user,item,rating,time")


def test_encodings_and_titles_of_several_lines(tmp_path: Path) -> None:
    source, titles = write_csv(tmp_path / "ratings.csv"), tmp_path / "films.csv"
    titles.write_text('movieId,title\nfilm 0,"Ran,\n  1985"\n', encoding="utf-16")
    source.write_text(source.read_text(), encoding="utf-16")
    log = import_log("csv", source, tmp_path / "log", titles=titles).logs[""]
    assert rows(log) == EXPECTED
    assert read_titles(log) == {"film 0": "Ran, 1985"}
    titles.write_bytes("movieId,title\nfilm 0,Fräulein\n".encode("latin-1"))
    with pytest.raises(UnreadableFileError, match="--encoding"):
        import_log("csv", source, tmp_path / "none", titles=titles)
    source.write_bytes("user,item,title\nFräulein,x,y\n".encode("latin-1"))
    with pytest.raises(UnreadableFileError, match="--encoding"):
        bring(source, tmp_path / "neither")
    log = bring(source, tmp_path / "latin", encoding="latin-1")
    assert rows(log) == [("Fräulein", "x", True)]
    with pytest.raises(UnreadableFileError, match="unknown encoding"):
        bring(source, tmp_path / "unknown", encoding="latin-99")


def test_json_lines(tmp_path: Path) -> None:
    source = tmp_path / "reviews.jsonl"
    names = ("reviewerID", "asin", "overall", "unixReviewTime")
    source.write_text(
        "".join(json.dumps(dict(zip(names, row, strict=True))) + "\n" for row in ROWS)
    )
    assert rows(bring(source, tmp_path / "log")) == EXPECTED
    for text, told in (("[1, 2]", "as JSON lines"), ('{"user": "a", "item": null}', "is missing")):
        source.write_text(text)
        with pytest.raises(UnreadableFileError, match=told):
            bring(source, tmp_path / "wrong")


def test_an_archive_holds_one_file(tmp_path: Path) -> None:
    plain = write_csv(tmp_path / "ratings.csv")
    source = tmp_path / "ratings.csv.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.write(plain, "ratings.csv")
    assert rows(bring(source, tmp_path / "log")) == EXPECTED
    with zipfile.ZipFile(source, "a") as archive:
        archive.write(plain, "again.csv")
    with pytest.raises(UnreadableFileError, match="2 files"):
        bring(source, tmp_path / "two")


@pytest.mark.parametrize(
    ("form", "option"),
    [
        ("%Y-%m-%dT%H:%M:%SZ", ""),
        ("%Y-%m-%dT%H:%M:%S+00:00", ""),
        ("%Y-%m-%d %H:%M:%S.250000", ""),
        ("%Y-%m-%d %H:%M:%S UTC", ""),
        ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S"),
        ("%Y%m%d", ""),
    ],
)
def test_dates_as_they_are_written(form: str, option: str, tmp_path: Path) -> None:
    source = tmp_path / "dated.csv"
    moments = [datetime.fromtimestamp(START + hour * 3600, UTC) for hour in (50, 0, 25)]
    lines = [f"a,{item},{one.strftime(form)}" for item, one in zip("zxy", moments, strict=True)]
    source.write_text("\n".join(["user,item,date", *lines, ""]))
    log = bring(source, tmp_path / "log", days=1, time_format=option)
    assert [item for _, item, _ in rows(log)] == ["x", "y", "z"]
    assert len(log.files) == 3
    source.write_text("user,item,date\na,x,18/11/2023\n")
    with pytest.raises(UnreadableFileError, match="--time-format"):
        bring(source, tmp_path / "neither", days=1)


def test_a_later_export_adds_weeks(tmp_path: Path) -> None:
    source, folder = tmp_path / "ratings.csv", tmp_path / "log"
    write_csv(source)
    whole = source.read_text().splitlines()
    source.write_text("\n".join(whole[:60]) + "\n")
    before = bring(source, folder, days=1)
    first = {file.number: file.path.read_bytes() for file in before.files}
    names = Names(before, fields.ITEM).numbers()
    shuffled = [whole[0], *sorted(whole[1:], reverse=True), f"new,film new,5,{START + 99 * 3600}"]
    source.write_text("\n".join(shuffled) + "\n")
    after = bring(source, folder, days=1)
    assert after.stored_rows == 101
    assert {file.number: file.path.read_bytes() for file in after.files}.items() >= {
        number: kept for number, kept in first.items() if number < max(first)
    }.items()
    assert Names(after, fields.ITEM).numbers().items() >= names.items()
    assert not validate(folder)
    source.write_text("\n".join(whole[:1] + whole[2:]) + "\n")  # the first row is gone
    with pytest.raises(InvalidInputError, match="other rows in week 0"):
        bring(source, folder, days=1)
    assert InteractionLog.open(folder).stored_rows == 101
    with pytest.raises(InvalidInputError, match="was brought in with"):
        bring(source, folder, days=2)


def test_the_log_is_cut_at_a_date_or_a_share(tmp_path: Path) -> None:
    log = bring(write_csv(tmp_path / "ratings.csv"), tmp_path / "log")
    done = CliRunner().invoke(
        main,
        [
            *("logs", "split", str(tmp_path / "log"), "--to", str(tmp_path / "parts")),
            *("--test-from", "2023-11-18", "--validation-from", "2023-11-17", "--json"),
        ],
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["rows"] == {"train": 48, "validation": 24, "test": 28}
    write_split(log, EventSplit.at_share(log, 0.1), tmp_path / "tenth")
    parts = open_parts(tmp_path / "tenth")
    found = {name: part.stored_rows for name, part in parts.items()}
    assert found == {"train": 90, "validation": 0, "test": 10}
    assert rows(log)[90:] == EXPECTED[90:]
    for wrong in (
        ["--test-from", "yesterday"],
        ["--test-from", "2023-11-18", "--test-share", ".1"],
    ):
        words = ["logs", "split", str(tmp_path / "log"), "--to", str(tmp_path / "no"), *wrong]
        assert CliRunner().invoke(main, words).exit_code != 0


def test_a_folder_is_no_table(tmp_path: Path, unchecked: None) -> None:
    with pytest.raises(InvalidInputError, match="name the file"):
        bring(tmp_path, tmp_path / "log")
    with pytest.raises(InvalidInputError, match="a unit of time is one of"):
        ImportOptions(time_unit="hours")  # type: ignore[arg-type]
