"""`trovato ids`: semantic ids of a catalogue."""

from __future__ import annotations

import click

from trovato.cli.lazy import LazyCommand


@click.group()
def ids() -> None:
    """Semantic ids: items as short sequences of codes."""


for _name, _place, _help in (
    ("train", "ids.train:train", "Give the items of ITEMS semantic ids."),
    ("report", "ids.look:report", "Say how good the ids in IDS are."),
    (
        "compare",
        "ids.look:compare",
        "Say how far the ids of the same items moved from BEFORE to AFTER.",
    ),
    (
        "append",
        "ids.change:append",
        "Give the new items of ITEMS ids by the quantiser of IDS; ids given before stay.",
    ),
    (
        "repair",
        "ids.change:repair",
        "Tell items of IDS with the same id apart, and say what it costs.",
    ),
):
    ids.add_command(LazyCommand(_name, f"trovato.cli.{_place}", _help))
