"""How a take that is there is changed without opening a curve."""
