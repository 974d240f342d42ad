"""One plan, more than one engine: each keeps the laws, and they write the same rows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from trovato.__main__ import main
from trovato.core import InvalidInputError, UnreadableFileError, fields
from trovato.interactions.engines import embedded
from trovato.interactions.engines.spark import SparkEngine
from trovato.interactions.engines.spark.partitioning import split_rows
from trovato.interactions.engines.spark.write import write_weeks
from trovato.interactions.splits.split import LeaveLastOut, Split
from trovato.interactions.splits.subset import Subset
from trovato.interactions.storage.checksums import CHECKSUM_FILE
from trovato.interactions.storage.layout import LogLayout
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic import Scale, synthesise
from trovato.testing import check_log_engine

# Little work each, so what Spark does to prepare it counts; files are cut among tasks.
SETTINGS = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "3",
    "spark.sql.files.maxPartitionBytes": "16000",
    "spark.sql.files.openCostInBytes": "0",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "777",
}


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("there is no Java")
    with SparkEngine.started("local[2]", SETTINGS) as engine:
        yield engine


def drawn(folder: Path, rows: int, group: int) -> Path:
    synthesise(folder, Scale.of(rows, seed=5))
    (folder / CHECKSUM_FILE).unlink()  # what follows changes files on purpose
    for path in folder.glob("interactions/*/*.parquet"):
        pq.write_table(pq.read_table(path), path, row_group_size=group)
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = drawn(tmp_path_factory.mktemp("small") / "log[1] {a,b}", 20_000, 64)
    for path in folder.glob("interactions/*/*.parquet"):
        if path.name >= "week_08":
            path.unlink()
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> InteractionLog:
    return InteractionLog.open(drawn(tmp_path_factory.mktemp("large") / "log", 40_000, 500))


def test_the_embedded_engine_keeps_the_laws(small: Path, tmp_path: Path) -> None:
    check_log_engine(embedded, small, tmp_path)


@pytest.mark.needs("pyspark")
def test_spark_keeps_the_laws(spark: SparkEngine, small: Path, tmp_path: Path) -> None:
    check_log_engine(spark, small, tmp_path)


@pytest.mark.needs("pyspark")
def test_written_rows_are_in_order_after_any_shuffle(
    spark: SparkEngine, small: Path, tmp_path: Path
) -> None:
    log = InteractionLog.open(small)
    shuffled = split_rows(spark.session, log, None).repartition(5, fields.ITEM)
    paths = {(file.number, 0): tmp_path / file.path.name for file in log.files}
    write_weeks(shuffled, paths, tmp_path)
    for file in log.files:
        assert pq.read_table(tmp_path / file.path.name).equals(pq.read_table(file.path))


def contents(folder: Path) -> dict[str, Any]:
    """What the files of a folder hold, however their rows are packed."""
    return {
        str(path.relative_to(folder)): pq.read_table(path).replace_schema_metadata()
        if path.suffix == ".parquet"
        else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != CHECKSUM_FILE
    }


@pytest.mark.needs("pyspark")
def test_spark_gives_the_same_histories(spark: SparkEngine, large: InteractionLog) -> None:
    names = (fields.ITEM, fields.EVENT, fields.SIGNALS[0])
    ours_and_theirs = [
        list(engine.histories(large, 10, names, block_bytes=200_000))
        for engine in (embedded, spark)
    ]
    assert len(ours_and_theirs[0]) > 1
    for ours, theirs in zip(*ours_and_theirs, strict=True):
        assert np.array_equal(ours.users, theirs.users)
        assert np.array_equal(ours.offsets, theirs.offsets)
        for name in names:
            assert ours.values[name].dtype == theirs.values[name].dtype
            assert np.array_equal(ours.values[name], theirs.values[name])


@pytest.mark.parametrize("how", [Subset.named("ur0.3_ip0.1", 4), LeaveLastOut()])
@pytest.mark.needs("pyspark")
def test_spark_writes_the_same_rows(
    spark: SparkEngine, large: InteractionLog, tmp_path: Path, how: Subset | Split
) -> None:
    for engine, name in ((embedded, "ours"), (spark, "theirs")):
        write: Any = engine.write_subset if isinstance(how, Subset) else engine.write_split
        write(large, how, tmp_path / name)
    found = contents(tmp_path / "theirs")
    assert len(found) > 27
    assert found == contents(tmp_path / "ours")


@pytest.mark.needs("pyspark")
def test_spark_checks_a_whole_log(
    spark: SparkEngine, large: InteractionLog, tmp_path: Path
) -> None:
    assert large.metadata is not None
    shutil.copytree(large.metadata.parent, tmp_path / "log")
    path = LogLayout.of(tmp_path / "log").items
    table = pq.read_table(path)
    ranks = table[fields.RANK].to_numpy()
    place = table.column_names.index(fields.RANK)
    pq.write_table(table.set_column(place, fields.RANK, pa.array(len(ranks) + 1 - ranks)), path)
    found = spark.validate(tmp_path / "log")
    assert len(found) == 1
    assert found == embedded.validate(tmp_path / "log")


@pytest.mark.needs("pyspark")
def test_spark_names_the_file_that_is_damaged_or_has_strangers(
    spark: SparkEngine, small: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(small, tmp_path / "log"))
    layout = LogLayout.of(folder)
    pq.write_table(pq.read_table(layout.items).slice(500), layout.items)
    for engine in (embedded, spark):
        with pytest.raises(UnreadableFileError, match=r"week_00\.parquet has a item_id"):
            engine.count_rows(InteractionLog.open(folder), fields.ITEM)
    data = layout.week(3).read_bytes()
    layout.week(3).write_bytes(data[:100] + bytes(200) + data[300:])
    for write in (
        lambda log: spark.count_rows(log, fields.USER),
        lambda log: spark.write_subset(log, Subset.named("ur0.5"), tmp_path / "cut"),
    ):
        with pytest.raises(UnreadableFileError, match=r"week_03\.parquet.*damaged or cut"):
            write(InteractionLog.open(folder))
    assert not list((tmp_path / "cut").glob("*/*.part"))


@pytest.mark.needs("pyspark")
def test_spark_knows_its_own_splits_only(spark: SparkEngine, small: Path, tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Mine:
        parts = LeaveLastOut.parts
        assigner = LeaveLastOut.assigner

    with pytest.raises(InvalidInputError, match="cannot part a log by Mine: use TemporalSplit"):
        spark.write_split(InteractionLog.open(small), cast("Split", Mine()), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.needs("pyspark")
def test_commands_run_on_spark(
    spark: SparkEngine, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    @contextmanager
    def started(master: str) -> Iterator[SparkEngine]:
        asked.append(master)
        yield spark

    def run(*arguments: object) -> str:
        done = CliRunner().invoke(main, ["logs", *map(str, arguments)])
        assert done.exit_code == 0, done.output
        return done.stdout

    monkeypatch.setattr(SparkEngine, "started", started)
    there = ("--engine", "spark", "--master", "local[2]")
    assert run("stats", small, "--json", *there) == run("stats", small, "--json")
    assert run("check", small, "--quiet", *there).endswith("No violations.\n")
    assert asked == ["local[2]"] * 2
    with_no_engine = CliRunner().invoke(main, ["logs", "check", str(small), "--master", "local"])
    assert "--engine spark" in with_no_engine.stderr
