"""Late interaction: exact, by centroids, probed, from residual codes."""
