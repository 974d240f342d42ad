"""How fast logs of other origin are read, and in how much memory.

    python bench/logs_import.py [--rows 1e6,4e6] [--form kuairand]

Draws files in the published form with rows in no order, and imports each in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from trovato.core import generator
from trovato.interactions.imports import import_log

_SPAN = 30 * 86_400  # seconds


def drawn(form: str, rows: int, folder: Path) -> Path:
    random = generator(0, f"{form}, {rows} rows")
    users, items = random.integers(0, 27_000, rows), random.integers(0, 1_000_000, rows)
    seconds = random.integers(0, _SPAN, rows)
    if form == "yambda":
        table = pa.table(
            {
                "uid": users.astype(np.uint32),
                "timestamp": seconds.astype(np.uint32),
                "item_id": items.astype(np.uint32),
                "is_organic": (users & 1).astype(np.uint8),
                "played_ratio_pct": (items % 101).astype(np.uint16),
                "track_length_seconds": np.full(rows, 200, np.uint32),
            }
        )
        path = folder / "listens.parquet"
        pa.parquet.write_table(table, path)
        return path
    if form == "inter":
        names = ["user_id:token", "item_id:token", "rating:float", "timestamp:float"]
        table = pa.table([users, items, items % 5 + 1, seconds + 1e9], names)
        path = folder / "drawn.inter"
        with path.open("wb") as file:
            file.write("\t".join(names).encode() + b"\n")
            options = pa.csv.WriteOptions(delimiter="\t", include_header=False)
            pa.csv.write_csv(table, file, options)
        return path
    zero = np.zeros(rows, np.int8)
    flags = ("is_like", "is_hate", "is_forward", "is_profile_enter", "is_comment", "is_click")
    table = pa.table(
        {
            "user_id": users,
            "video_id": items,
            "time_ms": seconds * 1000 + 1_649_376_000_000,
            "play_time_ms": items % 60_000,
            "duration_ms": items % 90_000,
            "tab": zero,
            **dict.fromkeys(flags, zero),
        }
    )
    path = folder / "log_standard_drawn.csv"
    pa.csv.write_csv(table, path)
    return path


def one(form: str, path: Path, folder: Path) -> None:
    before, begin = time.process_time(), time.monotonic()
    log = import_log(form, path, folder).logs[""]
    rows, spent = log.stored_rows, time.process_time() - before
    print(
        f"{form} {rows / 1e6:.1f} M rows, {path.stat().st_size / 1e6:,.0f} MB: "
        f"{rows / spent / 1e6:.2f} M rows per second of processor time, "
        f"{time.monotonic() - begin:.1f} s, peak memory "
        f"{peak():,.0f} MB"
    )


def peak() -> float:
    """Megabytes of this program alone: what getrusage tells begins with those of its parent."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1e6,4e6")
    parser.add_argument("--form", default="kuairand", choices=["kuairand", "yambda", "inter"])
    parser.add_argument("--one", nargs=2, type=Path, metavar=("FILE", "FOLDER"))
    options = parser.parse_args()
    if options.one:
        one(options.form, *options.one)
        return
    for rows in options.rows.split(","):
        with tempfile.TemporaryDirectory() as place:
            path = drawn(options.form, round(float(rows)), Path(place))
            words = ["--form", options.form, "--one", str(path), f"{place}/log"]
            subprocess.run([sys.executable, __file__, *words], check=True)


if __name__ == "__main__":
    main()
