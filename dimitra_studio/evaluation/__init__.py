"""Metrics and tables by the papers' protocol."""
