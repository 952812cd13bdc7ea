"""Timings of the real chain on this machine."""
