"""A collection on disk, checked and repaired."""
