"""A log checked row by row."""
