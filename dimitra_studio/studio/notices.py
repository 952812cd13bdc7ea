"""What the window has to say to the user, at the place that it concerns; never in the way of the work."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from dimitra_studio.core.errors import StudioError
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.reveal import reveal
from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme

_PASSING = 8000  # ms that something merely told is shown
_TO_BE_OPENED = 20000  # ms that a file which was written is offered
_MOST = 3


class Level(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Place(StrEnum):
    """Where it happened."""

    WINDOW = "window"
    PREVIEW = "preview"
    TIMELINE = "timeline"
    TAKES = "takes"
    EDITS = "edits"


@dataclass(frozen=True)
class Offer:
    """A button of a notice, which goes when it was pressed."""

    label: str
    accept: Callable[[], None] = field(compare=False)


@dataclass(frozen=True)
class Notice:
    """One sentence and its mend; `file` is one that the user may want to see in its folder.

    One with `offers` waits for its answer, unless it is `passing`; `lasting`: also when another project is opened.
    """

    text: str
    hint: str = ""
    level: Level = Level.INFO
    place: Place = Place.WINDOW
    file: Path | None = None
    offers: tuple[Offer, ...] = ()
    lasting: bool = False
    passing: bool = False

    @property
    def passes(self) -> bool:
        """Whether it goes by itself: all is well, and nothing waits for an answer."""
        return self.passing or (self.level is Level.INFO and not self.offers)

    @classmethod
    def of(cls, error: StudioError, place: Place) -> "Notice":
        """An error, told."""
        return cls(error.message, error.hint, Level.ERROR, place)


_OVER_THE_PICTURE = (Place.WINDOW, Place.PREVIEW)  # what is told there pushes the picture down
_ICONS = {Level.INFO: Icon.INFO, Level.WARNING: Icon.WARNING, Level.ERROR: Icon.ERROR}


class NoticeBar(QWidget):
    """The notices of one place, the newest at the bottom; empty, it takes no room."""

    def __init__(self, theme: Theme, place: Place) -> None:
        super().__init__()
        self._theme, self._place = theme, place
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        self._column.setSpacing(SMALL)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._cards: list[_Card] = []
        self.hide()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Those shown."""
        return tuple(card.notice for card in self._cards)

    def show_notice(self, notice: object) -> None:
        """Shows a notice of this bar's place; one that is there already is not doubled."""
        if not isinstance(notice, Notice) or notice.place is not self._place or notice in self.notices:
            return
        if notice.passes:  # the news before it is old
            for card in [each for each in self._cards if each.notice.passes and not each.notice.lasting]:
                self._remove(card)
        card = _Card(notice, self._theme)
        card.closing.clicked.connect(self._close_clicked)
        self._cards.append(card)
        self._column.addWidget(card)
        for extra in [each for each in self._cards if not each.notice.lasting][:-_MOST]:
            self._remove(extra)
        if notice.passes:
            QTimer.singleShot(_PASSING if notice.file is None else _TO_BE_OPENED, card, card.closing.click)
        self.show()

    def clear(self) -> None:
        """Takes notices away, but for lasting ones: what they were about is no longer there."""
        for card in list(self._cards):
            if not card.notice.lasting:
                self._remove(card)

    def _close_clicked(self) -> None:
        for card in list(self._cards):
            if card.closing is self.sender():
                self._remove(card)

    def _remove(self, card: "_Card") -> None:
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.setVisible(bool(self._cards))


class _Card(QFrame):
    def __init__(self, notice: Notice, theme: Theme) -> None:
        super().__init__()
        self.notice = notice
        self.setProperty("role", "notice")
        self.setProperty("level", str(notice.level))
        self.setAccessibleName(f"{notice.level}: {notice.text} {notice.hint}".strip())
        row = QHBoxLayout(self)
        row.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        sign = QLabel()
        sign.setPixmap(icon(_ICONS[notice.level], theme.colour(notice.level)).pixmap(20, 20))
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words_told = f"{notice.text} {notice.hint}".strip()
        one_line = notice.passes and notice.place in _OVER_THE_PICTURE
        text = _Line(words_told) if one_line else QLabel(words_told)
        text.setWordWrap(not one_line)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words = QVBoxLayout()
        words.addWidget(text)
        row.addLayout(words, 1)
        buttons = row
        if notice.offers and not one_line:  # below, so that the words have room where the window is narrow
            buttons = QHBoxLayout()
            words.addLayout(buttons)
        for offer in notice.offers:
            buttons.addWidget(_plain_button(offer.label, partial(self._accept, offer)))
        if notice.file is not None:
            shown = _plain_button("Show in folder", self._reveal)
            buttons.addWidget(shown, 0, Qt.AlignmentFlag.AlignTop)
        if notice.offers and not one_line:
            buttons.addStretch(1)
        self.closing = QToolButton()
        self.closing.setIcon(icon(Icon.CLOSE, theme.colour("dim")))
        self.closing.setToolTip("Close this notice")
        self.closing.setAccessibleName("Close this notice")
        row.addWidget(self.closing, 0, Qt.AlignmentFlag.AlignTop)

    def _accept(self, offer: Offer) -> None:
        self.closing.click()
        offer.accept()

    def _reveal(self) -> None:
        if self.notice.file is not None:
            reveal(self.notice.file)


class _Line(QLabel):
    """Words in one line, as many as there is room for; the tool tip has all."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self._words = words
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fits the words."""
        super().resizeEvent(event)
        fitting = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width())
        self.setText(fitting)
        self.setToolTip("" if fitting == self._words else self._words)


def _plain_button(label: str, pressed: Callable[[], None]) -> QPushButton:
    button = QPushButton(label)
    button.setProperty("role", "plain")
    button.clicked.connect(pressed)
    return button
