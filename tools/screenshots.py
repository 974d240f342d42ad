"""Make the pictures of the README and the docs: pages of the application, and evidence on a page.

python tools/screenshots.py

Needs Chromium, websocket-client, and trovato with the extra `ocr`.
"""

from __future__ import annotations

import base64
import importlib.util
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvicorn
from PIL import Image

from trovato import Library
from trovato.web import build_app

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
QUESTION = "How many megabytes do 1,000 pages take at one byte per number?"
LOOKS = {"": ("light", 1280, 860), "-dark": ("dark", 1280, 860), "-telephone": ("light", 390, 844)}


def main() -> None:
    """Index the example documents, serve them, and take the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.create(Path(folder) / "examples.trovato") as library,
    ):
        library.add([ROOT / "examples" / "documents"])
        best = library.search(QUESTION, k=1)[0]
        picture = library.picture(best.item.id, best.evidence, long_side=1000)
        picture.quantize(64).save(PICTURES / "evidence.png", optimize=True)
        page = urlencode({"id": best.item.id, "q": QUESTION})
        with served(library) as root, chromium(Path(folder)) as browser:
            search = f"{root}/c/collection/search?{urlencode({'q': QUESTION})}"
            browser.open(search)
            browser.ask("document.querySelector('#answer').click()")
            browser.wait("document.querySelector('.said') !== null")
            answer = browser.ask("location.href")
            views = {
                "home": f"{root}/",
                "serve": search,
                "answer": answer,
                "page": f"{root}/c/collection/page?{page}",
            }
            for name, address in views.items():
                for suffix, look in LOOKS.items():
                    take(browser, address, *look, PICTURES / f"{name}{suffix}.png")


@contextmanager
def served(library: Library) -> Iterator[str]:
    """The address at which the library is served."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(build_app(library), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def chromium(folder: Path) -> Iterator[Any]:
    """The browser of the tests."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        sys.exit("needs Chromium on the path")
    found = importlib.util.spec_from_file_location(
        "devtools", ROOT / "tests" / "browser" / "devtools.py"
    )
    assert found is not None
    assert found.loader is not None
    devtools = importlib.util.module_from_spec(found)
    found.loader.exec_module(devtools)
    browser = devtools.Browser(program, folder / "profile")
    yield browser
    browser.close()


def take(browser: Any, address: str, scheme: str, width: int, height: int, place: Path) -> None:
    """Save what a window of that size shows."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.call("Emulation.setDeviceMetricsOverride", **size)
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.call("Emulation.setEmulatedMedia", features=features)
    browser.open(address)
    time.sleep(1)  # pictures inside SVG tell nobody when they have come
    taken = base64.b64decode(browser.call("Page.captureScreenshot", format="png")["data"])
    Image.open(BytesIO(taken)).convert("RGB").quantize(64).save(place, optimize=True)


if __name__ == "__main__":
    main()
