"""Commands on projects of judgements."""

__all__: tuple[str, ...] = ()
