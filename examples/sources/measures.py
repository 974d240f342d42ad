"""Measures and intervals: tables of numbers, computed by trovato itself."""

from __future__ import annotations

import math

from sources.sheet import Sheet
from trovato.evaluate import Report, compare, evaluate, parse_measure

NAME = "measures-and-intervals.pdf"

# Question, number of relevant pages, ranks at which some of them were found.
_WORKED = (
    ("Who keeps the key?", 1, (1,)),
    ("When was the roof repaired?", 1, (3,)),
    ("Which valves open first?", 2, (2, 5)),
    ("How much did the bridge cost?", 1, ()),
    ("Where are the maps kept?", 3, (1, 2, 9)),
    ("Why did the mill close?", 1, (4,)),
)
# Kind of page, rank of the only relevant page without OCR and with it; 0 is not found.
_PAIRS = (
    ("text", 1, 1),
    ("text", 2, 2),
    ("table", 3, 4),
    ("scan", 0, 1),
    ("chart", 5, 5),
    ("scan", 0, 2),
    ("text", 1, 1),
    ("scan", 0, 5),
    ("table", 2, 1),
    ("scan", 0, 1),
)


def render() -> bytes:
    """The document."""
    sheet = Sheet("Measures and intervals")
    _worked_example(sheet)
    _discounts_and_intervals(sheet)
    _comparison(sheet)
    return bytes(sheet.output())


def _report(questions: list[tuple[int, tuple[int, ...]]], names: tuple[str, ...]) -> Report:
    """An evaluation of rankings of ten pages, given how many are relevant and where those stand."""
    run, truth = {}, {}
    for number, (relevant, ranks) in enumerate(questions):
        found = {rank: f"relevant{place}" for place, rank in enumerate(ranks)}
        run[str(number)] = [found.get(rank, f"other{rank}") for rank in range(1, 11)]
        truth[str(number)] = {f"relevant{place}": 1 for place in range(relevant)}
    return evaluate(run, truth, [parse_measure(name) for name in names])


def _worked_example(sheet: Sheet) -> None:
    names = ("RR", "R@5", "nDCG@5")
    report = _report([(relevant, ranks) for _, relevant, ranks in _WORKED], names)
    rows = [
        [
            question,
            str(relevant),
            ", ".join(map(str, ranks)) or "none",
            *(f"{report.per_query[str(number)][name]:.3f}" for name in names),
        ]
        for number, (question, relevant, ranks) in enumerate(_WORKED)
    ]
    means = [f"{report.overall.estimates[name].mean:.3f}" for name in names]
    sheet.add_page()
    sheet.heading("Measures and intervals", first=True)
    sheet.lead("How to say that one search is better than another, and how sure to be.")
    sheet.prose(
        """
        A measure turns one ranking into one number between 0 and 1. Reciprocal rank, RR, is one
        over the rank of the first relevant page: 1 when it comes first, a quarter when it comes
        fourth. Recall at 5, R@5, is the share of the relevant pages that are among the first five.
        Normalised discounted cumulative gain at 5, nDCG@5, adds up the relevant pages among the
        first five, each worth less the lower it stands, and divides by the most that any ranking
        could have reached.
        """
    )
    sheet.heading("Six questions, worked out")
    sheet.grid(
        ["Question", "Relevant", "Found at", *names],
        [*rows, ["Mean of six questions", " ", " ", *means]],
        [50, 18, 20, 15, 15, 18],
        last_is_sum=True,
    )
    sheet.caption(
        "Table 1. Ranks at which the relevant pages of each question were found, among ten."
    )
    sheet.prose(
        """
        The measures disagree, and should. The question about the maps has a perfect reciprocal rank
        although a third of its pages is missing from the first five. The question about the valves
        has full recall, yet its nDCG suffers because nothing relevant comes first. The question
        about the bridge scores 0 everywhere: leaving out questions that found nothing would be the
        easiest way to look good, so a question without a ranking counts 0 as well.

        Which measure to look at depends on the reader. Someone who opens the first hit and leaves
        cares about reciprocal rank. Someone who must not miss anything cares about recall.
        """
    )


