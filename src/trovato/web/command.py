"""`trovato serve`: collections in the browser."""

from __future__ import annotations

import re
import webbrowser
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import click

from trovato.core import InvalidInputError
from trovato.library import Library, ModelOptions, model_options
from trovato.web.access import Access, PasswordAccess, ProxyAccess, TokenAccess, Users
from trovato.web.access.sessions import Sessions
from trovato.web.app import LOOPBACK_HOSTS, build_app
from trovato.web.server import LOOPBACK, serve_app
from trovato.web.workspace import Workspace

_LOOPBACK = (*LOOPBACK_HOSTS, "::1")


@click.command()
@click.argument("collections", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--port", default=8420, show_default=True, help="0 picks a free one.")
@model_options
@click.option("--guard", default="none", show_default=True, help="As of `trovato ask`.")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File in which answers are kept; by default in the user's data folder.",
)
@click.option("--open", "open_it", is_flag=True, help="Open the page in the browser.")
@click.option(
    "--host", default=LOOPBACK, show_default=True, help="Interface; others need --users or --proxy."
)
@click.option(
    "--allowed-host",
    "hosts",
    multiple=True,
    help="A name by which others reach it. May be repeated.",
)
@click.option(
    "--users",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Names and passwords, as `trovato users add` writes them.",
)
@click.option("--proxy", default="", help="Header in which a proxy says who comes: Remote-User.")
@click.option(
    "--proxy-from",
    "networks",
    multiple=True,
    default=("127.0.0.1/32",),
    show_default=True,
    help="Network from which that header is believed. May be repeated.",
)
@click.option("--root-path", default="", help="Prefix that a proxy leaves on, such as /search.")
@click.option("--cert", type=click.Path(path_type=Path), help="Certificate, for https.")
@click.option("--key", type=click.Path(path_type=Path), help="Key of --cert.")
def serve(
    collections: tuple[Path, ...],
    port: int,
    model: ModelOptions,
    guard: str,
    workspace: Path | None,
    open_it: bool,
    host: str,
    hosts: tuple[str, ...],
    users: Path | None,
    proxy: str,
    networks: tuple[str, ...],
    root_path: str,
    cert: Path | None,
    key: Path | None,
) -> None:
    """Search and ask COLLECTIONS in the browser.

    On this machine only, and only to the browser that first opens the address that is printed;
    with --users to whoever has a password, with --proxy behind a proxy that knows its visitors.

    \b
    Examples:
      trovato serve reports.trovato
      trovato serve reports.trovato letters.trovato --open
      trovato serve reports.trovato --llm http://localhost:8000/v1 --guard vote
      trovato serve reports.trovato --host 0.0.0.0 --users users.toml --cert c.pem --key k.pem
      trovato serve reports.trovato --proxy Remote-User --root-path /search
    """
    if users and proxy:
        raise click.UsageError("--users and --proxy exclude each other: name one of them")
    if host not in _LOOPBACK and not (users or proxy):
        raise click.UsageError(
            f"--host {host} opens the collections to others: say who may come in by --users or "
            "--proxy"
        )
    if (cert is None) != (key is None):
        raise click.UsageError("--cert and --key are given together")
    with ExitStack() as stack:
        libraries = {
            name: stack.enter_context(Library.open(path))
            for name, path in _named(collections).items()
        }
        kept = stack.enter_context(Workspace(workspace or _data_folder() / "workspace.db"))
        sessions = Sessions(kept.secret())
        access: Access = TokenAccess(sessions)
        if users:
            access = PasswordAccess(Users(users), sessions)
        elif proxy:
            access = ProxyAccess(proxy, networks)
        allowed = [*LOOPBACK_HOSTS, *hosts]
        app = build_app(
            libraries,
            model.open(),
            guard,
            decoding=model.decoding(),
            workspace=kept,
            access=access,
            # Only a cookie lets in there, and no name that leads here has it.
            hosts=["*"] if users and not hosts and host not in _LOOPBACK else allowed,
            root_path=root_path,
        )

        def ready(url: str) -> None:
            address = access.address(url) if isinstance(access, TokenAccess) else url
            click.echo(f"{', '.join(map(str, collections))} at {address}")
            click.echo("Ctrl+C stops it.", err=True)
            if open_it:
                webbrowser.open(address)

        serve_app(
            app,
            port=port,
            ready=ready,
            host=host,
            certificate=(cert, key) if cert and key else None,
        )


def _named(paths: Iterable[Path]) -> dict[str, Path]:
    """Paths by names that can stand in addresses."""
    found: dict[str, Path] = {}
    for path in paths:
        name = re.sub(r"[^\w-]+", "-", path.resolve().stem).strip("-") or "collection"
        if name in found:
            raise InvalidInputError(
                f"{found[name]} and {path} would both be called {name!r}: rename one of them"
            )
        found[name] = path
    return found


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("trovato", appauthor=False)
