"""From when to when an edit counts, and how it comes and goes, as numbers."""

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from dimitra_studio.editing.edits import LONGEST_BLEND, Edit
from dimitra_studio.editing.reach import Edge, reaching
from dimitra_studio.studio.edits.number_field import NumberField
from dimitra_studio.studio.theme import SMALL

_WIDEST = "3600.00 s"
_LATEST = 36_000.0  # seconds
_STEP = 0.04
_FIELDS = (
    (Edge.START, "From", "The moment from which it counts fully."),
    (Edge.END, "to", "The moment until which it counts fully."),
    (Edge.BLEND_IN, "Blend in", "How long it takes to come, before it counts fully."),
    (Edge.BLEND_OUT, "out", "How long it takes to go, after it counted fully."),
)


class ReachForm(QWidget):
    """`changed` carries the edit as it is to be."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._edit: Edit | None = None
        self._frame = _STEP
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SMALL)
        self.fields: dict[Edge, NumberField] = {}
        for place, (edge, name, tip) in enumerate(_FIELDS):
            most = LONGEST_BLEND if edge in (Edge.BLEND_IN, Edge.BLEND_OUT) else _LATEST
            field = NumberField(_WIDEST, (0.0, most), _STEP, " s")
            field.setAccessibleName(f"{name} (edit)")
            field.setToolTip(tip)
            field.valueChanged.connect(partial(self._put, edge))
            row, column = divmod(place, 2)
            grid.addWidget(QLabel(name), row, 2 * column)
            grid.addWidget(field, row, 2 * column + 1)
            self.fields[edge] = field
        grid.setColumnStretch(4, 1)

    def show_edit(self, edit: Edit, duration: float, fps: float) -> None:
        """Another edit, of a take that lasts so many seconds."""
        self._edit, self._frame = edit, 1 / fps
        span = edit.span.within(duration)
        shown = (span.start, span.end, edit.blend_in, edit.blend_out)
        for (edge, _, _), seconds in zip(_FIELDS, shown, strict=True):
            with QSignalBlocker(self.fields[edge]):
                self.fields[edge].setValue(seconds)

    def _put(self, edge: Edge, number: float) -> None:
        edit = self._edit
        if edit is None:
            return
        match edge:
            case Edge.BLEND_IN:
                self.changed.emit(replace(edit, blend_in=number))
            case Edge.BLEND_OUT:
                self.changed.emit(replace(edit, blend_out=number))
            case _:
                self.changed.emit(reaching(edit, edge, number, self._frame))
