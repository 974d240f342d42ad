"""What is derived from a log: sequences and impressions."""

__all__: tuple[str, ...] = ()
