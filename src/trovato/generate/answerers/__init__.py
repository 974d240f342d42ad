"""Ways to answer from documents, and their registry."""
