"""The window: the only code that knows Qt. Opening it imports nothing heavy; models load on the engine's threads."""
