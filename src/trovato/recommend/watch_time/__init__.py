"""Predictors of watch time, measured."""

__all__: tuple[str, ...] = ()
