"""Many videos from one list: rows that are done stay done, one that fails stops no other."""
