"""How somebody likes to perform. Texts are what the settings file holds."""

from enum import StrEnum


class Start(StrEnum):
    """When a performance begins."""

    MOVE = "move"  # with the hand's first movement
    COUNT = "count"  # after counting down


class Smoothing(StrEnum):
    """How much of the hand's trembling is taken away."""

    NONE = "none"
    LIGHT = "light"
    STRONG = "strong"

    @property
    def seconds(self) -> float:
        """The sigma of a Gaussian."""
        return {"none": 0.0, "light": 0.05, "strong": 0.12}[self.value]
