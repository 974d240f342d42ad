"""Does the law support the term? Articles found for facts, and terms predicted without a model.

Statutes, interpretations and cases come from `--shared`. Terms: five-fold cross-validation on the
LawBench cases; each fold's statistics are fitted to the other folds and to the JuDGE cases, which
share no case with LawBench. Articles: JuDGE's facts are the queries and nothing is fitted to them;
charges are suggested by LawBench cases. Parameters are the defaults of the
code.

    python bench/sentencing.py --shared DATA
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from trovato.core import Item, generator
from trovato.data.legal import (
    JudgedCase,
    read_judge_cases,
    read_lawbench_terms,
    read_source,
)
from trovato.generate.case import Pack, analyze_case, load_pack, rank_articles
from trovato.ops import term_bin
from trovato.retrieve import MultiSourceRetriever, NearestCentroid, SourceFilter
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
    report_articles(data, pack)
    report_versions(law_versions(data))
    report_terms(terms, judged, current, pack)
    if options.save:
        fit_term_statistics(_examples(terms, judged), current, pack).save(options.save)


def report_articles(data: Path, pack: Pack) -> None:
    """Recall of cited articles among the 452 main articles of the law."""
    names: dict[str, list[str]] = {}
    for offence, number in pack.offences.items():
        names.setdefault(number, []).append(offence)
    statutes = {}
    for record in _records(data / "law" / "judge-law-corpus.jsonl"):
        number = str(record["text_id"])
        attributes = {"article": number, "offences": "; ".join(names.get(number, ()))}
        statutes[number] = Item(number, "statute", record["text"], attributes=attributes)
    bare = {
        number: Item(number, "statute", item.text, attributes={"article": number})
        for number, item in statutes.items()
    }
    retriever, without_names = (
        MultiSourceRetriever(items.values(), SourceFilter()) for items in (statutes, bare)
    )
    labelled = {}
    for name in ("lawbench-terms.jsonl", "lawbench-charges.jsonl"):
        for record in _records(data / name):
            charges = map(pack.offence, record["charges"].split(";"))
            labelled[record["fact"]] = [charge for charge in charges if charge]
    suggestions = NearestCentroid(labelled.items())
    cases = read_judge_cases(data / "judge-cases.jsonl")
    qrels: dict[str, set[str]] = {}
    for line in (data / "judge-qrels.txt").read_text("utf-8").splitlines():
        query, _, article, _ = line.split()
        qrels.setdefault(query, set()).add(article)

    def fused(case: JudgedCase, charges: Sequence[str]) -> list[str]:
        offences = [offence for offence in map(pack.offence, charges) if offence]
        analysis = analyze_case(case.facts, offences[:1], statutes, pack)
        return rank_articles(case.facts, offences, analysis, statutes, retriever, pack)

    def suggested(case: JudgedCase) -> list[str]:
        return [label for label, _ in suggestions.rank(case.facts)[:5]]

    ways: dict[str, Callable[[JudgedCase], Sequence[str]]] = {
        "facts, words of the law": lambda case: without_names.search([case.facts], 10).ids,
        "facts, with names of offences": lambda case: retriever.search([case.facts], 10).ids,
        "charge name given": lambda case: retriever.search(case.charges or [case.facts], 10).ids,
        "facts, suggested charges, factors": lambda case: fused(case, suggested(case)),
        "facts, charge given, factors": lambda case: fused(case, case.charges),
    }
    print(f"Cited articles of {len(cases)} judgments, 452 articles")
    print(f"{'':44}{'R@5':>7}{'R@10':>7}{'offence hit@5':>15}")
    for name, way in ways.items():
        rows = []
        for case in cases:
            ranking, cited = list(way(case)), qrels[case.id]
            offences = {article for article in case.articles if int(article) > 101}
            rows.append(
                (
                    len(cited & set(ranking[:5])) / len(cited),
                    len(cited & set(ranking[:10])) / len(cited),
                    float(bool(offences & set(ranking[:5]))),
                )
            )
        five, ten, hit = np.mean(rows, axis=0)
        print(f"{name:44}{five:7.3f}{ten:7.3f}{hit:15.3f}")


def _records(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def law_versions(data: Path) -> list[Item]:
    """The Criminal Law with its amendments, as versions."""
    path = data / "law" / "interpretations.jsonl"
    found = read_source("law", path, "statute", valid_from=date(1997, 10, 1))
    return [one.item() for one in found]


def report_versions(items: Sequence[Item]) -> None:
    """Articles with versions of known words: the one in force on a day must be the one found."""
    retriever = MultiSourceRetriever(items)
    known: dict[str, list[Item]] = {}
    for item in items:
        if item.attributes["exact"]:
            known.setdefault(str(item.attributes["article"]), []).append(item)
    asked = right = undated = 0
    for versions in known.values():
        if len(versions) < 2:
            continue
        for version in versions:
            first = str(max(int(version.attributes["valid_from"]), 19_971_001))
            day = date(int(first[:4]), int(first[4:6]), int(first[6:]))
            question = [version.text[:60]]
            asked += 1
            top = retriever.search(question, 1, SourceFilter(day=day)).ids
            right += top == (version.id,)
            undated += retriever.search(question, 1).ids == (version.id,)
    print(f"Versions: {asked} dated questions, right version {right}, without the date {undated}")


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
