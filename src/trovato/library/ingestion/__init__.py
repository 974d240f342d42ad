"""Files and items in, searchable pages out."""

__all__: tuple[str, ...] = ()
