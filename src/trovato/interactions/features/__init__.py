"""What is derived from a log: sequences and impressions."""
