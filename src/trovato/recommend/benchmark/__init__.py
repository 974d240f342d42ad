"""Recommenders measured: runs, metrics, a report."""

__all__: tuple[str, ...] = ()
