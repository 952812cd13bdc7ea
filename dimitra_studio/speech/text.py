"""What was meant: the protocol of text embeddings."""

from typing import Protocol

from dimitra_studio.core.arrays import FloatArray


class TextEmbedder(Protocol):
    """Turns a text into one vector; `kind` names the model and goes into files and checkpoints."""

    kind: str
    width: int

    def embed(self, text: str) -> FloatArray:
        """A vector [width] of length 1; zeros for a text without words."""
        ...
