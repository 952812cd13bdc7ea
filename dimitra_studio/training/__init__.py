"""Data preparation, data sets, losses, loops; nothing imports it."""
