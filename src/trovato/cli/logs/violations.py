"""Faults of a log, as `check` and `audit` print them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from trovato.interactions.validation.violations import Violation


def show_faults(faults: Sequence[Violation], as_json: bool) -> None:
    """A line for each fault of a log, or all as JSON."""
    if as_json:
        click.echo(json.dumps([{**asdict(one), "path": str(one.path)} for one in faults], indent=2))
        return
    for one in faults:
        row = "" if one.row is None else f", row {one.row}"
        click.echo(f"{one.path}{row}: {one.what}")
