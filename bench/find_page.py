"""Whole-corpus page retrieval over a folder of documents with known answers.

    python bench/find_page.py FOLDER [--json]

FOLDER holds `pdf/` and `questions.jsonl`. Indexes everything (OCR included) into a collection
then measures nDCG@5 and R@5 of each mode, and of fusions near the default, so that a
reader sees how much the chosen settings matter.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from trovato.data.datasets.questions import read_questions
from trovato.evaluate import evaluate, parse_measure
from trovato.library import Library, judged_against, run_questions
from trovato.ops import reciprocal_rank_fusion
from trovato.retrieve import Fusion

MEASURES = [parse_measure(name) for name in ("nDCG@5", "R@5", "RR@10")]
FUSIONS = [Fusion(lexical, document) for lexical in (0.3, 0.5, 0.7) for document in (0.0, 0.5, 1.0)]


def by_ranks(rankings: Sequence[Sequence[str]]) -> list[str]:
    """The rival of a fusion by scores: reciprocal ranks."""
    fused = reciprocal_rank_fusion(rankings)
    return sorted(fused, key=lambda page: (-fused[page], page))


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--collection", type=Path, default=Path("build/bench/find_page"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    with Library.create(options.collection, exist_ok=True) as library:
        report = library.add([options.folder / "pdf"], prune=True)
        print(
            f"{report.pages} pages ({report.ocr_pages} by OCR), {report.tokens} tokens in "
            f"{report.seconds:.0f} s; {len(report.failures)} failures"
        )
        found = read_questions(options.folder / "questions.jsonl")
        files = library.collection.files()
        pages = {f"{file.name}#{page}" for file in files for page in range(1, file.pages + 1)}
        found = judged_against(found, files).within(pages)
        truth = found.truth
        texts = {question.id: question.text for question in found.questions}
        rows, runs = {}, {}
        for mode in ("lexical", "late", "hybrid"):
            runs[mode] = run_questions(library.retriever(mode), texts)
            rows[mode] = evaluate(runs[mode], truth, MEASURES, groups=found.groups)
        rows["by ranks"] = evaluate(
            {name: by_ranks([runs["lexical"][name], runs["late"][name]]) for name in texts},
            truth,
            MEASURES,
        )
        for fusion in FUSIONS:
            library.fusion = fusion
            run = run_questions(library.retriever("hybrid"), texts)
            name = f"hybrid {fusion.lexical_weight:.1f}/{fusion.document_weight:.1f}"
            rows[name] = evaluate(run, truth, MEASURES)
    if options.json:
        print(json.dumps({name: row.to_json() for name, row in rows.items()}))
        return
    print(f"{len(truth)} questions whose pages exist")
    for name, row in rows.items():
        cells = "  ".join(f"{label} {value}" for label, value in row.overall.estimates.items())
        print(f"{name:16s} {cells}")
    for line in rows["hybrid"].rows()[1:]:
        print("  ", *line)


if __name__ == "__main__":
    main()
