"""What the example documents say, one module per document."""
