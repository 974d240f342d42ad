"""Commands that fit, measure and apply recommenders."""

__all__: tuple[str, ...] = ()
