"""The photo, moving."""
