"""Violations of a log, as `check` and `audit` print them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from trovato.interactions.validation.violations import Violation


def show_violations(violations: Sequence[Violation], as_json: bool) -> None:
    """A line for each violation of a log, or all as JSON."""
    if as_json:
        click.echo(
            json.dumps([{**asdict(one), "path": str(one.path)} for one in violations], indent=2)
        )
        return
    for one in violations:
        row = "" if one.row is None else f", row {one.row}"
        click.echo(f"{one.path}{row}: {one.what}")
