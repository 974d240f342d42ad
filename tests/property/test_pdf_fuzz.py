"""Broken PDFs end in pages or in one error: never in another one, a hang or a crash.

They are read by another process, because a crash inside pdfium would end this one.
"""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from fpdf import FPDF
from PIL import Image

from trovato.core import generator

MUTANTS = 300
# Of a single file, on a busy machine.
SECONDS = 20.0

READER = """
import sys
from pathlib import Path
import numpy as np
from trovato.core import UnreadableFileError
from trovato.data import open_document

for line in sys.stdin:
    try:
        with open_document(Path(line.strip())) as document:
            read = 0
            dict(document.attributes)
            for number in range(1, min(document.page_count, 4) + 1):
                try:
                    page = document.page(number)
                    assert np.isfinite(page.layout.boxes).all()
                    page.text.encode()
                    document.render(number, 200)
                    read += 1
                except UnreadableFileError as error:
                    assert str(error)
        print("pages", read, flush=True)
    except UnreadableFileError as error:
        assert str(error)
        print("refused", error, flush=True)
    except BaseException as error:
        print("escaped", type(error).__name__, error, flush=True)
"""


def _originals() -> list[bytes]:
    picture = Image.effect_noise((60, 40), 60)
    made = []
    for compress in (True, False):
        pdf = FPDF(unit="pt", format=(300, 400))
        pdf.set_compression(compress)
        pdf.set_title("A title")
        pdf.set_font("Times", size=11)
        for _ in range(2):
            pdf.add_page()
            pdf.multi_cell(0, text="The quick brown fox jumps over the lazy dog. " * 9)
            pdf.image(picture, 20, 200, 100)
            pdf.line(0, 0, 300, 400)
        made.append(bytes(pdf.output()))
    turned = pdfium.PdfDocument(made[0])
    turned[0].set_rotation(90)
    written = io.BytesIO()
    turned.save(written)
    made.append(written.getvalue())
    return made


def _mutant(originals: list[bytes], random: np.random.Generator) -> bytes:
    content = bytearray(originals[random.integers(len(originals))])
    match random.integers(5):
        case 0:  # a few bits
            for at in random.integers(len(content), size=random.integers(1, 30)):
                content[at] ^= 1 << int(random.integers(8))
        case 1:  # an end that is missing
            del content[random.integers(len(content)) :]
        case 2:  # a piece of one inside the other
            other = originals[random.integers(len(originals))]
            first, last = sorted(random.integers(len(other), size=2))
            at = int(random.integers(len(content)))
            content[at : at + int(random.integers(200))] = other[first:last]
        case 3:  # a piece that is missing or filled with one byte
            first, last = sorted(random.integers(len(content), size=2))
            content[first:last] = bytes([random.integers(256)]) * int(
                random.integers(last - first + 1)
            )
        case _:  # other numbers
            digits = [at for at, byte in enumerate(content) if 48 <= byte <= 57]
            for at in random.choice(digits, size=random.integers(1, 12)):
                content[at] = int(random.integers(48, 58))
    return bytes(content)


def _read_all(paths: list[Path]) -> dict[Path, str]:
    """What became of each file: the reader's answer, or that it crashed or hung."""
    outcome: dict[Path, str] = {}
    left = list(paths)
    while left:
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", READER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as reader:
            assert reader.stdin is not None
            assert reader.stdout is not None
            while left:
                watch = threading.Timer(SECONDS, reader.kill)
                watch.start()
                try:
                    reader.stdin.write(f"{left[0]}\n")
                    reader.stdin.flush()
                    answer = reader.stdout.readline()
                except BrokenPipeError:
                    answer = ""
                watch.cancel()
                outcome[left.pop(0)] = answer.strip() or "crashed or hung"
                if not answer:
                    break
            reader.stdin.close()
    return outcome


def test_mutated_pdfs_give_pages_or_one_error(tmp_path: Path) -> None:
    originals = _originals()
    random = generator(7, "mutated pdfs")
    paths = []
    for number in range(MUTANTS):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(_mutant(originals, random))
        paths.append(path)
    outcome = _read_all(paths)
    bad = {
        path.name: said
        for path, said in outcome.items()
        if not said.startswith(("pages", "refused"))
    }
    assert not bad, bad
    # The mutants are neither all harmless nor all hopeless.
    refused = sum(said.startswith("refused") for said in outcome.values())
    assert MUTANTS / 50 < refused < MUTANTS / 2
