"""The command `trovato`: each command parses, calls one thing below, and renders."""

from trovato.cli.main import main

__all__ = [
    "main",
]
