"""What templates show: pieces of markup, hits as cards, pages as sheets."""

__all__: tuple[str, ...] = ()
