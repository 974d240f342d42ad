"""A collection on disk, checked and repaired."""

__all__: tuple[str, ...] = ()
