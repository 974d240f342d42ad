"""`trovato info` and `trovato rm`: what a collection holds, and taking files out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from trovato.cli.shared.console import folded_failures, plural, size
from trovato.index import SearchProfile
from trovato.library import Library


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.option("--files", is_flag=True, help="List the files too.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(collection: Path, files: bool, as_json: bool) -> None:
    """Show what COLLECTION holds, and which files could not be read.

    \b
    Examples:
      trovato info reports.trovato
      trovato info reports.trovato --files
    """
    with Library.open(collection) as library:
        stats = library.info()
        stored = library.collection.files()
        encodings = {
            file.name: file.attributes["encoding"]
            for file in stored
            if "encoding" in file.attributes
        }
        failures = library.collection.failures()
        with library.collection.reader() as reader:
            card = reader.card()
    if as_json:
        document = {
            **asdict(stats),
            "index_card": None if card is None else asdict(card),
            "failures": {failure.name: failure.reason for failure in failures},
            **({"file_pages": {file.name: file.pages for file in stored}} if files else {}),
            **({"encodings": encodings} if files else {}),
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(
        f"{plural(stats.files, 'file')}, {plural(stats.pages, 'page')}, {stats.tokens:,} tokens, "
        f"{size(stats.bytes)} on disk"
    )
    click.echo(
        f"encoder {stats.fingerprint}, {stats.dim} dimensions, stored as "
        f"{stats.vector_format}, format "
        f"{stats.format}"
    )
    if card is not None:
        click.echo(f"{_searched(card)}; {card.bytes_per_token:.1f} bytes per token")
    if encodings:
        kinds = Counter(encodings.values()).most_common()
        told = ", ".join(f"{count} {encoding}" for encoding, count in kinds)
        click.echo(
            f"encodings that were guessed: {told}" + ("" if files else "; --files lists them")
        )
    if files:
        for file in stored:
            guess = f", {encodings[file.name]} (guessed)" if file.name in encodings else ""
            click.echo(f"  {file.name}: {plural(file.pages, 'page')}{guess}")
    if failures:
        click.echo(f"{len(failures)} could not be read:")
        for line in folded_failures([(failure.name, failure.reason) for failure in failures]):
            click.echo(f"  {line}")


def _searched(card: SearchProfile) -> str:
    setting, exact = card.default, f"{card.exact_milliseconds:.1f}"
    if setting is None:
        return f"every page is scored, in {exact} ms: candidates find too little or save too little"
    return (
        f"searched through {setting.candidates:,} candidates: recall@10 {setting.recall:.3f} of an "
        f"exact search, {setting.milliseconds:.1f} ms where that takes {exact}"
    )


@click.command("rm")
@click.argument("collection", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def remove(collection: Path, names: tuple[str, ...], as_json: bool) -> None:
    """Take files out of COLLECTION. The files themselves are left alone.

    \b
    Example:
      trovato rm reports.trovato reports/old.pdf
    """
    with Library.open(collection) as library:
        gone = library.remove(names)
    missing = [name for name in names if name not in gone]
    if as_json:
        click.echo(json.dumps({"removed": gone, "missing": missing}, ensure_ascii=False, indent=2))
    else:
        for name in gone:
            click.echo(f"removed {name}")
    if missing:
        raise click.ClickException(
            f"not in the collection: {', '.join(missing)}; "
            "`trovato info COLLECTION --files` lists the names"
        )
