import importlib.util
import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from trovato.data import open_document
from trovato.data.datasets.questions import read_questions

EXAMPLES = Path(__file__).parents[2] / "examples"
DOCUMENTS = EXAMPLES / "documents"


@pytest.fixture(scope="module")
def render() -> ModuleType:
    sys.path.insert(0, str(EXAMPLES))
    try:
        spec = importlib.util.spec_from_file_location("render_examples", EXAMPLES / "render.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(EXAMPLES))
    return module


def test_the_committed_documents_are_what_the_script_draws() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / "render.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_drawing_twice_gives_the_same_bytes(render: ModuleType) -> None:
    for source in (render.how, render.memo):
        assert source.render() == source.render()


def test_one_changed_letter_is_noticed_even_in_the_scan(
    render: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = render.memo.render()
    monkeypatch.setattr(render.memo, "_MEMO", render.memo._MEMO.replace("612 maps", "617 maps"))
    assert not render.same(before, render.memo.render())


def test_a_few_shades_are_not_a_change(render: ModuleType) -> None:
    before = (DOCUMENTS / "notice.png").read_bytes()
    shades = np.asarray(Image.open(io.BytesIO(before)).convert("L"), np.int16)
    grain = np.random.default_rng(0).integers(-6, 7, shades.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(shades + grain, 0, 255).astype(np.uint8)).save(out, "PNG")
    assert out.getvalue() != before
    assert render.same(before, out.getvalue())


def test_the_scan_has_no_text_layer_and_its_facts_stand_nowhere_else() -> None:
    pages = {
        f"{path.name}#{number}": page.get_textpage().get_text_bounded()
        for path in sorted(DOCUMENTS.glob("*.pdf"))
        for number, page in enumerate(pypdfium2.PdfDocument(path), start=1)
    }
    assert pages["memo-7.pdf#2"].strip() == ""
    others = [path.read_text() for path in DOCUMENTS.iterdir() if path.suffix in (".md", ".txt")]
    for said in ("Calloway", "cabinet", "brass screw"):
        assert not any(said in text for text in [*pages.values(), *others])


def test_the_documents_are_small() -> None:
    assert sum(path.stat().st_size for path in DOCUMENTS.iterdir()) < 1_500_000


def test_every_question_names_pages_that_exist() -> None:
    existing = set()
    for path in sorted(DOCUMENTS.iterdir()):
        with open_document(path) as document:
            existing |= {f"{path.name}#{page}" for page in range(1, document.page_count + 1)}
    questions = read_questions(EXAMPLES / "questions.jsonl")
    assert len(questions.questions) >= 20
    assert questions.within(existing).apart == ()
    assert {item for question in questions.questions for item in question.grades} <= existing
    assert {group for question in questions.questions for group in question.groups} == {
        "text",
        "table",
        "chart",
        "scan",
        "slides",
    }
