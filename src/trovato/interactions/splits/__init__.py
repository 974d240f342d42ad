"""Parts and subsets of a log."""
