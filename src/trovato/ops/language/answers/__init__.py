"""What an answer says: its facts, whether a quotation holds them, and whether it is one."""

__all__: tuple[str, ...] = ()
