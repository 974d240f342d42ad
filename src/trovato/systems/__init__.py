"""Whole arrangements of trovato's parts, one module each."""
