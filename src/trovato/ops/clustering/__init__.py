"""K-means, Ward pooling, and clusters of passages."""
