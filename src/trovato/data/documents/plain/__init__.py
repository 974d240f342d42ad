"""Plain texts: encodings, front matter, and texts too long for memory."""

__all__: tuple[str, ...] = ()
