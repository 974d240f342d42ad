"""`trovato evaluate`: rankings against known answers."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from trovato.cli.shared.console import harmless, printed
from trovato.cli.shared.progress import progress_bar
from trovato.core import Measure
from trovato.data.datasets.questions import QuestionSet
from trovato.evaluate import Report, parse_measure, read_qrels, read_run
from trovato.evaluate import evaluate as evaluate_run
from trovato.library import (
    MODES,
    Library,
    Mode,
    evaluate_questions,
    judged_against,
    read_question_set,
)

_NAMED = 3  # of what is left out; JSON has all


@click.command()
@click.argument("collection", type=click.Path(path_type=Path), required=False)
@click.argument("questions", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("--run", type=click.Path(path_type=Path, exists=True), help="A TREC run to measure.")
@click.option("--qrels", type=click.Path(path_type=Path, exists=True), help="Its TREC judgements.")
@click.option(
    "--measures",
    default="nDCG@5,R@5,RR@10",
    show_default=True,
    help="Names, with commas between them.",
)
@click.option(
    "--mode",
    type=click.Choice(MODES),
    default="hybrid",
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def evaluate(
    collection: Path | None,
    questions: Path | None,
    run: Path | None,
    qrels: Path | None,
    measures: str,
    mode: Mode,
    as_json: bool,
) -> None:
    """Measure how well COLLECTION answers QUESTIONS, with 95 % bootstrap intervals.

    QUESTIONS is a file with one JSON object per line ({"question": …, "relevant": ["a.pdf#3"],
    "group": …}), or a BEIR folder whose documents are files of the collection. With --run and
    --qrels a TREC run is measured and no collection is needed.

    A page that a question names and the collection does not have counts as not found. A question
    that names no page is left out. Lines below the table say how many and which; --json has all.

    \b
    Examples:
      trovato evaluate reports.trovato questions.jsonl
      trovato evaluate scifact.trovato scifact/ --measures nDCG@10
      trovato evaluate --run bm25.run --qrels qrels.txt --measures nDCG@10,AP
    """
    wanted = [parse_measure(name.strip()) for name in measures.split(",")]
    asked = QuestionSet(())
    if run is not None and qrels is not None and collection is None:
        report = evaluate_run(read_run(run), read_qrels(qrels), wanted)
    elif collection is not None and questions is not None and run is None and qrels is None:
        asked, report = _measured(collection, read_question_set(questions), wanted, mode)
    else:
        raise click.UsageError("give COLLECTION and QUESTIONS, or --run and --qrels")
    if as_json:
        document = {
            **report.to_json(),
            "missing": asked.missing,
            "unanswerable": asked.unanswerable,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _show(report, asked)


def _measured(
    collection: Path, questions: QuestionSet, measures: list[Measure], mode: Mode
) -> tuple[QuestionSet, Report]:
    with Library.open(collection) as library:
        asked = judged_against(questions, library.collection.files())
        with progress_bar() as progress:
            return asked, evaluate_questions(
                library.retriever(mode),
                asked,
                measures,
                progress=progress,
            )


def _show(report: Report, asked: QuestionSet) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in report.columns:
        table.add_column(column, justify="left" if column == "group" else "right")
    for row in report.rows():
        table.add_row(*row)
    printed().print(table)
    missing = [item for items in asked.missing.values() for item in items]
    for what, which in {
        "Relevant and not in the collection, counted as not found": missing,
        "Questions with nothing else to find, counted as 0": asked.unanswerable,
        "Queries without a ranking, counted as 0": report.not_run,
        "Queries without a relevant item, left out": report.without_truth,
        "Queries that nobody judged, left out": report.not_judged,
    }.items():
        if which:
            more = ", …" if len(which) > _NAMED else ""
            click.echo(f"{what}: {len(which):,} ({harmless(', '.join(which[:_NAMED]))}{more})")
