"""`trovato users`: who may sign in."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.web.access.passwords import Users


@click.group()
def users() -> None:
    """Who may sign in where `trovato serve --users` serves others."""


@users.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("name")
@click.password_option(help="Asked for where it is not given.")
def add(file: Path, name: str, password: str) -> None:
    """Add NAME to FILE, or change the password.

    \b
    Example:
      trovato users add users.toml ada
    """
    Users(file).add(name, password)
    click.echo(f"{name} may sign in")
