"""Estimates from a sample of the judgements."""

from itertools import product

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.evaluate import evaluate
from trovato.evaluate.incomplete import (
    SampledItem,
    comparison_sizes,
    estimate_runs,
    leave_one_run_out,
    prediction_powered_mean,
    priority_sample,
)

MEASURES = ["nDCG@10", "nDCG@3", "P@5", "AP", "AP@4", "RR", "RR@2"]


class Collection:
    """Queries with random grades, and two runs that find what is relevant more or less well."""

    def __init__(self, seed: int, queries: int = 20, documents: int = 40) -> None:
        random = np.random.default_rng(seed)
        self.grades: dict[tuple[str, str], int] = {}
        self.runs: dict[str, dict[str, list[str]]] = {"good": {}, "bad": {}}
        self.pool: list[tuple[str, str, float, float]] = []
        names = [f"d{at}" for at in range(documents)]
        for number in range(queries):
            query = f"q{number}"
            grades = random.choice(4, size=documents, p=[0.6, 0.2, 0.1, 0.1])
            for run, noise in (("good", 1.0), ("bad", 2.5)):
                scores = grades + random.normal(0, noise, documents)
                self.runs[run][query] = [names[at] for at in np.argsort(-scores)][:25]
            self.grades |= {
                (query, name): int(grade) for name, grade in zip(names, grades, strict=True)
            }
            ranked = {name: run[query] for name, run in self.runs.items()}
            pooled = sorted({name for run in ranked.values() for name in run[:15]})
            sizes = comparison_sizes(ranked, pooled, 10)
            self.pool += [(query, name, 0.5, sizes[name]) for name in pooled]

    def drawn(self, seed: int, share: float) -> list[SampledItem]:
        """A sample of about that share of the pool."""
        random = np.random.default_rng(seed)
        pool = [(*one[:2], float(random.uniform(1e-9, 1)), one[3]) for one in self.pool]
        order = sorted(pool, key=lambda one: one[2] / one[3])
        judged = {one[:2] for one in order[: int(share * len(pool))]}
        return priority_sample(pool, {item: self.grades[item] for item in judged})

    def qrels(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for query, name, _, _ in self.pool:
            found.setdefault(query, {})[name] = self.grades[query, name]
        return found


@pytest.fixture(scope="module")
def made() -> Collection:
    return Collection(1)


@pytest.mark.parametrize("measure", MEASURES)
def test_with_everything_judged_it_is_the_measure(made: Collection, measure: str) -> None:
    report = estimate_runs(made.runs, made.drawn(0, 1.0), measure)
    for name, run in made.runs.items():
        wanted = evaluate(run, made.qrels(), measure).overall.estimates[measure].mean
        found = report.runs[name]
        assert found.judging.mean == pytest.approx(wanted, abs=1e-9)
        assert found.judging.low == found.judging.high == found.judging.mean
        assert found.worst == pytest.approx(wanted)
        assert found.best == pytest.approx(wanted)
    assert all(one.more_needed == 0 for one in report.differences)


@pytest.mark.parametrize(("measure", "k"), [("nDCG", 10), ("P", 5), ("AP", 1000), ("RR", 1000)])
def test_the_derivative_is_that_of_the_measure(measure: str, k: int) -> None:
    from trovato.evaluate.incomplete.expected_measures import EXPECTED

    expected = EXPECTED[measure]
    random = np.random.default_rng(2)
    shares = random.uniform(0.05, 0.4, (12, 4))
    ranking = np.array([3, 1, -1, 7, 0, 11])
    found = expected(shares, ranking, k)
    for row, column in np.ndindex(shares.shape):
        moved = shares.copy()
        moved[row, column] += 1e-6
        change = (expected(moved, ranking, k).value - found.value) / 1e-6
        assert found.slopes[row, column] == pytest.approx(change, abs=1e-4)


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("measure", "least"), [("nDCG@10", 34), ("P@5", 34), ("AP", 30)])
def test_intervals_of_a_sample_hold_the_value_of_the_whole(
    made: Collection, measure: str, least: int
) -> None:
    """Of 40; those of AP are somewhat short where a pool has few relevant documents."""
    true = {name: _true(made, name, measure) for name in made.runs}
    covered, errors = 0, []
    for seed in range(40):
        report = estimate_runs(made.runs, made.drawn(seed, 0.5), measure)
        found = report.differences[0]
        wanted = true[found.first] - true[found.second]
        covered += found.difference.low <= wanted <= found.difference.high
        errors += [report.runs[name].judging.mean - true[name] for name in made.runs]
    assert covered >= least
    assert abs(np.mean(errors)) < 0.03


def _true(made: Collection, run: str, measure: str) -> float:
    return evaluate(made.runs[run], made.qrels(), measure).overall.estimates[measure].mean


def test_what_is_not_judged_is_not_taken_for_wrong(made: Collection) -> None:
    report = estimate_runs(made.runs, made.drawn(0, 0.3))
    for one in report.runs.values():
        assert one.worst < one.judging.mean < one.best


@pytest.mark.parametrize("measure", ["nDCG@3", "nDCG@5", "P@3", "AP", "AP@2", "RR", "RR@2"])
@pytest.mark.parametrize("seed", range(6))
def test_no_rest_of_the_judging_leads_beyond_the_bounds(seed: int, measure: str) -> None:
    random = np.random.default_rng(seed)
    names = [f"d{at}" for at in range(8)]
    grades = dict(zip(names, random.integers(0, 3, 8).tolist(), strict=True)) | {"d0": 2}
    drawn = ["d0", *random.choice(names[1:], size=2, replace=False).tolist()]
    sample = [SampledItem("q", one, 0.4, grades[one] if one in drawn else None) for one in names]
    run = {"q": random.permutation(names)[:5].tolist()}
    found = estimate_runs({"run": run}, sample, measure).runs["run"]
    rest = [one for one in names if one not in drawn]
    means = []
    for given in product((0, 2), repeat=len(rest)):
        qrels = {
            "q": {**{one: grades[one] for one in drawn}, **dict(zip(rest, given, strict=True))}
        }
        means.append(evaluate(run, qrels, measure).overall.estimates[measure].mean)
    assert found.worst == pytest.approx(min(means))
    assert found.best == pytest.approx(max(means))


