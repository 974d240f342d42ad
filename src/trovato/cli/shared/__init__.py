"""What commands share: the console, progress bars, options, output paths."""

__all__: tuple[str, ...] = ()
