"""Make the pictures of the README: the served page, and a page with its evidence.

python tools/screenshots.py

Needs Chromium, and trovato with the extra `ocr`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from trovato import Library

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
QUESTION = "How many megabytes do 1,000 pages take at one byte per number?"


def main() -> None:
    """Index the example documents, serve them, and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("needs Chromium on the path")
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "examples.trovato"
        with Library.create(collection) as library:
            library.add([ROOT / "examples" / "documents"])
            best = library.search(QUESTION, k=1)[0]
            picture = library.picture(best.item.id, best.evidence, long_side=1000)
            picture.quantize(64).save(PICTURES / "evidence.png", optimize=True)
        command = [sys.executable, "-m", "trovato", "serve", str(collection), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            address = server.stdout.readline().split(" at ")[1].strip()
            subprocess.run(
                [
                    chromium,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--hide-scrollbars",
                    f"--user-data-dir={folder}/profile",
                    "--window-size=1280,860",
                    "--virtual-time-budget=20000",
                    f"--screenshot={PICTURES / 'serve.png'}",
                    f"{address}/?{urlencode({'q': QUESTION})}",
                ],
                check=True,
                capture_output=True,
            )
            server.terminate()


if __name__ == "__main__":
    main()
