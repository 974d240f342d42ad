"""Counts by bin: from rows, files, events and logs."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions.bins import (
    CountTable,
    bin_events,
    log_counts,
    read_catalogue,
    read_counts,
)
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise

ROWS = [("b", "y", 2.0), ("a", "x", 1.0), ("b", "x", 3.0), ("b", "y", 0.5)]


def contents(table: CountTable) -> dict[tuple[str, str], float]:
    return {
        (table.bins[at], table.items[place]): count
        for at in range(len(table))
        for place, count in zip(*(part.tolist() for part in table.rows_of(at)), strict=True)
    }


def test_rows_may_come_in_any_order_and_equal_pairs_add_up() -> None:
    wanted = {("a", "x"): 1.0, ("b", "x"): 3.0, ("b", "y"): 2.5}
    for rows in (ROWS, ROWS[::-1]):
        assert contents(CountTable.of(rows)) == wanted


def test_a_window_never_holds_a_later_bin() -> None:
    table = CountTable.of(ROWS)
    window = table.window(0, 3, np.arange(2))
    assert np.isnan(window[:, :2]).all()
    assert window[0, 2] == 1
    assert np.isnan(window[1, 2])
    assert table.lowest(1, 2).tolist() == [1, 2.5]
    assert table.first_bins.tolist() == [0, 1]


def test_what_is_no_count_is_refused() -> None:
    for count in (-1.0, float("nan"), float("inf")):
        with pytest.raises(InvalidInputError, match="at least 0"):
            CountTable.of([("a", "x", count)])
    with pytest.raises(InvalidInputError, match="no bin is called 'b'"):
        CountTable.of(ROWS, bins=["a"])
    with pytest.raises(InvalidInputError, match="go from 'a' to 'b'"):
        CountTable.of(ROWS).place_of_bin("c")


@pytest.mark.parametrize("header", ["ds,unique_id,y", "Week,item_id,Sales", "date,item,value"])
def test_columns_may_be_called_as_other_tools_call_them(tmp_path: Path, header: str) -> None:
    (tmp_path / "c.csv").write_text(f"{header},rest\n2024-01-01,a,2,z\n2024-01-08,b,3,z\n")
    wanted = {("2024-01-01", "a"): 2.0, ("2024-01-08", "b"): 3.0}
    assert contents(read_counts(tmp_path / "c.csv")) == wanted


def test_events_may_be_called_as_other_tools_call_them(tmp_path: Path) -> None:
    rows = "u,2024-01-01,a\nu,2024-01-01,a\nw,2024-01-01,a\nv,2024-01-02,b\n"
    (tmp_path / "e.csv").write_text(f"user_id,timestamp,item_id\n{rows}")
    wanted = {("2024-01-01", "a"): 2.0, ("2024-01-02", "b"): 1.0}  # u counts once
    assert contents(read_counts(tmp_path / "e.csv", bin="day")) == wanted
    (tmp_path / "f.csv").write_text("date,unique_id\n2024-01-01,a\n2024-01-01,a\n")
    assert contents(read_counts(tmp_path / "f.csv", bin="day")) == {("2024-01-01", "a"): 2.0}
    (tmp_path / "both.csv").write_text("date,bin,item,count\n2024-05-05,3,a,7\n")
    assert contents(read_counts(tmp_path / "both.csv")) == {("3", "a"): 7.0}


def test_files_of_counts_plain_and_compressed(tmp_path: Path) -> None:
    text = "bin,item,count\na,x,1\nb,x,3\nb,y,2.5\n"
    (tmp_path / "c.csv").write_text(text)
    with gzip.open(tmp_path / "c.csv.gz", "wt") as file:
        file.write(text)
    for name in ("c.csv", "c.csv.gz"):
        read = read_counts(tmp_path / name, absent="censored")
        assert contents(read) == contents(CountTable.of(ROWS))
        assert read.absent == "censored"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "must have the columns bin, item, count"),
        ("", "it has none"),
        ("bin,item,count\n", "no rows"),
        ("bin,item,count\na,x,1\na,x,many\n", "line 3: wanted a number, got 'many'"),
        ("item,time\nx,noon\n", "line 2: wanted seconds"),
    ],
)
def test_files_that_are_no_counts_are_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises((InvalidInputError, UnreadableFileError), match=said):
        read_counts(tmp_path / "c.csv")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffbin,item,count\n9,x,1\n10,x,2\n",
        "Bin;Item;Count\n10;x;2\n9;x;1\n",
        "count\tnote\t item\tbin\n1\ta\tx\t9\n2\tb\tx\t10\n",
    ],
)
def test_files_as_spreadsheets_write_them(tmp_path: Path, text: str) -> None:
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    table = read_counts(tmp_path / "c.csv")
    assert table.bins == ("9", "10")
    assert table.counts.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("label", "refused"),
    [
        ("05/27/2024", True),
        ("27.5.24", True),
        ("2024-5-27", True),
        ("2024-05-7", True),
        ("2024/5", True),
        ("2024-05-27", False),
        ("2024-05", False),
        ("2024-W22", False),
    ],
)
def test_dates_that_are_not_ordered_as_text_are_refused(
    tmp_path: Path, label: str, refused: bool
) -> None:
    (tmp_path / "c.csv").write_text(f"bin,item,count\n{label},x,1\n")
    if refused:
        with pytest.raises(InvalidInputError, match="written as 2024-05-27"):
            read_counts(tmp_path / "c.csv")
    else:
        assert read_counts(tmp_path / "c.csv").bins == (label,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bin,item,count\na,x,1\na,,2\n", "line 3: wanted an item"),
        ("bin,item,count\na,x,-1\n", "line 2: a count is from 0"),
        ("bin,item,count\na,x,1e300\n", "line 2: a count is from 0"),
        ("bin,item,count\na,x,nan\n", "line 2: a count is from 0"),
        ("item,time\nx,1.7e12\n", "line 2: .*divide milliseconds by 1000"),
    ],
)
def test_rows_that_are_no_counts_are_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "c.csv").write_text(text)
    with pytest.raises(UnreadableFileError, match=said):
        read_counts(tmp_path / "c.csv")


def test_damaged_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "c.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(UnreadableFileError, match="cannot read"):
        read_counts(tmp_path / "c.csv.gz")
    with pytest.raises(UnreadableFileError, match="cannot read"):
        read_catalogue(tmp_path / "absent.csv")


def test_events_are_counted_once_a_person_and_whole_bins_only(tmp_path: Path) -> None:
    lines = [
        "ann,x,2024-05-27T00:00",  # a Monday
        "ann,x,2024-05-28T10:00",  # again in the same week
        "bob,x,2024-06-02T23:59:59",  # the Sunday
        "bob,y,2024-06-17T00:00",  # a week without events lies between
        "ann,y,2024-06-23T12:00+02:00",
        "ann,x,2024-06-25T12:00",  # of a week that is not over
    ]
    (tmp_path / "e.csv").write_text("\n".join(["user,item,time", *lines]))
    table = read_counts(tmp_path / "e.csv")
    assert table.bins == ("2024-05-27", "2024-06-03", "2024-06-10", "2024-06-17")
    assert contents(table) == {("2024-05-27", "x"): 2, ("2024-06-17", "y"): 2}
    months = read_counts(tmp_path / "e.csv", bin="month")
    assert months.bins == ("2024-05-01",)


def test_nobody_is_not_one_person() -> None:
    assert contents(bin_events([("", "x", 0.0), ("", "x", 1.0)], "day")) == {("1970-01-01", "x"): 2}
    with pytest.raises(InvalidInputError, match="got none"):
        bin_events([])


def test_a_log_is_counted_by_its_weeks(tmp_path: Path) -> None:
    synthesise(tmp_path / "log", Scale.of(20_000, 1))
    log = InteractionLog.open(tmp_path / "log")
    table = log_counts(log)
    assert table.bins[3] == "week 03"
    assert list(table.items) == sorted(table.items)
    week = next(iter(log.weeks(3, 3).batches([fields.ITEM])))[fields.ITEM].to_numpy()
    ids, counts = np.unique(week, return_counts=True)
    wanted = {
        ("week 03", str(name)): float(count)
        for name, count in zip(ids.tolist(), counts.tolist(), strict=True)
    }
    assert {key: n for key, n in contents(table).items() if key[0] == "week 03"} == wanted


def test_a_catalogue_has_titles_and_attributes(tmp_path: Path) -> None:
    (tmp_path / "i.csv").write_text("item,title,category\nx,A song,rock\ny,,\n")
    found = read_catalogue(tmp_path / "i.csv")
    assert found["x"].text == "A song"
    assert found["x"].attributes == {"category": "rock"}
    assert found["y"].text == "y"
    (tmp_path / "i.csv").write_text("name\nx\n")
    with pytest.raises(InvalidInputError, match="column item"):
        read_catalogue(tmp_path / "i.csv")
