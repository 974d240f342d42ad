"""Files for others: recommendations and submissions."""
