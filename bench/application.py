"""How soon the application answers, and how long others wait while a long question is asked.

python bench/application.py COLLECTION

The collection should be one of real size; the server is started as its user starts it.
"""

from __future__ import annotations

import argparse
import gzip
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

import trovato.web

WORDS = "what did the harbour master write about the timber of the long quay in that year "


def main() -> None:
    """Start a server, ask it, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", type=Path)
    collection = parser.parse_args().collection
    rows = [("script and style, gzip", f"{weight() / 1000:.1f} kB")]
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        words = ["serve", str(collection), "--port", "0", "--workspace", f"{folder}/w.db"]
        server = subprocess.Popen(
            [sys.executable, "-m", "trovato", *words], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        address = server.stdout.readline().rsplit(" at ", 1)[1].strip()
        root, _, token = address.partition("/?token=")
        # Large answers are read whole; the token is a program's.
        with httpx.Client(timeout=120, headers={"authorization": f"Bearer {token}"}) as client:
            client.get(root).raise_for_status()
            rows.append(("first page after the start", f"{time.perf_counter() - begun:.2f} s"))
            name = client.get(f"{root}/api/v1/collections").json()["collections"][0]["name"]
            search = f"{root}/c/{name}/search"
            rows.append(("first page, alone, median", shown(waits(client, root, 20))))
            rows.append(
                (
                    "search of five words, median",
                    shown(waits(client, f"{search}?q={WORDS[:30]}", 10)),
                )
            )
            rows += loaded(client, root, f"{search}?q={(WORDS * 30)[:2000]}")
        server.terminate()
        server.wait()
    width = max(len(name) for name, _ in rows)
    for label, value in rows:
        print(f"{label:{width}}  {value}")


def loaded(client: httpx.Client, root: str, long: str) -> list[tuple[str, str]]:
    """The first page while a question of 2,000 characters is searched for."""
    done, took = threading.Event(), []

    def ask() -> None:
        begun = time.perf_counter()
        httpx.get(long, timeout=120, headers=client.headers).raise_for_status()
        took.append(time.perf_counter() - begun)
        done.set()

    found: list[float] = []
    while len(found) < 20:
        done.clear()
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.02)
        while not done.is_set():
            found += waits(client, root, 1)
        thread.join()
    return [
        ("question of 2,000 characters, median", f"{statistics.median(took):.2f} s"),
        (f"first page meanwhile, {len(found)} times", shown(found)),
    ]


def waits(client: httpx.Client, address: str, times: int) -> list[float]:
    """Seconds until a page is there."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        client.get(address).raise_for_status()
        found.append(time.perf_counter() - begun)
    return found


def shown(seconds: list[float]) -> str:
    """Median and the worst."""
    return f"{statistics.median(seconds) * 1000:.0f} ms, at most {max(seconds) * 1000:.0f}"


def weight() -> int:
    """Bytes of all script and style, each packed by itself."""
    static = Path(trovato.web.__file__).parent / "static"
    files = [path for path in static.iterdir() if path.suffix in (".js", ".css")]
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


if __name__ == "__main__":
    main()
