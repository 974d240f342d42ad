"""Sets of ids and scattering."""

__all__: tuple[str, ...] = ()
