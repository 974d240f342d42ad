"""Whom long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

# What is being done, rows that are done with it, and rows in all.
Listener = Callable[[str, int, int], None]
