"""`trovato annotate start`: judge in the browser."""

from __future__ import annotations

import click

from trovato.annotate import Project
from trovato.annotate.storage.place import check_no_password
from trovato.web.app import build_app
from trovato.web.judging.access import MemberAccess
from trovato.web.links import names_of
from trovato.web.server import serve_app


@click.command()
@click.argument("project")
@click.option("--port", default=8421, show_default=True, help="0 picks a free one.")
def start(project: str, port: int) -> None:
    """Judge PROJECT in the browser, on this machine only.

    Every member has an address of their own, which says who they are: give it to nobody else.

    \b
    Example:
      trovato annotate start policy.judged
    """
    check_no_password(project)
    with Project.open(project) as opened:
        (name,), access = names_of([project]), MemberAccess(opened)

        def ready(url: str) -> None:
            for member, role in opened.members().items():
                page = "" if role == "viewer" else "/judge"
                address = f"{url}/j/{name}{page}?token={access.token(member)}"
                click.echo(f"{member} ({role}) at {address}")

        serve_app(build_app(projects={name: opened}, access=access), port=port, ready=ready)
