"""`trovato recommend serve`: recommendations over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.interactions.storage.log import InteractionLog
from trovato.recommend import Answers, load_for_log
from trovato.web.recommendations.app import build_recommender_app
from trovato.web.server import serve_app


@click.command()
@click.argument("log", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--port", default=8422, show_default=True, help="0 picks a free one.")
def serve(log: Path, file: Path, port: int) -> None:
    """Answer with recommendations for the users of LOG by the model in FILE, over HTTP.

    On this machine only, as JSON: /recommend?user=NAME has the best items with their reasons, and
    /similar?item=NAME what is like an item; both take count, and the first repeat=true. What people
    cared for is read when it starts.

    \b
    Examples:
      trovato recommend serve movies/ knn.npz
      curl 'http://127.0.0.1:8422/recommend?user=alice&count=5'
    """
    opened = InteractionLog.open(log)
    recommender, catalogue, made = load_for_log(file, opened)
    answers = Answers.of(opened, recommender, catalogue, made["positive"])

    def ready(url: str) -> None:
        click.echo(f"{made['model']} for {len(answers.names):,} users at {url}/recommend?user=…")

    serve_app(build_recommender_app(answers, made), port=port, ready=ready)
