"""What several commands on projects share."""

from __future__ import annotations

import click

from trovato.annotate import Project
from trovato.annotate.storage.place import check_no_password
from trovato.core import InvalidInputError


class ProjectPlace(click.ParamType[str]):
    """A project's file, or its address in a database."""

    name = "place"

    def convert(
        self, value: object, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> str:
        """The place, which holds no password."""
        check_no_password(str(value))
        return str(value)


PROJECT = click.argument("project", type=ProjectPlace())
AS = click.option("--as", "actor", default="", help="Whose act it is; by default the owner's.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")


def acting(project: Project, name: str) -> str:
    """The member who was named, or else the owner: who may open the file may do everything.

    Raises
    ------
    InvalidInputError
        If nobody has that name.
    """
    members = project.members()
    if not name:
        return next(member for member, role in members.items() if role == "owner")
    if name not in members:
        raise InvalidInputError(f"{name!r} is no member; there are {', '.join(members)}")
    return name
