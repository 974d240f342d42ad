"""`trovato serve` under 1, 4, 16 and 64 clients, with and without a writer.

    python bench/serve.py COLLECTION QUESTIONS [--requests 400] [--clients 1 4 16 64] [--shards N]

A copy of COLLECTION is served; with a writer, another process adds a text to it again and again.
QUESTIONS holds one question a line. Wall milliseconds as a client sees them, and processor
milliseconds of the server for each request; beside them, those of the same search in one process,
of making JSON of its hits, and of a request that searches nothing. At last 320 clients ask at once,
more than the server lets wait.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np

from trovato.core import Item
from trovato.index import Collection
from trovato.library import Library, ranking_json


def processor_seconds(pid: int) -> float:
    """Of a process with all its threads, from Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def get(port: int, path: str, cookie: str = "") -> tuple[int, str, str]:
    """Status of one answer, its head, and its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    writer.write("\r\n".join([*lines, "", ""]).encode())
    await writer.drain()
    answer = (await reader.read()).decode("utf-8", "replace")
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(answer.split()[1]), head, body


async def ask(
    port: int, cookie: str, paths: list[str], clients: int
) -> tuple[list[float], list[int], int]:
    """Milliseconds of the answers, seconds after which those refused may come back, failures."""
    left, times, back, errors = list(paths), list[float](), list[int](), 0

    async def client() -> None:
        nonlocal errors
        while left:
            path = left.pop()
            began = time.perf_counter()
            status, head, _ = await get(port, path, cookie)
            if status == 429:
                back.append(int(head.lower().partition("retry-after: ")[2].split()[0]))
                continue
            times.append((time.perf_counter() - began) * 1e3)
            errors += status != 200

    await asyncio.gather(*(client() for _ in range(clients)))
    return times, back, errors


def alone(place: Path, questions: list[str]) -> None:
    """Processor milliseconds of the search in one process, and of the JSON of what it finds."""
    search, told = 0.0, 0.0
    with Library.open(place) as library:
        for number, question in enumerate([*questions[:3], *questions]):
            began = time.process_time()
            ranking = library.search(question)
            found = time.process_time()
            json.dumps(ranking_json(question, "hybrid", ranking))
            if number >= 3:  # others warm up
                search += (found - began) * 1e3
                told += (time.process_time() - found) * 1e3
    print(
        f"in one process: {search / len(questions):.1f} CPU ms a search, "
        f"{told / len(questions):.1f} for JSON of it"
    )


def keep_writing(folder: Path, stop: Event) -> None:
    """Add a text, again and again."""
    with Library.open(folder) as library:
        number = 0
        while not stop.is_set():
            number += 1
            library.add_items([Item(f"written {number}", kind="text", text=f"Text {number}.")])
            stop.wait(0.5)


def measure(
    place: Path, questions: list[str], clients: list[int], shards: list[str], *, writing: bool
) -> None:
    """Serve a collection, ask, print."""
    command = [sys.executable, "-m", "trovato", "serve", str(place), "--port", "0", *shards]
    server = subprocess.Popen(
        [*command, "--workspace", str(place.parent / "workspace.db")],
        stdout=subprocess.PIPE,
        text=True,
    )
    stop = multiprocessing.Event()
    writer = multiprocessing.Process(target=keep_writing, args=(place, stop))
    try:
        assert server.stdout is not None
        address = urllib.parse.urlsplit(server.stdout.readline().rpartition(" at ")[2].strip())
        port = address.port or 0
        _, head, _ = asyncio.run(get(port, f"{address.path or '/'}?{address.query}"))
        cookie = next(
            line.partition(": ")[2].partition(";")[0]
            for line in head.splitlines()
            if line.lower().startswith("set-cookie")
        )
        api = f"/api/v1/collections/{place.stem}/search?"
        searches = [api + urllib.parse.urlencode({"q": question}) for question in questions]
        asyncio.run(ask(port, cookie, searches[:3], 1))
        if writing:
            writer.start()
        for count in clients:
            before, began = processor_seconds(server.pid), time.perf_counter()
            times, _, errors = asyncio.run(ask(port, cookie, searches, count))
            wall = time.perf_counter() - began
            spent = (processor_seconds(server.pid) - before) * 1e3 / len(times)
            quantiles = " | ".join(f"{np.percentile(times, share):.0f}" for share in (50, 95, 99))
            beside = "yes" if writing else "no"
            print(
                f"{count} | {beside} | {quantiles} | {errors} | {spent:.1f} | "
                f"{len(times) / wall:.1f}",
                flush=True,
            )
        _, _, said = asyncio.run(get(port, "/api/v1/load", cookie))
        print(f"the server says {said}")
        if not writing:
            before = processor_seconds(server.pid)
            asyncio.run(ask(port, cookie, ["/api/v1/load"] * 200, 1))
            print(f"without a search: {(processor_seconds(server.pid) - before) * 5:.1f} CPU ms")
            crowd = [searches[number % len(searches)] for number in range(320)]
            times, back, errors = asyncio.run(ask(port, cookie, crowd, len(crowd)))
            print(
                f"{len(crowd)} at once: {len(times)} answered, {len(back)} refused for "
                f"{min(back, default=0)} to {max(back, default=0)} s, {errors} errors"
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
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 4, 16, 64])
    parser.add_argument("--shards", help="As of `trovato serve`.")
    options = parser.parse_args()
    shards = ["--shards", options.shards] if options.shards else []
    lines = [line for line in options.questions.read_text("utf-8").splitlines() if line.strip()]
    questions = [lines[number % len(lines)] for number in range(options.requests)]
    alone(options.collection, lines[:100])
    print("clients | writer | p50 ms | p95 | p99 | errors | CPU ms a request | requests/s")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "served.trovato"
        Collection.open(options.collection).copy_to(copy)
        for writing in (False, True):
            measure(copy, questions, options.clients, shards, writing=writing)


if __name__ == "__main__":
    main()
