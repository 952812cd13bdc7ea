"""The renderer that has learned: the warp's frame, with mouth, lids and hidden skin repaired by networks."""
