"""Who may do what in a project."""

from __future__ import annotations

from typing import Literal, get_args

from trovato.core import NotAllowedError

# From the least to the most that one may do.
Role = Literal["viewer", "annotator", "adjudicator", "manager", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)


def includes(role: Role, needed: Role) -> bool:
    """Whether a role may do what another one may."""
    return ROLES.index(role) >= ROLES.index(needed)


def check_role(name: str, role: Role | None, needed: Role) -> None:
    """Refuse someone who may not.

    Raises
    ------
    NotAllowedError
        If they are no member, or their role is a lesser one.
    """
    if role is None:
        raise NotAllowedError(f"{name!r} is no member of this project: have an owner add them")
    if not includes(role, needed):
        raise NotAllowedError(
            f"this takes the role {needed!r}, and {name!r} is {role!r}: ask someone who has it"
        )
