"""The takes there are."""
