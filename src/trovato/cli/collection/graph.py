"""`trovato graph`: what is linked to what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import numpy as np

from trovato.cli.shared.console import plural
from trovato.core import InvalidInputError
from trovato.index.graph import LayeredGraph
from trovato.library import Library, graph_of


@click.command()
@click.argument("collection", type=click.Path(path_type=Path))
@click.argument("item", required=False)
@click.option("-k", default=10, show_default=True, help="Hubs and dangling links that are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def graph(collection: Path, item: str | None, k: int, as_json: bool) -> None:
    """Show the links of COLLECTION, or what ITEM is linked to.

    Without ITEM: how many nodes, documents and links there are, what most links lead to, and which
    links lead to what is not there yet.

    \b
    Examples:
      trovato graph wiki.trovato
      trovato graph wiki.trovato wiki/lyn.html.c2.r1 --json
    """
    with Library.open(collection) as library:
        found = graph_of(library)
    told = _around(found, item) if item else _counts(found, k)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif item:
        for name in ("links_to", "linked_from", "same_document"):
            click.echo(f"{name.replace('_', ' ')}: {', '.join(told[name]) or 'nothing'}")
    else:
        click.echo(
            f"{plural(told['nodes'], 'node')} in {plural(told['documents'], 'document')}, "
            f"{plural(told['links'], 'link')}, {told['dangling']} to what is not there"
        )
        for hub in told["hubs"]:
            click.echo(f"  {hub['links']:6,} links to {hub['id']}")
        for source, target in told["dangling_links"]:
            click.echo(f"  {source} links to {target}, which is not there")


def _counts(found: LayeredGraph, k: int) -> dict[str, Any]:
    degrees = found.backlinks.degrees()
    best = np.argsort(-degrees, kind="stable")[:k].tolist()
    return {
        "nodes": len(found),
        "documents": len(np.unique(found.document)),
        "links": len(found.links.targets),
        "dangling": len(found.dangling),
        "hubs": [
            {"id": found.groups[group], "links": int(degrees[group])}
            for group in best
            if degrees[group]
        ],
        "dangling_links": [list(link) for link in found.dangling[:k]],
    }


def _around(found: LayeredGraph, item: str) -> dict[str, Any]:
    if item not in found.groups:
        raise InvalidInputError(
            f"no node is {item!r} or a part of it; `trovato graph` without it shows some ids"
        )
    group = np.array([found.groups.index(item)])
    _, nodes = found.members.of_sources(group)
    _, out = found.links.of_sources(nodes)
    _, back = found.backlinks.of_sources(group)
    _, inside = found.members.of_sources(np.unique(found.document[nodes]))
    return {
        "id": item,
        "links_to": [found.groups[one] for one in np.unique(out).tolist()],
        "linked_from": [found.nodes[one] for one in np.unique(back).tolist()],
        "same_document": [found.nodes[one] for one in np.setdiff1d(inside, nodes).tolist()],
    }