def test_more_judgements_make_it_shorter_and_fewer_are_needed(made: Collection) -> None:
    few, many = (estimate_runs(made.runs, made.drawn(0, share)) for share in (0.2, 0.6))
    assert many.differences[0].half_width < few.differences[0].half_width
    assert many.differences[0].more_needed <= few.differences[0].more_needed
    assert 0 <= few.differences[0].more_needed <= few.pool - few.judged


def test_a_model_that_is_right_makes_the_interval_shorter_and_a_wrong_one_no_lie() -> None:
    made = Collection(5, queries=30)
    plain = made.drawn(3, 0.4)
    true = _true(made, "good", "nDCG@10")

    def told(right: bool) -> list[SampledItem]:
        return [
            SampledItem(
                one.query,
                one.document,
                one.probability,
                one.grade,
                tuple(
                    float(at == (made.grades[one.query, one.document] if right else 3))
                    for at in range(4)
                ),
            )
            for one in plain
        ]

    alone, helped, misled = (
        estimate_runs(made.runs, sample).runs["good"].judging
        for sample in (plain, told(True), told(False))
    )
    assert helped.mean == pytest.approx(true)
    assert helped.high - helped.low < 1e-9
    assert misled.low - 0.05 < true < misled.high + 0.05
    assert alone.low < true < alone.high


def test_priorities_end_at_the_first_gap() -> None:
    pool = [("q", "a", 0.1, 1.0), ("q", "b", 0.5, 1.0), ("q", "c", 0.9, 1.0)]
    sample = priority_sample(pool, {("q", "a"): 1, ("q", "c"): 2})
    assert [(one.document, one.grade, one.probability) for one in sample] == [
        ("a", 1, 0.5),
        ("b", None, 0.5),
        ("c", None, 0.5),
    ]


def test_sizes_are_largest_where_runs_differ_most() -> None:
    runs = {"a": ["x", "y", "z"], "b": ["y", "w", "x"]}
    sizes = comparison_sizes(runs, ["w", "x", "y", "z", "v"])
    # Half the difference of the discounts of two runs; w is at rank 2 of one alone.
    assert sizes["w"] == max(sizes.values()) == pytest.approx(0.5 / np.log2(3))
    assert sizes["x"] == pytest.approx((1 - 0.5) / 2)
    assert sizes["v"] == min(sizes.values()) == pytest.approx(0.25 * sizes["w"])
    assert comparison_sizes({"a": ["x"], "b": ["x"]}, ["x", "y"]) == {"x": 1.0, "y": 1.0}


def test_leaving_a_run_out_costs_it_what_it_alone_found() -> None:
    runs = {"a": {"q": ["x", "y"]}, "b": {"q": ["y", "z"]}, "c": {"q": ["z", "y"]}}
    found = leave_one_run_out(runs, {"q": {"x": 1, "y": 1, "z": 0}}, "P@2", depth=2)
    assert found["a"].unique == 1
    assert found["a"].bias == pytest.approx(-0.5)
    assert found["b"].bias == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"sample": []}, "needs runs and judgements"),
        ({"measure": "R@5"}, "no estimator"),
        ({"confidence": 1.0}, "confidence"),
    ],
)
def test_what_cannot_be_estimated_is_refused(
    made: Collection, arguments: dict[str, object], said: str
) -> None:
    given = {"runs": made.runs, "sample": made.drawn(0, 0.5), **arguments}
    with pytest.raises(InvalidInputError, match=said):
        estimate_runs(**given)  # type: ignore[arg-type]


def test_a_place_lies_between_0_and_1() -> None:
    with pytest.raises(InvalidInputError, match="a place lies in"):
        priority_sample([("q", "d", 1.0, 1.0)], {})


def test_a_biased_model_is_corrected_and_its_own_mean_is_not() -> None:
    random = np.random.default_rng(0)
    truth = random.choice(4, size=2000, p=[0.5, 0.2, 0.2, 0.1]).astype(float)
    model = np.clip(truth + random.choice([0, 1], size=2000, p=[0.5, 0.5]), 0, 3)
    covered, naive, widths = 0, 0, []
    for _ in range(200):
        chosen = random.permutation(2000)
        people, rest = chosen[:200], chosen[200:]
        found = prediction_powered_mean(truth[people], model[people], model[rest])
        covered += found.low <= truth.mean() <= found.high
        spread = 1.96 * model.std() / 2000**0.5
        naive += abs(model.mean() - truth.mean()) <= spread
        alone = 2 * 1.96 * truth[people].std(ddof=1) / 200**0.5 * 0.9**0.5
        widths.append((found.high - found.low) / alone)
    assert covered >= 180
    assert naive == 0
    assert np.mean(widths) < 0.7


def test_a_model_that_knows_nothing_is_left_out() -> None:
    people = np.array([0.0, 1, 2, 3])
    found = prediction_powered_mean(people, np.ones(4), np.ones(10))
    assert found.trust == 0
    assert found.mean == people.mean()
    with pytest.raises(InvalidInputError, match="two documents or more"):
        prediction_powered_mean(people[:1], people[:1], people)
