"""The folder of what can be computed again."""

from __future__ import annotations

from pathlib import Path


def cache_folder() -> Path:
    """Where results worth keeping between collections lie: on Linux `$XDG_CACHE_HOME/trovato`."""
    from platformdirs import user_cache_path  # few commands have a use for it

    return user_cache_path("trovato", appauthor=False)
