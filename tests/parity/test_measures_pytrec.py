"""Every measure against trec_eval, through pytrec_eval.

trec_eval breaks ties by falling id, and we break them by rising id before a measure sees the
ranking. So the scores given to trec_eval fall strictly in our order.
"""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import Evidence, Item, Ranking, generator
from trovato.evaluate import evaluate, parse_measure

PEERS = {
    "nDCG": "ndcg",
    "nDCG@1": "ndcg_cut_1",
    "nDCG@5": "ndcg_cut_5",
    "nDCG@10": "ndcg_cut_10",
    "R@1": "recall_1",
    "R@5": "recall_5",
    "P@5": "P_5",
    "P@10": "P_10",
    "RR": "recip_rank",
    "AP": "map",
    "AP@5": "map_cut_5",
    "Success@1": "success_1",
    "Success@5": "success_5",
}
ASKED = {
    "ndcg",
    "recip_rank",
    "map",
    "ndcg_cut.1,5,10",
    "recall.1,5",
    "P.5,10",
    "map_cut.5",
    "success.1,5",
}


def by_trec_eval(
    run: Mapping[str, Sequence[str]], truth: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    scores = {
        query: {found: float(len(ranking) - place) for place, found in enumerate(ranking)}
        for query, ranking in run.items()
    }
    # pytrec_eval crashes on a query with negative grades only; an absent item of grade 0 helps.
    grades = {query: {**judged, "absent": 0} for query, judged in truth.items()}
    values: dict[str, dict[str, float]] = pytrec_eval.RelevanceEvaluator(grades, ASKED).evaluate(
        scores
    )
    return values


def random_runs(seed: int) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    """Runs whose scores often tie, in the order that a `Ranking` has."""
    random = generator(seed, "parity")
    run: dict[str, list[str]] = {}
    truth: dict[str, dict[str, int]] = {}
    for number in range(50):
        items = [f"d{item:02d}" for item in range(int(random.integers(1, 40)))]
        scored = [(-int(random.integers(5)), item) for item in items if random.random() < 0.7]
        run[f"q{number}"] = [item for _, item in sorted(scored)] or items[:1]
        truth[f"q{number}"] = {item: int(random.integers(-1, 4)) for item in items[::2]}
    return run, truth


@pytest.mark.parametrize("seed", range(5))
def test_values_equal_trec_eval_on_random_runs_with_ties(seed: int) -> None:
    run, truth = random_runs(seed)
    report = evaluate(run, truth, [parse_measure(name) for name in PEERS], resamples=1)
    expected = by_trec_eval(run, truth)
    assert len(report.per_query) > 40
    for query, values in report.per_query.items():
        for name, peer in PEERS.items():
            assert values[name] == pytest.approx(expected[query][peer], abs=1e-9), (query, name)


FORMS = ("scores", "records", "pandas", "polars", "files", "rankings")


def in_form(form: str, run: Mapping[str, Sequence[str]], truth: Mapping[str, Any], at: Path) -> Any:
    """The same run and judgements as people have them, with scores that fall in the run's order."""
    scores = [(q, d, 1.0 - rank / 99) for q, best in run.items() for rank, d in enumerate(best)]
    grades = [(q, d, grade) for q, judged in truth.items() for d, grade in judged.items()]
    if form == "scores":
        return {q: {d: s for p, d, s in reversed(scores) if p == q} for q in run}, truth
    if form == "rankings":
        none = Evidence()
        return {
            q: Ranking.of((Item(d, "text", ""), s, none) for p, d, s in scores if p == q)
            for q in run
        }, truth
    if form == "files":
        lines = (f"{q} Q0 {d} 0 {s} tag\n" for q, d, s in scores)
        (at / "run").write_text("".join(lines))
        (at / "qrels").write_text("".join(f"{q} 0 {d} {grade}\n" for q, d, grade in grades))
        return str(at / "run"), at / "qrels"
    if form == "records":
        scored = namedtuple("scored", "query_id doc_id score")
        return [scored(*row) for row in scores], [
            {"query_id": q, "doc_id": d, "relevance": grade} for q, d, grade in grades
        ]
    frame = pytest.importorskip(form).DataFrame
    return tuple(
        frame(dict(zip(("doc_id", "query_id", name), (d, q, v), strict=True)))
        for name, rows in (("score", scores), ("relevance", grades))
        for q, d, v in [tuple(map(list, zip(*rows, strict=True)))]
    )


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_run_and_judgements_gives_the_values_of_trec_eval(
    form: str, tmp_path: Path
) -> None:
    run, truth = random_runs(7)
    expected = by_trec_eval(run, truth)
    asked_run, asked_truth = in_form(form, run, truth, tmp_path)
    report = evaluate(asked_run, asked_truth, list(PEERS), resamples=1)
    assert len(report.per_query) > 40
    for query, values in report.per_query.items():
        for name, peer in PEERS.items():
            assert values[name] == pytest.approx(expected[query][peer], abs=1e-9), (query, name)


items = st.integers(0, 12).map(lambda number: f"d{number}")


@given(
    ranking=st.lists(items, unique=True, min_size=1),
    grades=st.dictionaries(items, st.integers(-2, 5), min_size=1),
)
def test_any_ranking_scores_as_in_trec_eval(ranking: list[str], grades: dict[str, int]) -> None:
    expected = by_trec_eval({"q": ranking}, {"q": grades})["q"]
    for name, peer in PEERS.items():
        value = parse_measure(name)(ranking, grades)
        assert value == pytest.approx(expected[peer], abs=1e-9), name


@given(
    ranking=st.lists(items, unique=True, min_size=1),
    grades=st.dictionaries(items, st.integers(0, 1), min_size=1),
    k=st.integers(1, 15),
)
def test_reciprocal_rank_with_a_cutoff_is_that_of_the_cut_ranking(
    ranking: list[str], grades: dict[str, int], k: int
) -> None:
    expected = by_trec_eval({"q": ranking[:k]}, {"q": grades})["q"]["recip_rank"]
    assert parse_measure(f"RR@{k}")(ranking, grades) == pytest.approx(expected, abs=1e-9)
