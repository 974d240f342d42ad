"""`trovato serve` under 1, 4, 16 and 64 clients, with and without a writer.

    python bench/serve.py COLLECTION QUESTIONS [--requests 64] [--clients 1 4 16 64]

COLLECTION is searched as it is; with a writer it is a copy beside it that one text is added to
again and again. QUESTIONS holds one question a line. Wall milliseconds as a client sees them, and
processor milliseconds of the server for each request.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

import numpy as np

from trovato.core import Item
from trovato.index import Collection
from trovato.library import Library


def processor_seconds(pid: int) -> float:
    """Of a process with all its threads, from Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def get(port: int, path: str, cookie: str = "") -> tuple[int, str]:
    """Status of one answer, and its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await writer.drain()
    answer = (await reader.read()).decode("utf-8", "replace")
    writer.close()
    return int(answer.split()[1]), answer.partition("\r\n\r\n")[0]


async def ask(
    port: int, cookie: str, name: str, questions: list[str], clients: int
) -> tuple[list[float], int]:
    """Milliseconds of the answers, and how many failed."""
    left, times, errors = list(questions), list[float](), 0

    async def client() -> None:
        nonlocal errors
        while left:
            path = f"/api/v1/collections/{name}/search?"
            path += urllib.parse.urlencode({"q": left.pop()})
            began = time.perf_counter()
            status, _ = await get(port, path, cookie)
            times.append((time.perf_counter() - began) * 1e3)
            errors += status != 200

    await asyncio.gather(*(client() for _ in range(clients)))
    return times, errors


def keep_writing(folder: Path, stop: threading.Event) -> None:
    """Add a text, again and again."""
    with Library.open(folder) as library:
        number = 0
        while not stop.is_set():
            number += 1
            library.add_items([Item(f"written {number}", kind="text", text=f"Text {number}.")])
            stop.wait(0.5)


def measure(place: Path, questions: list[str], clients: list[int], *, writing: bool) -> None:
    """Serve a collection, ask, print."""
    command = [sys.executable, "-m", "trovato", "serve", str(place), "--port", "0"]
    server = subprocess.Popen(
        [*command, "--workspace", str(place.parent / "workspace.db")],
        stdout=subprocess.PIPE,
        text=True,
    )
    stop = threading.Event()
    writer = threading.Thread(target=keep_writing, args=(place, stop))
    try:
        assert server.stdout is not None
        address = urllib.parse.urlsplit(server.stdout.readline().rpartition(" at ")[2].strip())
        port = address.port or 0
        _, head = asyncio.run(get(port, f"{address.path or '/'}?{address.query}"))
        cookie = next(
            line.partition(": ")[2].partition(";")[0]
            for line in head.splitlines()
            if line.lower().startswith("set-cookie")
        )
        asyncio.run(ask(port, cookie, place.stem, questions[:3], 1))
        if writing:
            writer.start()
        for count in clients:
            before, began = processor_seconds(server.pid), time.perf_counter()
            times, errors = asyncio.run(ask(port, cookie, place.stem, questions, count))
            wall = time.perf_counter() - began
            spent = (processor_seconds(server.pid) - before) * 1e3 / len(times)
            quantiles = " | ".join(f"{np.percentile(times, share):.0f}" for share in (50, 95, 99))
            beside = "yes" if writing else "no"
            print(
                f"{count} | {beside} | {quantiles} | {errors} | {spent:.0f} | "
                f"{len(times) / wall:.1f}",
                flush=True,
            )
    finally:
        stop.set()
        if writing:
            writer.join()
        server.terminate()
        server.wait()


def main() -> None:
    """Measure without a writer, then with one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("collection", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--requests", type=int, default=64)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16, 64])
    options = parser.parse_args()
    lines = [line for line in options.questions.read_text("utf-8").splitlines() if line.strip()]
    questions = [lines[number % len(lines)] for number in range(options.requests)]
    print("clients | writer | p50 ms | p95 | p99 | errors | CPU ms a request | requests/s")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "served.trovato"
        Collection.open(options.collection).copy_to(copy)
        for writing in (False, True):
            measure(copy, questions, options.clients, writing=writing)


if __name__ == "__main__":
    main()
