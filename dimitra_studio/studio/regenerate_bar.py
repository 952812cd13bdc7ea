"""The bar over the timeline where a part of a take is made anew: first what, then which of the alternatives stays."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedLayout,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.channels import Group
from dimitra_studio.project.document import Take, TimeRange
from dimitra_studio.project.stale_parts import widened
from dimitra_studio.studio.alternatives import Audition
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import ICON, MEDIUM, SMALL, Theme

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 8  # alternatives
_LARGEST_SEED = 2**31 - 1


class RegenerateBar(QFrame):
    """Seen while it is opened, while there are alternatives, and where the take says other words than there are now."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session, self._theme = session, theme
        self._opened = False
        self._left: tuple[TimeRange, ...] = ()  # stale parts that the user does not want to hear of
        self.setProperty("role", "notice")
        self.setProperty("level", "info")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self._sign = QLabel()
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.groups = {group: QCheckBox(group.value.capitalize()) for group in Group}
        self.groups[Group.LIPS].setChecked(True)
        self.count = QSpinBox(minimum=1, maximum=_MOST, value=3, prefix="× ")
        self.count.setAccessibleName("How many alternatives")
        self.count.setToolTip("How many alternatives")
        self.seed = QSpinBox(maximum=_LARGEST_SEED, prefix="Seed ")
        self.seed.setAccessibleName("Seed of the first alternative")
        self.seed.setToolTip("Chance begins here; the next alternatives have the next seeds")
        self.start = QPushButton("Regenerate")
        self.start.setProperty("role", "primary")
        self.start.clicked.connect(self.begin)
        self.closing = QToolButton()
        self.closing.setAccessibleName("Close")
        self.closing.setToolTip("Close (Esc)")
        self.closing.clicked.connect(self.close_up)
        self.which = QTabBar(drawBase=False, expanding=False)
        self.which.setAccessibleName("Which alternative is shown")
        self.which.setToolTip("← and → show the others")
        self.which.currentChanged.connect(session.alternatives.show)
        self.coming = QLabel()
        self.coming.setProperty("role", "dim")
        self.keep = QPushButton("Keep")
        self.keep.setProperty("role", "primary")
        self.keep.clicked.connect(session.alternatives.keep)
        self.drop = QPushButton("Discard")
        self.drop.clicked.connect(session.alternatives.discard)
        self._build()
        for box in self.groups.values():
            box.toggled.connect(self.refresh)
        session.alternatives.changed.connect(self.refresh)
        session.selection_changed.connect(self.refresh)
        session.document_changed.connect(self.refresh)
        session.analysis_changed.connect(self.refresh)
        theme.changed.connect(self._colour)
        self._colour()
        self.refresh()

    def open_up(self) -> None:
        """Asks what shall be made anew."""
        if self._session.take is not None:
            self._opened = True
            self._left = ()
            self.seed.setValue(_next_seed(self._session.take))
            self.refresh()
            self.start.setFocus()

    def close_up(self) -> None:
        """Nothing shall be made anew."""
        take = self._session.take
        self._opened = False
        self._left = () if take is None else self._session.stale_parts(take)
        self._session.alternatives.discard()
        self.refresh()

    def begin(self) -> None:
        """Makes the alternatives."""
        take, spans = self._session.take, self._spans()
        groups = tuple(group for group, box in self.groups.items() if box.isChecked())
        if take is not None and spans and groups:
            seed = self.seed.value() if self._opened else _next_seed(take)
            self._opened = False
            self._session.regenerate(spans, groups, range(seed, seed + self.count.value()))

    def refresh(self, _about: object = None) -> None:
        """Shows what can be done now."""
        take, audition = self._session.take, self._session.alternatives.audition
        stale = () if take is None else self._session.stale_parts(take)
        told = bool(stale) and stale != self._left
        if take is None:
            self._opened = False
        was_hidden = self.isHidden()
        self.setVisible(audition is not None or self._opened or told)
        if audition is not None:
            self._show_audition(audition)
            if was_hidden or self._pages.currentIndex() == 0:
                self._pages.setCurrentIndex(1)
                self.which.setFocus()
            return
        self._pages.setCurrentIndex(0)
        spans = self._spans()
        places = _places(spans)
        if told and not self._opened:
            text = f"The words were changed at {_places(stale)}: the take still says the old ones."
        else:
            text = f"Regenerate {places}" if spans else "Select the stretch of time that shall be made anew."
        self.what.setText(text)
        self._sign.setVisible(told and not self._opened)
        for part in (*self.groups.values(), self.seed):
            part.setVisible(self._opened)
        self.start.setText("Regenerate" if self._opened else "Regenerate Lips There")
        self.start.setEnabled(bool(spans) and any(box.isChecked() for box in self.groups.values()))
        if told and not self._opened:
            for group, box in self.groups.items():
                box.blockSignals(True)
                box.setChecked(group is Group.LIPS)
                box.blockSignals(False)
            self.start.setEnabled(bool(spans))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape closes, Enter on the alternatives keeps."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.which.hasFocus():
            self._session.alternatives.keep()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Its own keys are not for the window's shortcuts."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if event.key() == Qt.Key.Key_Escape or (self.which.hasFocus() and event.key() in arrows):
                event.accept()
                return True
        return bool(super().event(event))

    def _build(self) -> None:
        asking, choosing = QWidget(), QWidget()
        _row(asking, (self._sign, *self.groups.values(), self.count, self.seed, self.start, self.closing), self.what, 1)
        self.over = QLabel()
        _row(choosing, (self.over, self.which, self.keep, self.drop), self.coming, 2)
        self._pages = QStackedLayout()
        self._pages.addWidget(asking)
        self._pages.addWidget(choosing)
        column = QVBoxLayout(self)
        column.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        column.addLayout(self._pages)

    def _show_audition(self, audition: Audition) -> None:
        groups = ", ".join(group.value for group in audition.part.groups)
        self.over.setText(f"{groups.capitalize()} {_places(audition.part.spans)}")
        self.which.blockSignals(True)
        while self.which.count() > len(audition.made) + 1:
            self.which.removeTab(self.which.count() - 1)
        while self.which.count() < len(audition.made) + 1:
            place = self.which.count()
            self.which.addTab(str(place) if place else "Before")
        self.which.setCurrentIndex(audition.place)
        self.which.blockSignals(False)
        made, coming = len(audition.made), audition.coming
        shown = f"{audition.place} of {made}" if audition.place else ("as it was" if made else "")
        self.coming.setText(" · ".join(filter(None, (shown, f"{coming} being made…" if coming else ""))))
        self.keep.setEnabled(audition.place > 0)
        self.drop.setText("Discard" if made else "Stop")

    def _spans(self) -> tuple[TimeRange, ...]:
        """What would be made anew: what is selected, else what is repeated, else what is stale."""
        take = self._session.take
        if take is None:
            return ()
        chosen = self._session.selection or self._session.project.loop
        stale = self._session.stale_parts(take)
        if chosen is None or not self._opened:
            return widened(stale, take.motion.duration)
        end = min(chosen.end, take.motion.duration)
        return (TimeRange(chosen.start, end),) if chosen.start < end else ()

    def _colour(self) -> None:
        warning = icon(Icon.WARNING, self._theme.colour("warning"))
        self._sign.setPixmap(warning.pixmap(ICON, ICON))
        self.closing.setIcon(icon(Icon.CLOSE, self._theme.colour("dim")))


def _row(page: QWidget, parts: "Iterable[QWidget]", wide: QLabel, place: int) -> None:
    """The parts from left to right, the `wide` one among them taking the room that is left."""
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(MEDIUM)
    for each in parts:
        row.addWidget(each)
    row.insertWidget(place, wide, 1)


def _next_seed(take: Take) -> int:
    """One that the take has not seen, as far as it tells."""
    earlier = take.recipe.get("regenerated")
    seeds = [take.seed]
    for part in earlier if isinstance(earlier, list) else ():
        how = part.get("motion") if isinstance(part, dict) else None
        seed = how.get("seed") if isinstance(how, dict) else None
        seeds += [seed] if isinstance(seed, int) else []
    return min(max(seeds) + 1, _LARGEST_SEED - _MOST)


def _places(spans: tuple[TimeRange, ...]) -> str:
    told = ", ".join(f"{span.start:.2f}–{span.end:.2f} s" for span in spans[:3])
    return told if len(spans) <= 3 else f"{told} and {len(spans) - 3} more"
