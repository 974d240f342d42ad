"""K-means, Ward pooling, and clusters of passages."""

__all__: tuple[str, ...] = ()
