"""Judging a part of a pool, and a model's grades beside people's.

    python bench/annotate.py DATA

DATA holds `dl19/`, `robust03/` and `llm-judges-dl23.jsonl` (see the head of each function). Three
tables: how many judgements it takes until every difference of two runs is known to ± .02, by the
order of judging; what leaving one run out of the pool does to it; and how often intervals from
models' grades hold the mean grade that people gave.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from trovato.core import generator
from trovato.evaluate import evaluate, read_qrels, read_run
from trovato.evaluate.incomplete import (
    comparison_sizes,
    estimate_runs,
    leave_one_run_out,
    prediction_powered_mean,
    priority_sample,
)

Runs = dict[str, dict[str, list[str]]]
Qrels = dict[str, dict[str, int]]
DEPTH = 10
MEASURE = "nDCG@10"
HALF = 0.02


def unpacked(path: Path) -> Iterator[Path]:
    """A file that may be compressed, as one that is not."""
    if path.suffix != ".gz":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.stem
        plain.write_bytes(gzip.decompress(path.read_bytes()))
        yield plain


def read_collection(folder: Path) -> tuple[Runs, Qrels]:
    """`runs/*.run*` and `qrels.txt*`; only queries that every kept run has."""
    (qrels_file,) = folder.glob("qrels.txt*")
    qrels = next(iter([read_qrels(plain) for plain in unpacked(qrels_file)]))
    runs = {
        file.name.split(".run")[0]: read_run(plain)
        for file in sorted((folder / "runs").glob("*.run*"))
        for plain in unpacked(file)
    }
    most = max(len(run) for run in runs.values())
    runs = {name: run for name, run in runs.items() if len(run) >= most / 2}
    shared = set.intersection(*(set(run) for run in runs.values())) & qrels.keys()
    shared = {query for query in shared if any(grade > 0 for grade in qrels[query].values())}
    return (
        {name: {query: run[query] for query in sorted(shared)} for name, run in runs.items()},
        {
            query: {item: max(grade, 0) for item, grade in qrels[query].items()}
            for query in sorted(shared)
        },
    )


def pooled(runs: Runs, query: str, depth: int) -> list[str]:
    return sorted({item for run in runs.values() for item in run[query][:depth]})


def kendall(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    pairs = list(itertools.combinations(sorted(first), 2))
    signs = [
        np.sign(first[one] - first[other]) * np.sign(second[one] - second[other])
        for one, other in pairs
    ]
    return float(np.mean(signs))


def means(runs: Runs, qrels: Qrels) -> dict[str, float]:
    found = {}
    for name, run in runs.items():
        per_query = evaluate(run, qrels, MEASURE, resamples=1).per_query
        found[name] = sum(values[MEASURE] for values in per_query.values()) / len(qrels)
    return found


def selection(name: str, runs: Runs, qrels: Qrels, seeds: int) -> None:
    """Active and random order against pools of every depth."""
    whole = {
        query: {item: qrels[query].get(item, 0) for item in pooled(runs, query, DEPTH)}
        for query in qrels
    }
    total = sum(map(len, whole.values()))
    true = means(runs, whole)
    spread = sorted(true.values())
    print(f"\n{name}: {len(runs)} runs, {len(qrels)} queries, pool of depth {DEPTH}: {total:,}")
    print(f"nDCG@10 from {spread[0]:.3f} to {spread[-1]:.3f}; all judged: half-width 0")
    print("order      judged  of pool  worst half-width  mean  covered  max error      tau")
    for depth in (2, 3, 4, 5, 7, 9):
        few = {
            query: {
                item: grade
                for item, grade in whole[query].items()
                if item in set(pooled(runs, query, depth))
            }
            for query in whole
        }
        count = sum(map(len, few.values()))
        found = means(runs, few)
        error = worst_error(found, true)
        print(
            f"depth {depth:<3} {count:>8,} {count / total:>7.0%} {'none':>17} {'':>5} {'':>8} "
            f"{error:>10.3f} {kendall(found, true):>8.3f}"
        )
    grades = {
        (query, item): grade for query, judged in whole.items() for item, grade in judged.items()
    }
    for order in ("active", "random"):
        for share in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            rows = [drawn(runs, whole, grades, order, share, seed, true) for seed in range(seeds)]
            widest, mean, covered, error, tau = np.mean(rows, axis=0)
            print(
                f"{order:<9} {int(share * total):>8,} {share:>7.0%} {widest:>17.4f} {mean:>5.3f} "
                f"{covered:>7.1%} {error:>10.3f} {tau:>8.3f}"
            )


def worst_error(found: Mapping[str, float], true: Mapping[str, float]) -> float:
    """The largest error of a difference of two runs."""
    errors = [found[run] - true[run] for run in true]
    return max(errors) - min(errors)


def drawn(
    runs: Runs,
    whole: Qrels,
    grades: Mapping[tuple[str, str], int],
    order: str,
    share: float,
    seed: int,
    true: Mapping[str, float],
) -> tuple[float, float, float, float, float]:
    """One sample: widest and mean half-width, share covered, largest error, tau."""
    random = generator(seed, "places")
    pool = []
    for query, judged in whole.items():
        names = list(judged)
        ranked = {name: run[query] for name, run in runs.items()}
        sizes = comparison_sizes(ranked, names, DEPTH) if order == "active" else None
        for item in names:
            size = sizes[item] if sizes else 1.0
            pool.append((query, item, float(random.uniform(1e-9, 1)), size))
    pool.sort(key=lambda one: one[2] / one[3])
    known = {one[:2]: grades[one[:2]] for one in pool[: int(share * len(pool))]}
    report = estimate_runs(runs, priority_sample(pool, known), MEASURE)
    halves = [one.half_width for one in report.differences]
    covered = np.mean(
        [
            one.difference.low <= true[one.first] - true[one.second] <= one.difference.high
            for one in report.differences
        ]
    )
    found = {name: one.judging.mean for name, one in report.runs.items()}
    return (
        max(halves),
        float(np.mean(halves)),
        float(covered),
        worst_error(found, true),
        kendall(found, true),
    )


def pair(name: str, runs: Runs, qrels: Qrels, seeds: int) -> None:
    """For two runs alone: how many judgements until their difference is known to ± .02."""
    print(f"\n{name}, pairs of runs: judgements until the half-width of their difference is {HALF}")
    print(
        "pair                                      pool  active      random   (share of the pool)"
    )
    chosen = generator(0, "pairs").permutation(list(itertools.combinations(sorted(runs), 2)))[:5]
    shares: dict[str, list[float]] = {"active": [], "random": []}
    for one, other in chosen:
        both = {one: runs[one], other: runs[other]}
        whole = {
            query: {item: qrels[query].get(item, 0) for item in pooled(both, query, DEPTH)}
            for query in qrels
        }
        grades = {
            (query, item): grade
            for query, judged in whole.items()
            for item, grade in judged.items()
        }
        true = means(both, whole)
        row = []
        for order in ("active", "random"):
            needed = [
                next(
                    (
                        share
                        for share in np.arange(0.3, 1.0, 0.1)
                        if drawn(both, whole, grades, order, share, seed, true)[0] <= HALF
                    ),
                    1.0,
                )
                for seed in range(seeds)
            ]
            shares[order].append(float(np.mean(needed)))
            row.append(float(np.mean(needed)))
        print(f"{one + ' ' + other:<40} {len(grades):>5,}  {row[0]:>6.0%}  {row[1]:>10.0%}")
    print(f"mean{'':<43} {np.mean(shares['active']):>6.0%}  {np.mean(shares['random']):>10.0%}")


def left_out(name: str, runs: Runs, qrels: Qrels) -> None:
    found = leave_one_run_out(runs, qrels, MEASURE, depth=DEPTH)
    biases = {run: one.bias for run, one in found.items()}
    worst = min(biases, key=lambda run: biases[run])
    mean = float(np.mean(list(biases.values())))
    print(f"\n{name}, a run that had no part in the pool: mean bias {mean:+.4f}, worst")
    print(f"{biases[worst]:+.4f} ({worst}, {found[worst].unique} documents of its own)")


def judges(path: Path, draws: int, count: int) -> None:
    """Lines with `human` and `llm` grades: intervals of the mean grade by each judge."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    names = sorted(set.intersection(*(set(line["llm"]) for line in lines)))
    people = np.array([line["human"] for line in lines], np.float64)
    z = 1.959964
    print(
        f"\n{len(names)} judges, {len(lines):,} pairs, {count} of them judged by people, "
        f"{draws} draws"
    )
    print("judge                     bias  naive covers  calibrated covers  width to people alone")
    rows = []
    for name in names:
        machine = np.clip([line["llm"][name] for line in lines], 0, 3).astype(np.float64)
        naive_half = z * machine.std(ddof=1) / len(machine) ** 0.5
        naive = float(abs(machine.mean() - people.mean()) <= naive_half)
        random = generator(0, f"judge {name}")
        covered, widths = [], []
        for _ in range(draws):
            order = random.permutation(len(lines))
            chosen, rest = order[:count], order[count:]
            found = prediction_powered_mean(people[chosen], machine[chosen], machine[rest])
            covered.append(found.low <= people.mean() <= found.high)
            alone = (
                2 * z * people[chosen].std(ddof=1) / count**0.5 * (1 - count / len(lines)) ** 0.5
            )
            widths.append((found.high - found.low) / alone)
        rows.append((machine.mean() - people.mean(), naive, np.mean(covered), np.mean(widths)))
        bias, _, calibrated, width = rows[-1]
        print(f"{name:<24} {bias:>+6.2f} {naive:>13.0f} {calibrated:>17.1%} {width:>22.2f}")
    table = np.array(rows)
    print(
        f"{'all':<24} {np.abs(table[:, 0]).mean():>6.2f} {table[:, 1].mean():>13.0%} "
        f"{table[:, 2].mean():>17.1%} {table[:, 3].mean():>22.2f}"
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("data", type=Path)
    options.add_argument("--seeds", type=int, default=5)
    options.add_argument("--draws", type=int, default=1000)
    options.add_argument("--people", type=int, default=300)
    chosen = options.parse_args()
    begin = time.process_time()
    for name in ("robust03", "dl19"):
        runs, qrels = read_collection(chosen.data / name)
        selection(name, runs, qrels, chosen.seeds)
        pair(name, runs, qrels, chosen.seeds)
        left_out(name, runs, qrels)
    judges(chosen.data / "llm-judges-dl23.jsonl", chosen.draws, chosen.people)
    print(f"\n{time.process_time() - begin:.0f} s of CPU")


if __name__ == "__main__":
    main()
