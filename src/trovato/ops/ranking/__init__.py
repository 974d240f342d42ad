"""From scores to rankings: top-k, fusion, capacity, votes."""
