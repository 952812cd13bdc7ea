"""Edits of motion: what a user did to a generated take, kept apart from it and evaluated on top of it."""
