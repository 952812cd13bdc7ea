"""A take's line in the list: its picture, its name, and below in smaller type how it was made, on two lines at most.

A thin line parts takes that were made with other settings; those of one kind differ in their seed alone.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme

DETAIL = Qt.ItemDataRole.UserRole + 1
BEGINS = Qt.ItemDataRole.UserRole + 2  # whether other settings begin here
_SMALLER = 0.85
_Index = QModelIndex | QPersistentModelIndex


class TakeRow(QStyledItemDelegate):
    """Paints the name, and `DETAIL` under it."""

    def __init__(self, theme: Theme, picture: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._picture = theme, picture

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """High enough for the picture and for three lines."""
        del index
        return QSize(0, max(self._picture, round((1 + 2 * _SMALLER) * option.fontMetrics.height())) + MEDIUM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The usual line without its text, then the texts."""
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        left = option.rect.left() + self._picture + 2 * MEDIUM + SMALL
        room = QRect(left, option.rect.top(), option.rect.right() - left - SMALL, option.rect.height())
        height = option.fontMetrics.height()
        painter.save()
        if index.data(BEGINS):
            painter.setPen(self._theme.colour("line"))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
        painter.setPen(self._theme.colour("text"))
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * _SMALLER)
        low, details = QFontMetrics(font).height(), two_lines(str(index.data(DETAIL)), QFontMetrics(font), room.width())
        top = room.center().y() - (height + low * len(details)) // 2
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        fitted = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), top, room.width(), height), flags, fitted)
        painter.setFont(font)
        painter.setPen(self._theme.colour("dim"))
        for place, line in enumerate(details):
            painter.drawText(QRect(room.left(), top + height + place * low, room.width(), low), flags, line)
        painter.restore()

    def setEditorData(self, editor: QWidget, index: _Index) -> None:  # noqa: N802
        """The name without its star."""
        super().setEditorData(editor, index)
        if isinstance(editor, QLineEdit):
            editor.setText(editor.text().removeprefix("★ "))
            editor.selectAll()

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: _Index
    ) -> None:
        """The field stands where the name is."""
        del index
        left = option.rect.left() + self._picture + MEDIUM
        height = editor.sizeHint().height()
        editor.setGeometry(left, option.rect.center().y() - height // 2, option.rect.right() - left, height)


def two_lines(text: str, metrics: QFontMetrics, width: int) -> tuple[str, ...]:
    """The text broken between words where it is wider than `width` px; what does not fit on the second line is cut."""
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        first, rest = " ".join(words[:count]), " ".join(words[count:])
        if count == 1 or metrics.horizontalAdvance(first) <= width:
            lines = (first.removesuffix(" ·"), rest.removeprefix("· "))
            return tuple(metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines if line)
    return ()
