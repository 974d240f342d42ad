"""Logs of other origin: tiny files in each published form."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from trovato.__main__ import main
from trovato.core import InvalidInputError, StorageError, UnreadableFileError, fields
from trovato.interactions.imports import import_log
from trovato.interactions.imports.events import ROW
from trovato.interactions.imports.external_sort import Runs, write_runs
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.storage.source_ids import Names

DAY = 86_400_000
APRIL = 1_649_376_000_000  # 2022-04-08, midnight in Greenwich
KUAIRAND = (
    "user_id,video_id,date,hourmin,time_ms,is_click,is_like,is_follow,is_comment,is_forward,"
    "is_hate,long_view,play_time_ms,duration_ms,profile_stay_time,comment_stay_time,"
    "is_profile_enter,is_rand,tab\n"
)


def kuairand(user: int, video: int, time: int, play: int = 0, said: str = "", tab: int = 1) -> str:
    like, comment, forward, hate, profile = (int(letter in said) for letter in "lcfhp")
    return (
        f"{user},{video},20220408,1200,{time},1,{like},0,{comment},{forward},{hate},0,{play},9000,"
        f"0,0,{profile},0,{tab}\n"
    )


def rows(log: InteractionLog) -> list[dict[str, Any]]:
    return [row for batch in log.batches() for row in batch.to_pylist()]


def pairs(log: InteractionLog) -> list[tuple[int, int]]:
    return [(row["user_id"], row["item_id"]) for row in rows(log)]


def names(folder: Path, what: str) -> dict[int, str]:
    table = pq.read_table(folder / "metadata" / f"{what}_names.parquet").to_pylist()
    return {row[f"{what}_id"]: row["name"] for row in table}


@pytest.fixture
def kuai(tmp_path: Path) -> Path:
    source = tmp_path / "KuaiRand-1K" / "data"
    source.mkdir(parents=True)
    (source / "log_standard_4_08_to_4_21_1k.csv").write_text(
        KUAIRAND
        + kuairand(7, 100, APRIL + 8 * DAY, 12_345, "lc")
        + kuairand(3, 101, APRIL + 5, 999)
        + kuairand(7, 102, APRIL + 5, 900_000, "fhp", tab=14)
    )
    (source / "log_standard_4_22_to_5_08_1k.csv").write_text(
        KUAIRAND + kuairand(3, 103, APRIL + 22 * DAY) + kuairand(4, 104, APRIL + 14 * DAY)
    )
    (source / "log_random_4_22_to_5_08_1k.csv").write_text(
        KUAIRAND + kuairand(3, 900, APRIL + 15 * DAY, 4000)
    )
    (source / "user_features_1k.csv").write_text("user_id\n3\n")
    return source.parent


def test_kuairand(kuai: Path, tmp_path: Path) -> None:
    found = import_log("kuairand", kuai, tmp_path / "log")
    assert set(found.logs) == {"", "random"}
    assert not found.named
    log = InteractionLog.open(tmp_path / "log")
    # By time; equal times in the order of the files.
    assert pairs(log) == [(3, 101), (7, 102), (7, 100), (4, 104), (3, 103)]
    assert {file.number: file.rows() for file in log.files} == {0: 2, 1: 1, 2: 1, 3: 1}
    first, second, third, *_ = rows(log)
    assert first == {
        **dict.fromkeys(fields.INTERACTION, 0),
        **dict.fromkeys(fields.SIGNALS, False),
        "user_id": 3,
        "item_id": 101,
        "place": 1,
    }
    assert (second["timespent"], third["timespent"]) == (255, 12)  # seconds, at most 255
    assert second["place"] == 14
    said = [{name for name in fields.SIGNALS if row[name]} for row in (second, third)]
    assert said == [{"share", "dislike", "click_on_author"}, {"like", "open_comments"}]
    random = InteractionLog.open(tmp_path / "log" / "random")  # in the same weeks
    assert [file.number for file in random.files] == [2]
    assert pairs(random) == [(3, 900)]
    items = pq.read_table(tmp_path / "log" / "metadata" / "items_metadata.parquet").to_pydict()
    assert items["item_id"] == [100, 101, 102, 103, 104, 900]  # of both parts
    assert items["duration"] == [9] * 6
    assert json.loads((tmp_path / "log" / "recipe.json").read_text())["format"] == "kuairand"


def test_a_week_without_rows_is_a_file_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "log_standard_1.csv"
    path.write_text(KUAIRAND + kuairand(1, 2, APRIL) + kuairand(1, 3, APRIL + 20 * DAY))
    log = import_log("kuairand", path, tmp_path / "log").logs[""]
    assert [file.rows() for file in log.files] == [1, 0, 1]
    long = import_log("kuairand", path, tmp_path / "long", days=30).logs[""]
    assert [file.rows() for file in long.files] == [2]


YAMBDA: dict[str, Any] = {
    "uid": pa.array([5, 5, 5, 9, 9, 9], pa.uint32()),
    "timestamp": pa.array([50, 700_000, 700_005, 40, 50, 60], pa.uint32()),
    "item_id": pa.array([1, 2, 2, 3, 3, 3], pa.uint32()),
    "is_organic": pa.array([1, 0, 0, 0, 1, 1], pa.uint8()),
    "event_type": pa.array(
        ["listen", "like", "unlike", "dislike", "listen", "undislike"]
    ).dictionary_encode(),
    "played_ratio_pct": pa.array([50, None, None, None, 100, None], pa.uint16()),
    "track_length_seconds": pa.array([90, None, None, None, 400, None], pa.uint32()),
}


def test_yambda(tmp_path: Path) -> None:
    (tmp_path / "flat").mkdir()
    pq.write_table(pa.table(YAMBDA), tmp_path / "flat" / "multi_event.parquet")
    log = import_log("yambda", tmp_path / "flat", tmp_path / "log").logs[""]
    got = [(row["user_id"], row["item_id"], row["timespent"], row["place"]) for row in rows(log)]
    assert got == [(9, 3, 0, 0), (5, 1, 45, 1), (9, 3, 255, 1), (5, 2, 0, 0)]
    assert [row["dislike"] for row in rows(log)] == [True, False, False, False]
    assert [row["like"] for row in rows(log)] == [False, False, False, True]
    assert [file.rows() for file in log.files] == [3, 1]
    about = log.items()
    assert about["item_id"].to_pylist() == [1, 2, 3]
    assert about["duration"].to_pylist() == [90, 0, 255]  # 0 is not known, 255 is that or more
    listens = {name: value for name, value in YAMBDA.items() if name != "event_type"}
    pq.write_table(pa.table(listens), tmp_path / "listens.parquet")
    plain = import_log("yambda", tmp_path / "listens.parquet", tmp_path / "plain").logs[""]
    assert plain.stored_rows == 6


def test_microlens_pairs_with_times(tmp_path: Path) -> None:
    (tmp_path / "MicroLens-50k_pairs.csv").write_text(
        f"user,item,timestamp\n36121,9580,{APRIL + 9}\n29,9580,{APRIL + 3}\n36121,77,{APRIL + 3}\n"
    )
    found = import_log("microlens", tmp_path, tmp_path / "log")
    assert found.named
    users, items = (names(tmp_path / "log", what) for what in ("user", "item"))
    assert users == {0: "36121", 1: "29"}
    read = rows(found.logs[""])
    got = [(users[row["user_id"]], items[row["item_id"]]) for row in read]
    assert got == [("29", "9580"), ("36121", "77"), ("36121", "9580")]
    assert all(row["open_comments"] for row in read)


def test_microlens_sequences_keep_the_order_of_each_user(tmp_path: Path) -> None:
    path = tmp_path / "MicroLens-100k_pairs.tsv"
    path.write_text("1\t30 10 20\n2\t10\n")
    log = import_log("microlens", path, tmp_path / "log", together=2).logs[""]
    items = names(tmp_path / "log", "item")
    assert [items[item] for _, item in pairs(log)] == ["30", "10", "20", "10"]
    assert len(log.files) == 1


def test_atomic_files(tmp_path: Path) -> None:
    path = tmp_path / "ml.inter"
    path.write_text(
        "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
        f'a b\t"x\t5\t{APRIL / 1000 + 7}\n'
        f"c\ty\t3.5\t{APRIL / 1000 + 2.5}\n"
        f"a b\ty\t4\t{APRIL / 1000 + 2.5}\n"
    )
    log = import_log("inter", path, tmp_path / "log").logs[""]
    users, items = (names(tmp_path / "log", what) for what in ("user", "item"))
    got = [(users[r["user_id"]], items[r["item_id"]], r["like"]) for r in rows(log)]
    assert got == [("c", "y", False), ("a b", "y", True), ("a b", '"x', True)]


@pytest.mark.parametrize(
    ("form", "name", "text", "told"),
    [
        ("inter", "a.inter", "user_id:token\titem:token\n1\t2\n", "line 1: there is no column"),
        (
            "inter",
            "a.inter",
            "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3\n1\t2\n",
            "line 3: 2 columns, wanted 3",
        ),
        (
            "inter",
            "a.inter",
            "user_id:token\titem_id:token\ttimestamp:float\n1\t2\tsoon\n",
            "line 2: timestamp:float must be of the kind float, got 'soon'",
        ),
        (
            "inter",
            "a.inter",
            "user_id:token\titem_id:token\ttimestamp:float\n1\t2\t3\n1\t\t3\n",
            "line 3: item_id:token must be of the kind str, got ''",
        ),
        (
            "inter",
            "a.inter",
            "user_id:token\titem_id:token\ttimestamp:float\n1\t2\tnan\n",
            "line 2: a time must be a number of seconds or parts of a second, got nan",
        ),
        ("microlens", "a_pairs.csv", "user,item,timestamp\n1,2,3\n1,2,x\n", "line 3: timestamp"),
        ("microlens", "a_pairs.tsv", "1\t2 3\n2 4\n", "line 2: wanted a user, a tab"),
        ("microlens", "a_pairs.tsv", "1\t2  3\n", "line 1: wanted a user"),
        (
            "microlens",
            "a_pairs.csv",
            '"user",item,timestamp\n"1,1",2,3\n1,2\n',
            "line 3: 2 columns",
        ),
        (
            "kuairand",
            "log_standard_1.csv",
            KUAIRAND + kuairand(1, 2, 3) + kuairand(-1, 2, 3),
            "line 3: user_id must be at least 0",
        ),
        (
            "kuairand",
            "log_standard_1.csv",
            KUAIRAND + kuairand(1, -(1 << 32), 3),
            "line 2: video_id",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    form: str, name: str, text: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UnreadableFileError) as error:
        import_log(form, path, tmp_path / "log")
    assert str(path) in str(error.value)
    assert told in str(error.value)
    good = tmp_path / "log_standard_2.csv"  # the folder is free again
    good.write_text(KUAIRAND + kuairand(1, 2, 3))
    assert import_log("kuairand", good, tmp_path / "log").logs[""].stored_rows == 1


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("uid", None, "has no column 'uid'"),
        ("uid", pa.array([1, 2, None, 4, 5, 6], pa.uint32()), "row 2: uid has no value"),
        ("event_type", pa.array(["listen"] * 5 + ["skip"]), "got 'skip'"),
    ],
)
def test_yambda_that_is_wrong(column: str, values: Any, told: str, tmp_path: Path) -> None:
    made = {name: value for name, value in YAMBDA.items() if name != column}
    if values is not None:
        made[column] = values
    pq.write_table(pa.table(made), tmp_path / "multi_event.parquet")
    with pytest.raises(UnreadableFileError, match=told):
        import_log("yambda", tmp_path, tmp_path / "log")
    (tmp_path / "multi_event.parquet").write_bytes(b"PAR1")
    with pytest.raises(UnreadableFileError, match="cannot read"):
        import_log("yambda", tmp_path, tmp_path / "log")


def test_ids_of_64_bits_are_kept_as_texts(tmp_path: Path) -> None:
    large = 7_203_111_222_333_444_555
    rows = kuairand(1, 2, 3) + kuairand(large, 2, 4) + kuairand(1, large + 1, 5)
    (tmp_path / "log_standard_1.csv").write_text(KUAIRAND + rows)
    log = import_log("kuairand", tmp_path, tmp_path / "log").logs[""]
    names = [Names(log, one) for one in (fields.USER, fields.ITEM)]
    for name, expected in zip(
        names, (["1", str(large), "1"], ["2", "2", str(large + 1)]), strict=True
    ):
        column = fields.USER if name is names[0] else fields.ITEM
        found = [one for batch in log.batches([column]) for one in batch[column].to_pylist()]
        assert name.of(found) == expected


def test_what_is_refused(kuai: Path, tmp_path: Path) -> None:
    for form in ("kuairand", "yambda", "microlens", "inter"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(InvalidInputError, match=r"holds no|has 0"):
            import_log(form, tmp_path / "empty", tmp_path / "log")
    with pytest.raises(InvalidInputError, match="no format"):
        import_log("tsv", kuai, tmp_path / "log")
    with pytest.raises(InvalidInputError, match="nothing at"):
        import_log("inter", tmp_path / "absent", tmp_path / "log")
    with pytest.raises(InvalidInputError, match="at least 1"):
        import_log("inter", kuai, tmp_path / "log", days=0)
    path = tmp_path / "log_standard_1.csv"
    path.write_text(KUAIRAND)
    with pytest.raises(InvalidInputError, match="no rows"):
        import_log("kuairand", path, tmp_path / "log")
    path.write_text(KUAIRAND + kuairand(1, 2, 0) + kuairand(1, 2, 1400 * DAY))
    with pytest.raises(InvalidInputError, match=r"201 weeks of 7 days.* take weeks of 15 days"):
        import_log("kuairand", path, tmp_path / "log")
    assert import_log("kuairand", path, tmp_path / "log", days=15).logs[""].stored_rows == 2
    with pytest.raises(InvalidInputError, match="not empty"):
        import_log("kuairand", kuai, tmp_path / "log")


@pytest.mark.parametrize("form", ["kuairand", "microlens"])
def test_an_interrupted_import_ends_with_the_same_bytes(
    form: str, kuai: Path, tmp_path: Path
) -> None:
    times = [APRIL + day * DAY for day in (30, 3, 14, 9, 20)]
    (kuai / "a_pairs.csv").write_text(
        "user,item,timestamp\n" + "".join(f"u{at},i{at},{time}\n" for at, time in enumerate(times))
    )
    told: list[str] = []
    import_log(form, kuai, tmp_path / "whole", progress=lambda what, *_: told.append(what))
    assert set(told) == {"reading files (bytes)", "writing weeks"}

    def files(folder: Path) -> dict[str, bytes]:
        found = folder.rglob("*")
        return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.is_file()}

    class Killed(BaseException):
        pass

    for stops in range(1, len(told) + 1):
        folder, left = tmp_path / f"stopped {stops}", [stops]

        def stop(*_: Any, left: list[int] = left) -> None:
            left[0] -= 1
            if not left[0]:
                raise Killed

        with pytest.raises(Killed):
            import_log(form, kuai, folder, together=2, progress=stop)
        import_log(form, kuai, folder, together=2)
        assert files(folder) == files(tmp_path / "whole"), stops


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where a folder is wanted")
    with pytest.raises(StorageError, match="cannot write"):
        write_runs(tmp_path / "runs", iter(()))


@given(
    st.lists(st.lists(st.integers(-5, 5), min_size=1, max_size=6), min_size=1, max_size=6),
    st.integers(1, 7),
    st.integers(-6, 6),
    st.integers(-6, 6),
)
def test_merged_runs_are_one_stable_sort(
    tmp_path_factory: pytest.TempPathFactory,
    blocks: list[list[int]],
    most: int,
    start: int,
    stop: int,
) -> None:
    folder = tmp_path_factory.mktemp("runs")
    flat = np.array([time for block in blocks for time in block])
    made = np.zeros(len(flat), ROW)
    made["item_id"] = np.arange(len(flat))
    ends = np.cumsum([len(block) for block in blocks])
    cut = [slice(end - len(block), end) for block, end in zip(blocks, ends, strict=True)]
    write_runs(folder, ((flat[one], made[one]) for one in cut))
    runs = Runs.open(folder)
    assert runs.span == (flat.min(), flat.max())
    got = list(runs.between(start, stop, most))
    assert all(0 < len(part) <= most for part in got)
    order = np.argsort(flat, kind="stable")
    wanted = [int(at) for at in order if start <= flat[at] < stop]
    assert [int(item) for part in got for item in part["item_id"]] == wanted


def test_the_command(kuai: Path, tmp_path: Path) -> None:
    words = ["logs", "import", "kuairand", str(kuai), "--to", str(tmp_path / "log"), "--json"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["rows"] == {"log": 5, "random": 1}
    path = tmp_path / "a_pairs.tsv"
    path.write_text("1\t2 3\n")
    shown = CliRunner().invoke(
        main, ["logs", "import", "microlens", str(path), "--to", str(tmp_path / "m"), "--quiet"]
    )
    assert shown.exit_code == 0, shown.output
    assert "2 rows in 1 week" in shown.stdout
    assert "which number stands for which" in shown.stdout
    path.write_text("1\n")
    bad = CliRunner().invoke(
        main, ["logs", "import", "microlens", str(path), "--to", str(tmp_path / "b"), "--quiet"]
    )
    assert bad.exit_code == 1
    assert "a_pairs.tsv, line 1" in bad.stderr
