"""Operations on logs against Polars (streaming), DuckDB and pyarrow; each in a process of its own.

    python bench/logs.py LOG [LOG ...]

Prints rows per second of processor time and of wall time, peak memory, and our speed against the
best engine. With logs of several sizes, a line through their processor times predicts the
published log.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import fields
from trovato.interactions.counts.counts import count_rows, weekly_counts
from trovato.interactions.features.sequences import histories
from trovato.interactions.splits.subset import Subset
from trovato.interactions.splits.write import write_subset
from trovato.interactions.storage.log import InteractionLog
from trovato.interactions.synthetic.config import ROWS

LAST, TOP, CUT = 200, 100, "ip0.01"


def ours(folder: Path, job: str, out: Path) -> int:
    log = InteractionLog.open(folder)
    match job:
        case "count items":
            return int(np.count_nonzero(count_rows(log, fields.ITEM).rows))
        case "top of weeks":
            return sum(int(week.top(TOP).rows.sum()) for _, week in weekly_counts(log, fields.ITEM))
        case "split in time":
            test = log.weeks(26, 26).filter(users=log.weeks(0, 24).ids_in_rows(fields.USER))
            return sum(len(batch) for batch in test.batches([fields.USER]))
        case "subset":
            return write_subset(log, Subset.named(CUT), out).stored_rows
    return sum(len(block.values[fields.ITEM]) for block in histories(log, LAST))


def polars(folder: Path, job: str, out: Path) -> int:
    import polars as pl

    def scan(pattern: str = "*/*", **more: Any) -> Any:
        return pl.scan_parquet(folder / f"interactions/{pattern}.parquet", **more)

    def stream(frame: Any) -> Any:
        return frame.collect(engine="streaming")

    match job:
        case "count items":
            return int(stream(scan().group_by("item_id").agg(pl.len())).height)
        case "top of weeks":
            counts = scan(include_file_paths="week").group_by("week", "item_id").agg(n=pl.len())
            top = counts.sort("n", "item_id", descending=[True, False]).group_by("week").head(TOP)
            return int(stream(top.select("n").sum()).item())
        case "split in time":
            seen = scan("train/*").select("user_id").unique()
            return int(
                stream(scan("test/*").join(seen, on="user_id", how="semi").select(pl.len())).item()
            )
        case "subset":
            items = pl.scan_parquet(folder / "metadata/items_metadata.parquet")
            kept = items.filter(
                pl.col(fields.RANK) <= int(items.select(pl.len()).collect().item() * 0.01)
            )
            out.mkdir()
            for path in sorted(folder.glob("interactions/*/*.parquet")):
                rows = pl.scan_parquet(path).join(
                    kept, on="item_id", how="semi", maintain_order="left"
                )
                rows.sink_parquet(out / path.name, maintain_order=True)
            return int(pl.scan_parquet(out / "*.parquet").select(pl.len()).collect().item())
    last = scan().group_by("user_id").agg(pl.col("item_id").tail(LAST).len())
    return int(stream(last).select("item_id").sum().item())


def duckdb(folder: Path, job: str, out: Path) -> int:
    import duckdb as engine

    run = engine.connect()
    files = (
        f"read_parquet('{folder}/interactions/*/*.parquet', filename=true, file_row_number=true)"
    )
    train, test = (files.replace("/*/", f"/{part}/") for part in ("train", "test"))
    item_table = f"read_parquet('{folder}/metadata/items_metadata.parquet')"
    queries = {
        "count items": f"select count(*) from (select item_id, count(*) from {files} group by 1)",
        "top of weeks": f"""with counts as (select filename, item_id, count(*) n from {files}
            group by all), ranked as (select n, row_number() over (partition by filename
            order by n desc, item_id) place from counts)
            select sum(n) from ranked where place <= {TOP}""",
        "split in time": f"""select count(*) from {test}
            where user_id in (select user_id from {train})""",
        "subset": f"""copy (select * exclude (filename, file_row_number) from {files}
            where item_id in (select item_id from {item_table} where {fields.RANK} <=
            (select count(*) // 100 from {item_table}))) to '{out}' (format parquet, codec zstd)""",
        "last rows": f"""select sum(len(own)) from (select list(item_id
            order by filename, file_row_number)[-{LAST}:] own from {files} group by user_id)""",
    }
    found = run.execute(queries[job]).fetchone()
    return int(found[0]) if found else 0


def arrow(folder: Path, job: str, out: Path) -> int:
    import pyarrow.compute as pc
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    weeks = sorted(folder.glob("interactions/*/*.parquet"), key=lambda path: path.name)
    counting: list[Any] = [([], "count_all")]

    def read(paths: list[Path], *names: str) -> Any:
        return ds.dataset([str(path) for path in paths]).to_table(columns=list(names))

    match job:
        case "count items":
            return int(read(weeks, "item_id").group_by("item_id").aggregate(counting).num_rows)
        case "top of weeks":
            totals = [
                read([week], "item_id").group_by("item_id").aggregate(counting) for week in weeks
            ]
            return sum(int(np.sort(total["count_all"].to_numpy())[-TOP:].sum()) for total in totals)
        case "split in time":
            seen = read(weeks[:25], "user_id").group_by("user_id").aggregate([])
            return int(
                read(weeks[26:], "user_id").join(seen, "user_id", join_type="left semi").num_rows
            )
        case "subset":
            items = pq.read_table(folder / "metadata/items_metadata.parquet")
            kept = items.filter(pc.less_equal(items[fields.RANK], len(items) // 100))["item_id"]
            out.mkdir()
            for week in weeks:
                rows = pq.read_table(week)
                pq.write_table(
                    rows.filter(pc.is_in(rows["item_id"], kept)),
                    out / week.name,
                    compression="zstd",
                )
            return sum(pq.read_metadata(path).num_rows for path in out.iterdir())
    rows = read(weeks, "user_id", "item_id")
    rows = rows.take(pc.sort_indices(rows["user_id"]))  # stable; it has no ordered tail
    return int(np.minimum(np.unique(rows["user_id"].to_numpy(), return_counts=True)[1], LAST).sum())


ENGINES: dict[str, Callable[[Path, str, Path], int]] = {
    "trovato": ours,
    "polars": polars,
    "duckdb": duckdb,
    "pyarrow": arrow,
}
JOBS = ("count items", "top of weeks", "split in time", "subset", "last rows")


def one(engine: str, folder: Path, job: str) -> None:
    """Do one job, and print what it took."""
    with tempfile.TemporaryDirectory() as place:
        wall, cpu = time.perf_counter(), time.process_time()
        answer = ENGINES[engine](folder, job, Path(place) / "out")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"answer": answer, "wall": wall, "cpu": cpu, "peak": peak}))


def measure(engine: str, folder: Path, job: str) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", engine, str(folder), job]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
    if done.returncode:
        print(f"  {engine}: failed: {done.stderr.strip().splitlines()[-1:]}")
        return {}
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(folders: list[Path]) -> None:
    times: dict[str, list[tuple[int, float]]] = {job: [] for job in JOBS}
    for folder in folders:
        rows = InteractionLog.open(folder).stored_rows
        print(f"{rows:,} rows: M rows per second of processor time, of wall time, peak MB")
        for job in JOBS:
            print(job)
            found = {engine: measure(engine, folder, job) for engine in ENGINES}
            for engine, took in found.items():
                if took:
                    speeds = f"{rows / 1e6 / took['cpu']:8.1f} {rows / 1e6 / took['wall']:8.1f}"
                    print(f"  {engine:8} {speeds} {took['peak']:8.0f}")
            answers = {name: took["answer"] for name, took in found.items() if took}
            if len(set(answers.values())) > 1:
                print(f"  answers differ: {answers}")
            rivals = [took["cpu"] for name, took in found.items() if took and name != "trovato"]
            if found["trovato"] and rivals:
                times[job].append((rows, found["trovato"]["cpu"]))
                print(f"  {min(rivals) / found['trovato']['cpu']:.2f} times the best engine")
    for job, points in times.items():
        if len(points) > 1:
            slope, start = np.polyfit([x for x, _ in points], [y for _, y in points], 1)
            print(
                f"{job}: {(start + slope * ROWS) / 3600:.2f} h of processor time for {ROWS:,} rows"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    else:
        main([Path(argument) for argument in sys.argv[1:]])
