"""Attacks times defences: scenarios, runs, outcomes."""
