"""Dimitra Studio: one portrait and one voice recording become a talking head."""

__version__ = "0.1.0"
