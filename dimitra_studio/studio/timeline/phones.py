"""The lane of phones, coloured by what they mean for the lips."""

from PySide6.QtGui import QColor

from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.lane import faded
from dimitra_studio.studio.timeline.spans import SpanLane

# Lips meet on these; a viewer sees at once when they do not.
CLOSURES = frozenset({"P", "B", "M"})
# Lips are round on these.
ROUNDED = frozenset({"AO", "OW", "OY", "UH", "UW", "W", "ER", "SH", "ZH", "CH", "JH"})
SILENT = frozenset({"SIL", "NSN"})


class PhoneLane(SpanLane):
    """Phones: closures of the lips stand out, silence recedes."""

    def __init__(self) -> None:
        super().__init__("Phones")

    def fill(self, text: str, theme: Theme) -> QColor:
        """Closures in the lips' colour, rounded ones in half of it, silence as the ground."""
        if text in SILENT:
            return theme.colour("panel")
        if text in CLOSURES or text in ROUNDED:
            return faded(theme.colour("lips"), 0.55 if text in CLOSURES else 0.25)
        return theme.colour("raised")
