"""`trovato redteam`: attacks against guards, and an exit status that follows thresholds."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import get_args

import click
from rich.table import Table

from trovato.cli.redteam.options import (
    chosen_names,
    chosen_numbers,
    chosen_places,
    open_white_box,
    opened_model,
    read_questions,
    read_report,
    split_names,
)
from trovato.cli.shared.console import printed
from trovato.cli.shared.output_path import OutputFile
from trovato.cli.shared.progress import progress_bar
from trovato.core import InvalidInputError, atomic_path
from trovato.data.datasets.poisoned_rag import poison_facts
from trovato.evaluate import heatmap
from trovato.generate import SentenceRanker, answerer
from trovato.library import (
    MODEL_HELP,
    MODES,
    Library,
    Mode,
    ModelOptions,
    model_options,
    sample_texts,
)
from trovato.redteam import (
    AttackScenario,
    Placement,
    RedTeamReport,
    ThresholdRule,
    ThresholdViolation,
    parse_thresholds,
    run_red_team,
    summarise,
    threshold_violations,
    with_written_poison,
    with_wrong_answers,
)
from trovato.redteam.attacks import ATTACK_NAMES, PoisonWriter, attacks

_GATE_FAILED = 3


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.argument("questions", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--attacks",
    "attack_names",
    default="prefix,near",
    show_default=True,
    help=f"Names, with commas between them: {', '.join(ATTACK_NAMES)}.",
)
@click.option(
    "--defences",
    default="none,vote,ragdefender",
    show_default=True,
    help="Guards as `trovato ask` takes them, with commas between them; + joins several.",
)
@click.option(
    "--places",
    default="in-set,in-corpus",
    show_default=True,
    help="Poison among the retrieved pages, or in the collection, to be found or not.",
)
@click.option(
    "--placement",
    type=click.Choice(get_args(Placement)),
    default="all",
    show_default=True,
    help="Of in-set poison among the pages; all: before, after and at drawn places; paper: a "
    "single one after, several at drawn places.",
)
@click.option(
    "--add", is_flag=True, help="In-set poison comes beside k pages, not in their places."
)
@click.option("--n", "counts", default="1", show_default=True, help="Poisoned pages: 1,2 for both.")
@click.option("-k", default=5, show_default=True, help="Pages read, poisoned ones included.")
@click.option("--mode", type=click.Choice(MODES), default="hybrid", show_default=True)
@model_options
@click.option(
    "--white-box",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of an encoder (transformers) whose gradient hotflip-gradient follows.",
)
@click.option(
    "--attacker",
    default="",
    help="A language model (as --llm) that writes wrong answers and poison where QUESTIONS lack "
    "them.",
)
@click.option("--attacker-model", default="", help=MODEL_HELP)
@click.option(
    "--parts",
    is_flag=True,
    help="Also show questions by where their poison lies, who is the majority, and how many pages "
    "hold a right answer.",
)
@click.option(
    "--space",
    type=click.Choice(["search", "model"]),
    default="search",
    show_default=True,
    help="Vectors in which poison lies near or away: the search's, or those of an hf: model.",
)
@click.option("--limit", type=click.IntRange(1), help="Ask only the first questions.")
@click.option("--seed", default=0, show_default=True, help="Of the attacks' draws.")
@click.option("--thresholds", default="", help="Bounds such as 'asr<=+0.02,clean>=-0.05'.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Earlier --json output that changes are measured from; else the defence none.",
)
@click.option(
    "--resume",
    type=OutputFile(),
    help="Keep finished parts in this file, and go on from it.",
)
@click.option("--plot", type=OutputFile(), help="Draw ASR into this SVG.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def redteam(
    collection: Path,
    questions: Path,
    attack_names: str,
    defences: str,
    places: str,
    placement: Placement,
    add: bool,
    counts: str,
    k: int,
    mode: Mode,
    model: ModelOptions,
    white_box: Path | None,
    attacker: str,
    attacker_model: str,
    parts: bool,
    space: str,
    limit: int | None,
    seed: int,
    thresholds: str,
    baseline: Path | None,
    resume: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Attack the answers that COLLECTION gives to QUESTIONS, and count whose answer comes out.

    QUESTIONS is a file with one JSON object per line ({"question": …, "answers": […], "wrong": …,
    "poisons": […]}), or a .json file of PoisonedRAG. Where "wrong" is absent another question's
    answer is taken, and where "poisons" are, plain statements of the wrong answer; or --attacker
    writes them. COLLECTION is only read. ACC is the share of answers that hold a right one, ASR of
    those that hold the wrong one; intervals are 95 % bootstrap, p is McNemar's against no defence,
    adjusted by Holm.

    Bounds with a sign are on the change from the baseline, others on the value, for asr and acc
    under attack and for clean (ACC without one). Exit status: 0 when all hold, 3 when one does not.

    \b
    Examples:
      trovato redteam reports.trovato questions.jsonl
      trovato redteam reports.trovato questions.jsonl --attacks prefix,orders --n 1,2 \\
        --defences none,vote,ragdefender+vote --plot asr.svg
      trovato redteam reports.trovato questions.jsonl --llm hf:models/llama \\
        --defences none,sdag --resume run.jsonl --json > today.json
      trovato redteam reports.trovato questions.jsonl --llm hf:models/llama \\
        --defences none,sdag --baseline last-week.json --thresholds 'asr<=+0.02,clean>=-0.05'
    """
    bounds = parse_thresholds(thresholds) if thresholds else ()
    before = read_report(baseline) if baseline else None
    targets = list(read_questions(questions)[:limit])
    scene = AttackScenario(
        chosen_places(places), chosen_numbers(counts), k, mode, seed, placement, add
    )
    with Library.open(collection) as library:
        writing = model.open_as(attacker, attacker_model, "--attacker")
        answering = model.open()
        opened = open_white_box(white_box)
        known = attacks(library.encoder, opened)
        names = chosen_names(attack_names, ATTACK_NAMES, "attacks")
        if "hotflip-gradient" in names and opened is None:
            raise InvalidInputError(
                "hotflip-gradient needs an encoder to look into: name a folder with one "
                "(--white-box), or take hotflip, which tries words without a gradient"
            )
        chosen = [known[name] for name in names]
        vectors = opened_model(answering).text_vectors if space == "model" else None
        matcher = SentenceRanker(library.encoder)
        clean = partial(sample_texts, library)
        decoding = model.decoding()
        answerers = [
            answerer(name, matcher, answering, decoding=decoding, clean=clean)
            for name in split_names(defences)
        ]
        if not answerers:
            raise InvalidInputError("name at least one guard to attack (--defences), such as vote")
        with progress_bar() as progress:
            if writing:
                targets = with_written_poison(
                    targets,
                    PoisonWriter(writing, seed),
                    journal=resume.with_suffix(f".attacker{resume.suffix}") if resume else None,
                    progress=progress,
                )
            facts = poison_facts(targets)
            targets = with_wrong_answers(targets)
            cells = run_red_team(
                library,
                targets,
                chosen,
                answerers,
                scene,
                journal=resume,
                model=" ".join(
                    [
                        f"{answering.fingerprint} {decoding.max_tokens}"
                        if answering
                        else "extractive",
                        *([opened.fingerprint] if opened else []),
                    ]
                ),
                space=vectors,
                progress=progress,
            )
    report = summarise(cells, seed=seed)
    if facts.texts:
        click.echo(str(facts), err=True)
    if plot:
        with atomic_path(plot) as part:
            part.write_text(_drawn(report), "utf-8")
    if not as_json:  # before the thresholds, which may have nothing to look at
        _show(report.columns, report.rows())
        if parts:
            click.echo("\nquestions: ACC/ASR, by where poison lies and who is the majority")
            _show(report.part_columns, report.part_rows())
            click.echo("\nquestions: ACC/ASR, by how many pages hold a right answer")
            _show(report.bearing_columns, report.bearing_rows())
    if report.trimmed:
        click.echo(
            f"documents were cut to fit the language model's window for {report.trimmed:.0%} of "
            "the answers: a smaller -k leaves room for each",
            err=True,
        )
    if report.refused:
        said = next(trial.refused for trials in cells.values() for trial in trials if trial.refused)
        click.echo(
            f"a prompt was refused for {report.refused:.0%} of the questions, which count as "
            f"neither right nor attacked; the first time: {said}",
            err=True,
        )
    broken = threshold_violations(report, bounds, before)
    if as_json:
        document = {
            **report.to_json(),
            "poison": asdict(facts),
            "scene": asdict(scene),
            "thresholds": thresholds,
            "breaches": [str(one) for one in broken],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    _judge(bounds, broken)


def _judge(bounds: tuple[ThresholdRule, ...], broken: list[ThresholdViolation]) -> None:
    for breach in broken:
        click.echo(str(breach), err=True)
    if bounds:
        click.echo(f"thresholds: {'broken' if broken else 'passed'}", err=True)
    if broken:
        sys.exit(_GATE_FAILED)


def _show(columns: list[str], rows: list[list[str]]) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        name = column in {"attack", "defence"}
        table.add_column(
            column,
            justify="left" if name else "right",
            overflow="fold",
            no_wrap=column != "defence",
        )
    for row in rows:
        table.add_row(*row)
    printed().print(table)


def _drawn(report: RedTeamReport) -> str:
    """ASR of each defence, a column for each battle."""
    defences = list(dict.fromkeys(row.cell.defence for row in report.entries))
    values: dict[tuple[str, str], float] = {}
    for row in report.entries:
        if row.cell.place != "clean":
            values[row.cell.defence, row.cell.battle] = row.success.mean
    columns = list(dict.fromkeys(column for _, column in values))
    return heatmap(defences, columns, values, "Attack success rate (ASR)")
