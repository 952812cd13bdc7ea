"""The curve editor: what hands do to the curves of a take, as edits on top of it."""
