"""`trovato recommend serve`: recommendations in the browser and over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.web.access import TokenAccess
from trovato.web.access.sessions import Sessions
from trovato.web.app import build_app
from trovato.web.links import names_of
from trovato.web.served import ServedRecommender
from trovato.web.server import serve_app
from trovato.web.workspace import Workspace


@click.command()
@click.argument("log", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--port", default=8422, show_default=True, help="0 picks a free one.")
def serve(log: Path, file: Path, port: int) -> None:
    """Answer with recommendations for the users of LOG by the model in FILE, over HTTP.

    On this machine only. The address that is printed lets one browser in; a program sends the same
    token as `Authorization: Bearer TOKEN`. What people cared for is read when it starts.

    \b
    Examples:
      trovato recommend serve movies/ knn.npz
      curl -H 'Authorization: Bearer TOKEN' \\
        'http://127.0.0.1:8422/api/v1/recommenders/movies/recommend?user=alice&count=5'
    """
    name = names_of([log])[0]
    served = ServedRecommender.open(log, file)
    workspace = Workspace()
    access = TokenAccess(Sessions(workspace.secret()))
    app = build_app(recommenders={name: served}, workspace=workspace, access=access)

    def ready(url: str) -> None:
        people = len(served.answers.names)
        click.echo(f"{served.made['model']} for {people:,} users at {access.address(url)}")

    serve_app(app, port=port, ready=ready)
