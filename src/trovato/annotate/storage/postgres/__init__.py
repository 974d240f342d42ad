"""A project in PostgreSQL."""

__all__: tuple[str, ...] = ()
