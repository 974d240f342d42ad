"""Further sets of questions whose pages are known, one row each.

    python bench/page_questions.py FOLDER --documents build/bench/find_page
    python bench/page_questions.py FOLDER --words

FOLDER holds `mmdocir_boxes.jsonl`, `cdocrag_questions.jsonl`, `ohr_pages/` and
`annual_reports/`. The first two ask about the documents that `bench/find_page.py` has indexed.
The others are indexed here; with `--words` by an encoder without a model, so that words alone
are measured, in a tenth of the time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from trovato.core import Item
from trovato.data.datasets.questions import Question, QuestionSet
from trovato.evaluate import evaluate, parse_measure
from trovato.library import MODES, Library, Mode, judged_against, run_questions
from trovato.testing import WordEncoder

MEASURES = [parse_measure(name) for name in ("nDCG@5", "R@5", "RR@10")]
WORDS: tuple[Mode, ...] = ("lexical",)


def rows(path: Path) -> list[dict[str, Any]]:
    """The lines of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def asked(texts: Iterable[tuple[str, list[str]]]) -> QuestionSet:
    """Questions and the pages of each; those without a page are kept apart."""
    every = [
        Question(f"q{number}", text, dict.fromkeys(pages, 1))
        for number, (text, pages) in enumerate(texts, start=1)
    ]
    return QuestionSet(
        tuple(one for one in every if one.grades), tuple(one for one in every if not one.grades)
    )


def mmdocir(folder: Path) -> QuestionSet:
    """Of MMDocIR, about the documents."""
    return asked(
        (row["question"], [f"{row['doc_id']}#{page + 1}" for page in row["pages"]])
        for row in rows(folder / "mmdocir_boxes.jsonl")
    )


def cdocrag(folder: Path) -> QuestionSet:
    """Of DocRAG-Bench, about the documents."""
    return asked(
        (row["question"], [f"{row['file_name']}.pdf#{page + 1}" for page in row["reference_page"]])
        for row in rows(folder / "cdocrag_questions.jsonl")
    )


def ohr(folder: Path) -> QuestionSet:
    """Of OHR-Bench, about single pages."""
    return asked(
        (row["questions"], [f"{row['doc_name']}#{row['evidence_page_no']}"])
        for row in rows(folder / "ohr_pages" / "questions.jsonl")
    )


def annual(folder: Path) -> QuestionSet:
    """Of the Enterprise RAG Challenge, about annual reports."""
    return asked(
        (row["question"], [_report_page(page) for pool in row["reference_pools"] for page in pool])
        for row in rows(folder / "annual_reports" / "questions.jsonl")
    )


def _report_page(name: str) -> str:
    digest, _, page = name.partition(":")
    return f"{digest}.pdf#{int(page) + 1}"


def measured(
    name: str, library: Library, questions: QuestionSet, modes: Iterable[Mode]
) -> Iterator[str]:
    """One line for each mode."""
    files = library.collection.files()
    pages = {page for file in files for page in _pages(file.name, file.pages, whole=file.whole)}
    found = judged_against(questions, files).within(pages)
    texts = {question.id: question.text for question in found.questions}
    for mode in modes:
        run = run_questions(library.retriever(mode), texts)
        estimates = evaluate(run, found.truth, MEASURES).overall.estimates
        cells = "  ".join(f"{label} {value}" for label, value in estimates.items())
        yield f"{name:22} {len(texts):4} questions  {mode:8} {cells}"


def _pages(name: str, pages: int, *, whole: bool) -> list[str]:
    return [name] if whole else [f"{name}#{page}" for page in range(1, pages + 1)]


def main() -> None:
    """Index what is not indexed, ask, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--documents", type=Path, help="the collection of bench/find_page.py")
    parser.add_argument("--words", action="store_true", help="measure words alone")
    options = parser.parse_args()
    if options.documents is not None:
        with Library.open(options.documents) as library:
            for name, questions in (("MMDocIR", mmdocir), ("DocRAG-Bench", cdocrag)):
                for line in measured(name, library, questions(options.folder), MODES):
                    print(line, flush=True)
        return
    modes = WORDS if options.words else MODES
    encoder = WordEncoder(8) if options.words else None
    with tempfile.TemporaryDirectory() as temporary:
        pages = rows(options.folder / "ohr_pages" / "pages.jsonl")
        for key, name in (("text", "OHR, true text"), ("text_ocr", "OHR, text by OCR")):
            with Library.create(Path(temporary) / key, encoder=encoder) as library:
                library.add_items(
                    Item(f"{row['doc']}#{row['page']}", "page", row[key]) for row in pages
                )
                for line in measured(name, library, ohr(options.folder), modes):
                    print(line, flush=True)
        with Library.create(Path(temporary) / "reports", encoder=encoder) as library:
            library.add([options.folder / "annual_reports" / "pdf"], ocr=False)
            for line in measured("annual reports", library, annual(options.folder), modes):
                print(line, flush=True)


if __name__ == "__main__":
    main()
