"""What comes next, by networks that read a history in its order."""

__all__: tuple[str, ...] = ()
