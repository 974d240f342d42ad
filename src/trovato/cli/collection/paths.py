"""How `trovato search --mode hops` shows what it found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import click

from trovato.core import PathEvidence, Ranking
from trovato.retrieve.multi_hop import modality_of

# Characters of a text that are shown of a step.
_SHOWN = 160


def print_paths(question: str, ranking: Ranking, *, explain: bool, as_json: bool) -> None:
    """Print each hit and the steps that led to it; with `explain` also what each step met."""
    if as_json:
        hits = [
            {
                "rank": hit.rank,
                "id": hit.item.id,
                "kind": hit.item.kind,
                "score": hit.score,
                "evidence": asdict(hit.evidence),
            }
            for hit in ranking
        ]
        document = {"question": question, "mode": "hops", "hits": hits}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    if not len(ranking):
        click.echo("Nothing found.")
    elif explain and isinstance(ranking[0].evidence, PathEvidence):
        for part in ranking[0].evidence.subqueries:
            click.echo(f"asked ({modality_of(part)}): {part}")
    for hit in ranking:
        click.echo(f"{hit.rank:3d}. {hit.item.id} ({hit.item.kind}) {hit.score:.3f}")
        if isinstance(hit.evidence, PathEvidence):
            for line in path_lines(hit.evidence, explain=explain):
                click.echo(f"     {line}")


def path_lines(evidence: PathEvidence, *, explain: bool = False) -> Iterator[str]:
    """A line for each step; with `explain` another one that says what it met."""
    for number, step in enumerate(evidence.steps):
        text = " ".join(step.text.split())
        shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
        way = f"→ “{step.link}” " if step.link else "→ " if number else ""
        yield f"{way}{shown}"
        if explain:
            met = ", ".join(step.met) or "nothing"
            yield f"  {step.item}, {step.score:.3f} alone; meets: {met}"
