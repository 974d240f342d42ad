"""AIANO's way of working as a project."""

from __future__ import annotations

from trovato.annotate import Project, SettingsSet
from trovato.core import PathLike


def build(path: PathLike, owner: str) -> Project:
    """Make a project as AIANO has them: nothing is blind, nothing is judged twice.

    There one person works through documents in any order and sees what the model drafts at once.
    Grades are ours: there a document counts as found where a passage of it is highlighted.

    Raises
    ------
    InvalidInputError
        If there is a file of that name.
    """
    return Project.create(path, owner, SettingsSet(blind=False, overlap=0.0, order="random"))
