"""Commands that fit, measure and apply recommenders."""
