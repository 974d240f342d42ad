"""Make the pictures of the README and the docs: pages of the application, and evidence on a page.

python tools/screenshots.py

Needs Chromium, Playwright, and trovato with the extra `ocr`.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from trovato import Library
from trovato.annotate import Judged, Project, SettingsSet, next_assignment
from trovato.web import build_app

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
QUESTION = "How many megabytes do 1,000 pages take at one byte per number?"


@dataclass(frozen=True, slots=True)
class Look:
    """A window."""

    scheme: Literal["light", "dark"]
    width: int
    height: int


RUNS = ("words", "both")
LOOKS = {
    "": Look("light", 1280, 860),
    "-dark": Look("dark", 1280, 860),
    "-telephone": Look("light", 390, 844),
}


def main() -> None:
    """Index the example documents, serve them, and take the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.create(Path(folder) / "examples.trovato") as library,
        ExitStack() as stack,
    ):
        library.add([ROOT / "examples" / "documents"])
        best = library.search(QUESTION, k=1)[0]
        picture = library.picture(best.item.id, best.evidence, long_side=1000)
        picture.quantize(64).save(PICTURES / "evidence.png", optimize=True)
        page = urlencode({"id": best.item.id, "q": QUESTION})
        project = stack.enter_context(judged(Path(folder) / "atlas.judged", library))
        with served(library, project) as root, chromium() as browser:
            search = f"{root}/c/collection/search?{urlencode({'q': QUESTION})}"
            asking = browser.new_page()
            asking.goto(search)
            asking.click("#answer")
            asking.wait_for_url("**/answers/*")
            answer = asking.url
            views = {
                "home": f"{root}/",
                "serve": search,
                "answer": answer,
                "page": f"{root}/c/collection/page?{page}",
                "judge": f"{root}/j/atlas/judge",
            }
            for name, address in views.items():
                for suffix, look in LOOKS.items():
                    take(browser, address, look, PICTURES / f"{name}{suffix}.png")


def judged(place: Path, library: Library) -> Project:
    """A project about the same pages, half judged."""
    project = Project.create(place, "ada", SettingsSet(overlap=0.0))
    project.add_documents(library)
    project.add_queries({"q1": QUESTION, "q2": "Where does the key hang?"}, "ada")
    asked = project.queries().items()
    words = {
        query: [hit.item.id for hit in library.search(text, 10, mode="lexical")]
        for query, text in asked
    }
    both = {query: [hit.item.id for hit in library.search(text, 10)] for query, text in asked}
    for name, run in zip(RUNS, (words, both), strict=True):
        project.add_run(run, name, "ada", depth=10)
    for _ in range(13):
        task = next_assignment(project, "ada")
        if task is not None:
            rank = [*both[task.query], task.document.id].index(task.document.id)
            project.record("ada", Judged(task.query, task.document.id, max(0, 3 - rank)))
    return project


@contextmanager
def served(library: Library, project: Project) -> Iterator[str]:
    """The address at which both are served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(build_app(library, projects={"atlas": project}), log_level="warning")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser that is installed."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("needs Chromium on the path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def take(browser: Browser, address: str, look: Look, place: Path) -> None:
    """Save what a window of that size shows."""
    page = browser.new_page(
        color_scheme=look.scheme, viewport={"width": look.width, "height": look.height}
    )
    page.goto(address, wait_until="networkidle")
    taken = Image.open(BytesIO(page.screenshot()))
    taken.convert("RGB").quantize(64).save(place, optimize=True)
    page.close()


if __name__ == "__main__":
    main()
