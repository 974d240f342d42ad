"""Page images as a vector field beside the text, and what they cost."""

__all__: tuple[str, ...] = ()
