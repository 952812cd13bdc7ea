"""The icons: SVG drawings under `resources/icons`, in the colour that is asked for."""

from enum import StrEnum

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from dimitra_studio.core.paths import resource

_FADED = 0.35
_SIZES = (16, 20, 24, 32, 48)  # px; Qt scales the next larger one for others


class Icon(StrEnum):
    """The drawings there are."""

    ADD = "add"
    CLOSE = "close"
    DOWN = "down"
    END = "end"
    ERROR = "error"
    EXPORT = "export"
    FACE = "face"
    GENERATE = "generate"
    INFO = "info"
    LOOP = "loop"
    MIX = "mix"
    MICROPHONE = "microphone"
    MUTED = "muted"
    OPEN = "open"
    PAUSE = "pause"
    PLAY = "play"
    RECORD = "record"
    REDO = "redo"
    SAVE = "save"
    SPEAKER = "speaker"
    STAR = "star"
    START = "start"
    STOP = "stop"
    TRASH = "trash"
    UNDO = "undo"
    UP = "up"
    VOICE = "voice"
    WARNING = "warning"


def icon(name: Icon, colour: QColor) -> QIcon:
    """The icon in a colour; faded where it is disabled."""
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour.name())
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(_drawn(renderer, size, 1.0))
        result.addPixmap(_drawn(renderer, size, _FADED), QIcon.Mode.Disabled)
    return result


def _drawn(renderer: QSvgRenderer, size: int, opacity: float) -> QPixmap:
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
