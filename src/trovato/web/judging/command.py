"""`trovato annotate start`: judge in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.annotate import Project
from trovato.web.judging.access import token_of
from trovato.web.judging.app import build_judging_app
from trovato.web.server import serve_app


@click.command()
@click.argument("project", type=click.Path(path_type=Path))
@click.option("--port", default=8421, show_default=True, help="0 picks a free one.")
def start(project: Path, port: int) -> None:
    """Judge PROJECT in the browser, on this machine only.

    Every member has an address of their own, which says who they are: give it to nobody else.

    \b
    Example:
      trovato annotate start policy.judged
    """
    with Project.open(project) as opened:

        def ready(url: str) -> None:
            for name, role in opened.members().items():
                click.echo(f"{name} ({role}) at {url}/?token={token_of(opened, name)}")

        serve_app(build_judging_app(opened), port=port, ready=ready)
