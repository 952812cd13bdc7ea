"""The document: what a creator makes, what is saved and what is undone."""
