"""nDCG@10 of lexical search, late interaction and both on the Cranfield abstracts.

python bench/cranfield.py FOLDER

FOLDER holds `cran.all.1400`, `cran.qry` and `QRelsCorrectedforTRECeval`.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from trovato.data.datasets.cranfield import read_cranfield_documents, read_cranfield_queries
from trovato.evaluate import compare, evaluate, parse_measure, read_qrels
from trovato.library import Library, run_questions
from trovato.retrieve import Fusion

MEASURES = [parse_measure(name) for name in ("nDCG@10", "R@100")]


def main() -> None:
    """Index the abstracts, ask all questions in each mode, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    questions = read_cranfield_queries(folder / "cran.qry")
    truth = read_qrels(folder / "QRelsCorrectedforTRECeval")
    with tempfile.TemporaryDirectory() as place, Library.create(f"{place}/c") as library:
        report = library.add_items(read_cranfield_documents(folder / "cran.all.1400"))
        print(f"{report.pages} abstracts, {report.tokens} tokens in {report.seconds:.0f} s")
        reports = {}
        for mode in ("lexical", "late", "hybrid"):
            run = run_questions(library.retriever(mode), questions, files=True)
            reports[mode] = evaluate(run, truth, MEASURES)
        for share in (0.3, 0.7):
            library.fusion = Fusion(lexical_weight=share)
            run = run_questions(library.retriever("hybrid"), questions, files=True)
            reports[f"hybrid {share}"] = evaluate(run, truth, MEASURES)
    for name, found in reports.items():
        print(f"{name:12s}", *(f"{key} {value}" for key, value in found.overall.estimates.items()))
    better = max(
        "lexical", "late", key=lambda mode: reports[mode].overall.estimates["nDCG@10"].mean
    )
    print(f"from {better} to hybrid:")
    for row in compare(reports[better], reports["hybrid"]).rows():
        print("  ", *row)


if __name__ == "__main__":
    main()
