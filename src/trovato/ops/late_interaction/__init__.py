"""Late interaction: exact, by centroids, probed, from residual codes."""

__all__: tuple[str, ...] = ()
