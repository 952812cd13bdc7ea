"""The sliders of the whole face."""

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from dimitra_studio.editing.macros import BY_ID, Macro
from dimitra_studio.studio.edits.fader import Fader
from dimitra_studio.studio.edits.hand import Hand
from dimitra_studio.studio.theme import MEDIUM, SMALL

# (heading, ids of macros with what they do in plain words)
_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Mouth",
        (
            ("smile", "Corners of the mouth and cheeks up; the other way: the portrait's smile goes."),
            ("open", "The jaw lower, also between the words; the other way: higher."),
            ("pucker", "Lips forward and narrow; the other way: wider."),
        ),
    ),
    (
        "Eyes and brows",
        (
            ("brows", "Both brows up; the other way: down."),
            ("blink", "Both lids down, at 100 % they are shut; the other way: eyes wide."),
            ("gaze_x", "The eyes to the picture's right; the other way: to its left."),
            ("gaze_y", "The eyes up; the other way: down."),
        ),
    ),
    (
        "Head",
        (
            ("nod", "The chin down; the other way: up."),
            ("turn", "The face to the picture's right; the other way: to its left."),
            ("tilt", "The head leans to the picture's right; the other way: to its left."),
        ),
    ),
    (
        "Liveliness",
        (
            ("lip_energy", "How far the lips move; 0 % = they stand still."),
            ("face_energy", "How much brows, lids and cheeks move; 0 % = they stand still."),
            ("head_energy", "How much the head moves; 0 % = it stands still."),
            ("lead", "Lips so much earlier than the voice; less than 0: later."),
        ),
    ),
)


class MacroSliders(QWidget):
    """One fader for each macro, where the stretch that the hand is on has it."""

    def __init__(self, hand: Hand) -> None:
        super().__init__()
        self._hand = hand
        self.faders: dict[str, Fader] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SMALL)
        form.setHorizontalSpacing(MEDIUM)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for heading, macros in _GROUPS:
            title = QLabel(heading)
            title.setProperty("role", "heading")
            form.addRow(title)
            for macro_id, tip in macros:
                macro = BY_ID[macro_id]
                form.addRow(macro.title, self._build(macro, tip))

    def refresh(self) -> None:
        """Looks where the sliders stand."""
        for macro_id, fader in self.faders.items():
            fader.set_value(self._hand.value_of(BY_ID[macro_id]))

    def _turn(self, value: float) -> None:
        macro_id = next(each for each, fader in self.faders.items() if fader is self.sender())
        self._hand.turn(BY_ID[macro_id], value)

    def _build(self, macro: Macro, tip: str) -> Fader:
        fader = Fader(macro.title, tip, (macro.low, macro.high), macro.rest, macro.unit)
        fader.gripped.connect(self._hand.grip)
        fader.turned.connect(self._turn)
        fader.released.connect(self._hand.release)
        fader.given_up.connect(self._hand.give_up)
        self.faders[macro.id] = fader
        return fader
