"""Sets of ids and scattering."""
