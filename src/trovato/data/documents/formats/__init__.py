"""Documents of office programs, mails, tables and archives, each read by a library for its kind."""

__all__: tuple[str, ...] = ()
