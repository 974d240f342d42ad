"""What one search sees: a snapshot, its vectors, its shards."""
