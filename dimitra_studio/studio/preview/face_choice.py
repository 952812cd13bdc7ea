"""Which of a portrait's faces the project is about, where the picture shows several."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QComboBox

from dimitra_studio.studio.preview.view import image_of
from dimitra_studio.studio.session import Session

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter

_SIDE = 24  # px
_AROUND = 0.25  # of a face's size, on each side of it


class FaceChoice(QComboBox):
    """The faces, the largest first, each with its picture; hidden where there is one alone."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: Sitter | None = None
        self.setAccessibleName("Face")
        self.setToolTip("Which face of the picture speaks; takes that were made for another one are marked")
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(session.media.choose_face)
        session.analysis_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        sitter = self._session.media.sitter
        with QSignalBlocker(self):
            if sitter is not None and sitter is not self._shown:
                self._fill(sitter)
            self.setCurrentIndex(self._session.project.face)
        self.setVisible(sitter is not None and sitter.fit.faces > 1)

    def _fill(self, sitter: "Sitter") -> None:
        self._shown = sitter
        self.clear()
        for number in range(sitter.fit.faces):
            self.addItem(f"Face {number + 1} of {sitter.fit.faces}")
            if number < len(sitter.fit.boxes):
                self.setItemIcon(number, _icon(sitter, sitter.fit.boxes[number]))


def _icon(sitter: "Sitter", box: tuple[float, float, float, float]) -> QIcon:
    """The face alone, with a little around it."""
    (left, top), (right, bottom) = box[:2], box[2:]
    margin = _AROUND * max(right - left, bottom - top)
    height, width = sitter.portrait.pixels.shape[:2]
    rows = slice(max(round(top - margin), 0), min(round(bottom + margin), height))
    columns = slice(max(round(left - margin), 0), min(round(right + margin), width))
    return QIcon(QPixmap.fromImage(image_of(np.ascontiguousarray(sitter.portrait.pixels[rows, columns]))))
