"""Pictures of pages: turned ones, large ones, and what was read of them before."""

__all__: tuple[str, ...] = ()
