"""Commands that attack answers and count whose comes out."""
