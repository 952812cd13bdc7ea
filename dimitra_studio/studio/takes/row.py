"""A take's line in the list: its picture, its name, and below in smaller type how it was made.

A thin line parts takes that were made with other settings; those of one kind differ in their seed alone.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme

DETAIL = Qt.ItemDataRole.UserRole + 1
BEGINS = Qt.ItemDataRole.UserRole + 2  # whether other settings begin here
_SMALLER = 0.85
_Index = QModelIndex | QPersistentModelIndex


class TakeRow(QStyledItemDelegate):
    """Paints the second line, `DETAIL`, under the first."""

    def __init__(self, theme: Theme, picture: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._picture = theme, picture

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        """High enough for the picture and for two lines."""
        del index
        return QSize(0, max(self._picture, 2 * option.fontMetrics.height()) + MEDIUM)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """The usual line without its text, then both texts."""
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
        top = room.center().y() - height
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        fitted = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), top, room.width(), height), flags, fitted)
        font = option.font
        font.setPointSizeF(font.pointSizeF() * _SMALLER)
        painter.setFont(font)
        painter.setPen(self._theme.colour("dim"))
        detail = painter.fontMetrics().elidedText(str(index.data(DETAIL)), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), top + height, room.width(), height), flags, detail)
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
