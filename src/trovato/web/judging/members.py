"""Who of a project's members sends a request."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request

from trovato.annotate import Project, Role
from trovato.annotate.roles import check_role
from trovato.web.site import Site


def project_of(site: Site, request: Request) -> Project:
    """The project that an address names."""
    name = request.path_params["project"]
    if name not in site.projects:
        raise HTTPException(404, f"no project is called {name[:40]!r}")
    return site.projects[name]


def member_of(project: Project, request: Request, needed: Role = "viewer") -> str:
    """The name of who asks.

    Where visitors have no names, on one's own machine, it is the owner: whoever may open the file
    may do everything.

    Raises
    ------
    NotAllowedError
        If they are no member, or their role is a lesser one than `needed`.
    """
    name: str = request.state.visitor
    if not name:
        name = next(member for member, role in project.members().items() if role == "owner")
    check_role(name, project.role(name), needed)
    return name
