"""`trovato case`: the facts of a case in, articles, range and term with their reasons out."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from trovato.cli.cases.sources import DAY, as_day
from trovato.cli.shared.console import harmless
from trovato.core import UnreadableFileError
from trovato.generate.case import TermStatistics, load_pack, redact_names
from trovato.library import CaseReport, Library, research_case

_SHOWN = 60  # characters of an article


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.argument("facts", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--charge", "charges", multiple=True, help="Name of an offence; may be repeated.")
@click.option("--act-date", type=DAY, help="Use the law in force on that day.")
@click.option("--province", default="", help="Whose thresholds and guidelines hold.")
@click.option(
    "--statistics",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Statistics of judged cases; without them there is a calculation and no estimate.",
)
@click.option(
    "--pack",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Rules of another jurisdiction. Default: Chinese criminal law.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def case(
    collection: Path,
    facts: Path,
    charges: tuple[str, ...],
    act_date: datetime | None,
    province: str,
    statistics: Path | None,
    pack: Path | None,
    as_json: bool,
) -> None:
    """Show what the sources of COLLECTION say of the case whose facts stand in the file FACTS.

    Every factor comes with the sentence that says so, every number with the step that made it.
    Without --charge, precedents in the collection suggest one. This is no legal advice.

    \b
    Examples:
      trovato case law.trovato facts.txt --charge 盗窃罪 --act-date 2014-05-01
      trovato case law.trovato facts.txt --province 湖南 --json
    """
    try:
        text = facts.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"{facts} cannot be read as UTF-8 text: {error}") from error
    with Library.open(collection) as library:
        report = research_case(
            library,
            text,
            charges=charges,
            act_date=as_day(act_date),
            province=province,
            statistics=TermStatistics.load(statistics) if statistics else None,
            pack=load_pack(pack),
        )
    if as_json:
        click.echo(json.dumps(_as_json(report, text), ensure_ascii=False, indent=2))
    else:
        _show(report, text)


def _show(report: CaseReport, facts: str) -> None:
    analysis = report.analysis
    click.secho(analysis.banner, fg="yellow")
    how = "suggested by judged cases" if report.suggested else "as given"
    click.echo(f"Offence ({how}): {', '.join(report.charges) or 'not established'}")
    click.echo("Factors:" if analysis.factors else "Factors: none found")
    for found in analysis.factors:
        sentence = harmless(redact_names(found.sentence, facts))
        click.echo(f"  {found.rule.label} {found.rule.rule}: {sentence}")
    click.echo("Articles:")
    for cited in report.articles:
        words = harmless(cited.item.text.replace("\n", " "))[:_SHOWN]
        later = "" if cited.exact else " [words of a later version]"
        title = cited.item.attributes.get("title", cited.number)
        click.echo(f"  {title} ({cited.reason}){later}: {words}")
    for hit in report.guidance:
        title = hit.item.attributes.get("title", hit.item.id)
        click.echo(f"  {title}: {harmless(hit.evidence.snippet)[:_SHOWN]}")
    if analysis.established is None or analysis.calculation is None:
        click.echo("Range: not established")
    else:
        chosen = analysis.established.chosen
        allowed = chosen.penalty.allowed
        click.echo(f"Range: {allowed.minimum:g} to {allowed.maximum:g} months ({chosen.reason})")
        for step in analysis.calculation.steps:
            click.echo(f"  {step.name}: {step.low:.1f} to {step.high:.1f} months; {step.rule}")
        click.echo(f"Calculated: {analysis.calculation.estimate:.1f} months")
    if analysis.estimate is not None:
        told = analysis.estimate
        click.echo(
            f"Estimate: {told.months:g} months; "
            f"80 % of like cases from {told.low:g} to {told.high:g}"
        )
    for missing in analysis.missing:
        click.echo(f"Missing: {missing}")


def _as_json(report: CaseReport, facts: str) -> dict[str, Any]:
    analysis = report.analysis
    established = analysis.established
    return {
        "banner": analysis.banner,
        "charges": report.charges,
        "suggested": report.suggested,
        "act_date": report.act_date.isoformat() if report.act_date else None,
        "province": report.province,
        "factors": [
            {
                "name": found.rule.factor.name,
                "label": found.rule.label,
                "low": found.rule.factor.low,
                "high": found.rule.factor.high,
                "sentence": redact_names(found.sentence, facts),
                "start": found.start,
                "end": found.end,
                "articles": found.rule.articles,
            }
            for found in analysis.factors
        ],
        "amounts": [asdict(amount) for amount in analysis.amounts],
        "articles": [
            {
                "number": cited.number,
                "id": cited.item.id,
                "title": cited.item.attributes.get("title"),
                "reason": cited.reason,
                "exact": cited.exact,
                "text": cited.item.text,
            }
            for cited in report.articles
        ],
        "guidance": [
            {"id": hit.item.id, "title": hit.item.attributes.get("title"), "text": hit.item.text}
            for hit in report.guidance
        ],
        "offence": established.offence if established else None,
        "range": asdict(established.chosen.penalty.allowed) if established else None,
        "reason": established.chosen.reason if established else None,
        "calculation": asdict(analysis.calculation) if analysis.calculation else None,
        "estimate": asdict(analysis.estimate) if analysis.estimate else None,
        "missing": analysis.missing,
    }
