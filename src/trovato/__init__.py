"""Finds the page that answers, shows where on the page, and measures itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trovato.library import IngestReport, Library

__all__ = ["IngestReport", "Library"]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that `import trovato.core` stays as light as core is.
    if name in __all__:
        from trovato import library

        return getattr(library, name)
    raise AttributeError(f"module 'trovato' has no attribute {name!r}")
