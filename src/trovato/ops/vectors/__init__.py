"""Vectors made smaller, projected, normalised and compared."""
