"""Whom long work tells how far it has come."""

from __future__ import annotations


def no_progress(*_told: object) -> None:
    """A listener that does nothing, whatever it is told."""
