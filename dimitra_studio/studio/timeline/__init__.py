"""The timeline: what is heard and moves, drawn over seconds."""
