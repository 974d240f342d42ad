"""Does the law support the term? Articles found for facts, and terms predicted without a model.

Statutes, interpretations and cases come from `--shared`. Terms: five-fold cross-validation on the
LawBench cases; each fold's statistics are fitted to the other folds and to the JuDGE cases, which
share no case with LawBench. Articles: JuDGE's facts are the queries and nothing is fitted to them;
charges are suggested by LawBench cases. Parameters are the defaults of the
code.

    python bench/sentencing.py --shared ../shared/data
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from trovato.core import Item, generator
from trovato.data.legal import (
    JudgedCase,
    read_judge_cases,
    read_lawbench_terms,
    read_source,
)
from trovato.generate.case import Pack, analyze_case, load_pack
from trovato.ops import term_bin
from trovato.train import TermExample, fit_term_statistics

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
OTHER_WEIGHT = 0.5  # of a case from another court's collection
FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of development data")
    parser.add_argument("--save", type=Path, help="write statistics fitted to all cases here")
    options = parser.parse_args()
    data = options.shared / "msr2"
    pack = load_pack()
    law = read_source("law", data / "law" / "interpretations.jsonl", "statute")
    current = {one.article.number: one.item() for one in law if one.valid_to is None}
    terms = [
        case
        for case in read_lawbench_terms(data / "lawbench-terms.jsonl")
        if case.months is not None
    ]
    judged = [
        case for case in read_judge_cases(data / "judge-cases.jsonl") if case.months is not None
    ]
    report_terms(terms, judged, current, pack)
    if options.save:
        fit_term_statistics(_examples(terms, judged), current, pack).save(options.save)


def report_terms(
    terms: Sequence[JudgedCase],
    judged: Sequence[JudgedCase],
    statutes: Mapping[str, Item],
    pack: Pack,
) -> None:
    gold = [case.months or 0.0 for case in terms]
    fold = generator(0, "lawbench folds").permutation(len(terms)) % FOLDS
    predicted, calculated, inside = np.zeros(len(terms)), np.zeros(len(terms)), []
    for held_out in range(FOLDS):
        training = [case for case, at in zip(terms, fold, strict=True) if at != held_out]
        fitted = fit_term_statistics(_examples(training, judged), statutes, pack)
        median = statistics.median(case.months or 0.0 for case in training)
        for place in np.flatnonzero(fold == held_out).tolist():
            case = terms[place]
            found = analyze_case(case.facts, case.charges, statutes, pack, statistics=fitted)
            if found.estimate is None or found.calculation is None:
                predicted[place] = calculated[place] = median
                continue
            predicted[place] = found.estimate.months
            calculated[place] = found.calculation.estimate
            inside.append(found.estimate.low <= gold[place] <= found.estimate.high)
    plain = []
    for case in terms:
        found = analyze_case(case.facts, case.charges, statutes, pack)
        plain.append(found.calculation.estimate if found.calculation else 12.0)
    print(f"LawBench terms, {len(terms)} cases")
    print(f"{'':44}{'accuracy':>9}{'log score':>10}{'MAE':>7}")
    median = statistics.median(gold)
    for name, values in (
        ("constant median", [median] * len(gold)),
        ("calculator, no statistics", plain),
        ("calculator, fitted starting terms", calculated),
        ("calculator and like cases (the estimate)", predicted),
    ):
        print(
            f"{name:44}{_accuracy(values, gold):9.3f}{_log_score(values, gold):10.3f}"
            f"{np.mean(np.abs(np.array(values) - gold)):7.1f}"
        )
    print(f"80 % intervals hold {np.mean(inside):.3f} of {len(inside)} terms")


def _examples(terms: Sequence[JudgedCase], judged: Sequence[JudgedCase]) -> list[TermExample]:
    return [
        TermExample(case.facts, case.charges, case.months or 0.0, weight)
        for cases, weight in ((terms, 1.0), (judged, OTHER_WEIGHT))
        for case in cases
    ]


def _accuracy(predicted: Sequence[float] | np.ndarray, gold: Sequence[float]) -> float:
    return float(
        np.mean([term_bin(float(a)) == term_bin(b) for a, b in zip(predicted, gold, strict=True)])
    )


def _log_score(predicted: Sequence[float] | np.ndarray, gold: Sequence[float]) -> float:
    """LawBench's: 1 - |log(predicted + 1) - log(gold + 1)| / log 216."""
    apart = np.abs(np.log1p(np.array(predicted)) - np.log1p(np.array(gold)))
    return float(1 - np.mean(apart) / math.log(216))


if __name__ == "__main__":
    main()
