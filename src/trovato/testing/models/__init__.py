"""Tiny models and an encoder for tests."""
