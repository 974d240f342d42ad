"""Events of a log, counted."""