def _discounts_and_intervals(sheet: Sheet) -> None:
    sheet.add_page()
    sheet.heading("What a place is worth")
    sheet.prose(
        """
        nDCG divides the gain of the page at rank r by the logarithm, to base 2, of r + 1. The first
        place is worth 1, the third exactly half, the seventh a third.
        """
    )
    worth = [1 / math.log2(rank + 1) for rank in range(1, 11)]
    rows = [
        [str(rank), f"{worth[rank - 1]:.4f}", f"{sum(worth[:rank]):.4f}"] for rank in range(1, 11)
    ]
    sheet.grid(["Rank", "Worth", "Sum so far"], rows, [20, 40, 40])
    sheet.caption("Table 2. Discounts of the first ten ranks.")
    sheet.heading("How many questions are enough")
    sheet.prose(
        """
        The questions at hand are a sample. Asked others, the mean would come out differently. The
        table gives the half-width of a 95 % interval around a success rate of .60, by the normal
        approximation. Four times as many questions halve it. With 25 questions, a lead of .10 means
        little.
        """
    )
    rows = []
    for count in (25, 100, 400, 1600):
        half = 1.96 * math.sqrt(0.6 * 0.4 / count)
        rows.append([f"{count:,}", f"{half:.3f}", f"{0.6 - half:.3f}", f"{0.6 + half:.3f}"])
    sheet.grid(["Questions", "Half-width", "From", "To"], rows, [25, 25, 25, 25])
    sheet.caption("Table 3. Width of the interval around a success rate of .60.")


def _comparison(sheet: Sheet) -> None:
    before, after = (
        _report([(1, (pair[side],) if pair[side] else ()) for pair in _PAIRS], ("RR",))
        for side in (1, 2)
    )
    found = compare(before, after).differences["RR"]
    rows = []
    for number, (kind, _, _) in enumerate(_PAIRS):
        old, new = (report.per_query[str(number)]["RR"] for report in (before, after))
        rows.append([str(number + 1), kind, f"{old:.3f}", f"{new:.3f}", f"{new - old:+.3f}"])
    sheet.add_page()
    sheet.heading("Comparing two searches")
    sheet.prose(
        """
        Ask both searches the same questions and look at the differences, question by question. Hard
        questions are hard for both, so the differences vary far less than the values do. Here one
        search reads scanned pages by OCR and the other does not.
        """
    )
    sheet.grid(
        ["Question", "Answer stands in", "RR without OCR", "RR with OCR", "Change"],
        [
            *rows,
            [" ", "Mean", f"{found.first:.3f}", f"{found.second:.3f}", f"{found.change.mean:+.3f}"],
        ],
        [16, 28, 28, 28, 20],
        last_is_sum=True,
    )
    sheet.caption("Table 4. Reciprocal rank of ten questions, four of them about scanned pages.")
    sheet.prose(
        f"""
        With OCR the search is better on {found.wins} questions and worse on {found.losses}. The
        mean rises by {found.change.mean:.3f}. A bootstrap draws ten questions from the ten, with
        replacement, a thousand times; the middle 95 % of the mean changes lie between
        {found.change.low:.3f} and {found.change.high:.3f}. The interval leaves out 0: the gain is
        not luck, though ten questions do not say how large it is.

        The one loss is instructive. Once scanned pages have text they can also be found wrongly,
        and one of them pushed the right table from the third place to the fourth. An average hides
        this, and a table by group shows it: on scans the change is large, on tables it is mixed, on
        text there is none.
        """
    )
    sheet.heading("A short checklist")
    sheet.steps(
        [
            "Write the questions before looking at the rankings.",
            "Name every page that answers, not only the first one you find.",
            "Give the interval with each mean, and the number of questions.",
            "Compare two searches on the same questions, pair by pair.",
            "Keep some questions unseen until the end.",
        ]
    )
