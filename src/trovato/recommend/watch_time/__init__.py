"""Predictors of watch time, measured."""
