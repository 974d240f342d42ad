"""What can carry out work on a log: this process, or Spark."""

__all__: tuple[str, ...] = ()
