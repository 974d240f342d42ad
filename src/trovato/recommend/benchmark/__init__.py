"""Recommenders measured: runs, metrics, a report."""
