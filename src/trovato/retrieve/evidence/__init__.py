"""Why a hit was found: words that met, passages, places on the page."""

__all__: tuple[str, ...] = ()
