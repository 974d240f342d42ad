"""`trovato serve`: collections in the browser."""

from __future__ import annotations

import webbrowser
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trovato.library import (
    IMAGE_ENCODER_HELP,
    Library,
    ModelOptions,
    model_options,
    open_picture_space,
)
from trovato.web.access import Access, PasswordAccess, ProxyAccess, TokenAccess, Users
from trovato.web.access.sessions import Sessions
from trovato.web.app import LOOPBACK_HOSTS, build_app
from trovato.web.links import names_of
from trovato.web.server import LOOPBACK, serve_app
from trovato.web.workspace import Workspace

if TYPE_CHECKING:
    from trovato.annotate import Project
    from trovato.web.served import ServedRecommender

_LOOPBACK = (*LOOPBACK_HOSTS, "::1")


@click.command()
@click.argument("served", nargs=-1)
@click.option(
    "--recommender",
    "recommenders",
    multiple=True,
    nargs=2,
    type=click.Path(path_type=Path),
    help="A log and the file of a model that was fitted to it. May be repeated.",
)
@click.option("--port", default=8420, show_default=True, help="0 picks a free one.")
@model_options
@click.option("--guard", default="none", show_default=True, help="As of `trovato ask`.")
@click.option(
    "--workspace",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File in which answers are kept; by default in the user's data folder.",
)
@click.option(
    "--uploads",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that keeps files which are dropped on the page; by default in the user's data "
    "folder, and none with --users or --proxy.",
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of reports (HTML, SVG) that commands wrote; they are listed and shown.",
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
@click.option(
    "--image-encoder",
    default="embedded",
    show_default=True,
    metavar="NAME",
    help=IMAGE_ENCODER_HELP,
)
@click.option(
    "--shards",
    type=click.IntRange(min=1),
    help="So many processes of Ray score the vectors of each collection, for large ones; needs "
    "'trovato[scale]'.",
)
@click.option("--root-path", default="", help="Prefix that a proxy leaves on, such as /search.")
@click.option("--cert", type=click.Path(path_type=Path), help="Certificate, for https.")
@click.option("--key", type=click.Path(path_type=Path), help="Key of --cert.")
def serve(
    served: tuple[str, ...],
    recommenders: tuple[tuple[Path, Path], ...],
    port: int,
    model: ModelOptions,
    guard: str,
    workspace: Path | None,
    uploads: Path | None,
    reports: Path | None,
    open_it: bool,
    host: str,
    hosts: tuple[str, ...],
    users: Path | None,
    proxy: str,
    networks: tuple[str, ...],
    image_encoder: str,
    shards: int | None,
    root_path: str,
    cert: Path | None,
    key: Path | None,
) -> None:
    """Search, ask and judge in the browser: SERVED are collections and projects of judgements.

    On this machine only, and only to the browser that first opens the address that is printed;
    with --users to whoever has a password, with --proxy behind a proxy that knows its visitors.

    \b
    Examples:
      trovato serve reports.trovato
      trovato serve reports.trovato letters.trovato policy.judged --open
      trovato serve reports.trovato --recommender movies/ movies.npz --reports measured/
      trovato serve postgresql://ada@db/judging/policy
      trovato serve reports.trovato --llm http://localhost:8000/v1 --guard vote
      trovato serve reports.trovato --host 0.0.0.0 --users users.toml --cert c.pem --key k.pem
      trovato serve reports.trovato --proxy Remote-User --root-path /search
      trovato serve reports.trovato --shards 4
    """
    if not (served or recommenders or reports):
        raise click.UsageError(
            "name a collection, a project, a recommender by --recommender, or --reports"
        )
    if users and proxy:
        raise click.UsageError("--users and --proxy exclude each other: name one of them")
    if host not in _LOOPBACK and not (users or proxy):
        raise click.UsageError(
            f"--host {host} opens this to others: say who may come in by --users or --proxy"
        )
    if (cert is None) != (key is None):
        raise click.UsageError("--cert and --key are given together")
    with ExitStack() as stack:
        named = dict(zip(names_of(served), served, strict=True))
        libraries = {
            name: stack.enter_context(Library.open(place))
            for name, place in named.items()
            if not _is_project(place)
        }
        if shards is not None:
            for library in libraries.values():
                library.use_shards(shards)
        projects = {
            name: stack.enter_context(_project(place))
            for name, place in named.items()
            if _is_project(place)
        }
        logs = names_of(log for log, _ in recommenders)
        kept_in = workspace or _data_folder() / "workspace.db"
        kept = stack.enter_context(Workspace(kept_in))
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
            projects=projects,
            recommenders={
                name: _recommender(*pair) for name, pair in zip(logs, recommenders, strict=True)
            },
            decoding=model.decoding(),
            workspace=kept,
            uploads=uploads or (None if users or proxy else kept_in.parent / "uploads"),
            reports=reports,
            access=access,
            # Only a cookie lets in there, and no name that leads here has it.
            hosts=["*"] if users and not hosts and host not in _LOOPBACK else allowed,
            root_path=root_path,
            picture_space=lambda: open_picture_space(image_encoder),
        )

        def ready(url: str) -> None:
            address = access.address(url) if isinstance(access, TokenAccess) else url
            click.echo(f"{', '.join([*served, *logs])} at {address}")
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


def _is_project(place: str) -> bool:
    return not Path(place).is_dir() and ("://" in place or Path(place).is_file())


# What judging and recommending need is loaded where they are served.
def _project(place: str) -> Project:
    from trovato.annotate import Project
    from trovato.annotate.storage.place import check_no_password

    check_no_password(place)
    return Project.open(place)


def _recommender(log: Path, file: Path) -> ServedRecommender:
    from trovato.web.served import ServedRecommender

    return ServedRecommender.open(log, file)


def _data_folder() -> Path:
    from platformdirs import user_data_path

    return user_data_path("trovato", appauthor=False)
