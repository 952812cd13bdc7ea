"""The icons: SVG drawings under `resources/icons`, in the colour that is asked for."""

from enum import StrEnum

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
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
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(_picture(name, colour.name(), size, 1.0))
        result.addPixmap(_picture(name, colour.name(), size, _FADED), QIcon.Mode.Disabled)
    return result


def _picture(name: Icon, colour: str, size: int, opacity: float) -> QPixmap:
    """Out of Qt's own cache, which ends with the application: drawing all of a row of icons takes 6 ms."""
    key = f"{name} {colour} {size} {opacity}"
    kept = QPixmap()
    if not QPixmapCache.find(key, kept):
        kept = _drawn(name, colour, size, opacity)
        QPixmapCache.insert(key, kept)
    return kept


def _drawn(name: Icon, colour: str, size: int, opacity: float) -> QPixmap:
    drawing = resource(f"icons/{name}.svg").read_text(encoding="utf-8").replace("currentColor", colour)
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setOpacity(opacity)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture
