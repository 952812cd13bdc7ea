"""The list of takes: seen, chosen, named, starred, noted, deleted."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.commands import NoteTake, RenameTake
from dimitra_studio.project.document import Take
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.notices import NoticeBar, Place
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.takes.differences import differences
from dimitra_studio.studio.takes.menu import TakeMenu
from dimitra_studio.studio.takes.row import BEGINS, DETAIL, TakeRow
from dimitra_studio.studio.takes.thumbnails import Thumbnails
from dimitra_studio.studio.theme import LARGE, SMALL, Theme, as_panel

_PICTURE = 56  # px
_ID = Qt.ItemDataRole.UserRole


class TakesPanel(QWidget):
    """Lists the takes; the one that is chosen is shown everywhere."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        as_panel(self)
        self._session, self._theme = session, theme
        self._filling = False
        self._own_actions: tuple[QAction, ...] = ()
        self._noted: str | None = None  # the take whose note the field shows
        self._thumbnails = Thumbnails(session, self)
        self._thumbnails.changed.connect(self._refresh)
        self.notices = NoticeBar(theme, Place.TAKES)
        self.list = QListWidget()
        self.list.setIconSize(QSize(_PICTURE, _PICTURE))
        row = TakeRow(theme, _PICTURE, self.list)
        row.closeEditor.connect(self._end_renaming)
        self.list.setItemDelegate(row)
        self.list.setAccessibleName("Takes")
        self.list.setEditTriggers(QListWidget.EditTrigger.EditKeyPressed | QListWidget.EditTrigger.DoubleClicked)
        self.list.currentItemChanged.connect(self._choose)
        self.list.itemChanged.connect(self._rename)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.note = QLineEdit(placeholderText="A note about this take")
        self.note.setAccessibleName("Note about this take")
        self.note.editingFinished.connect(self._write_note)
        empty = QLabel("No takes yet.\nGenerate one with a portrait and a voice.")
        empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        empty.setWordWrap(True)
        empty.setProperty("role", "dim")
        self._mix = _button("A new take with the lips, the expression or the head of another", self.show_mixes)
        self._mix.setText("Mix…")
        self._mix.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.star = _button("Star the take", session.star_take)
        self.delete = _button("Delete the take", session.delete_take)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty)
        self._pages.addWidget(self._build_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        session.document_changed.connect(self._change)
        session.analysis_changed.connect(self._refresh)
        session.notice.connect(self.notices.show_notice)
        theme.changed.connect(self._colour)
        self._colour()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for a name and its settings."""
        return QSize(14 * LARGE, 20 * LARGE)

    def _build_page(self) -> QWidget:
        page = QWidget()
        page_column = QVBoxLayout(page)
        page_column.setContentsMargins(0, 0, 0, 0)
        page_column.setSpacing(0)
        page_column.addWidget(self.list, 1)
        note = QVBoxLayout()
        note.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        note.addWidget(self.note)
        page_column.addLayout(note)
        page_column.addLayout(self._build_buttons())
        return page

    def _build_buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SMALL, 0, SMALL, SMALL)
        buttons.addWidget(self._mix)
        buttons.addStretch(1)
        buttons.addWidget(self.star)
        buttons.addWidget(self.delete)
        return buttons

    def shut(self) -> None:
        """Before the window closes."""
        self._thumbnails.shut()

    def edit_name(self) -> None:
        """The take's name becomes a field."""
        item = self.list.currentItem()
        if item is not None:
            self.list.setFocus()
            self.list.editItem(item)

    def _colour(self) -> None:
        # Drawn once: drawing an icon takes as long as all else in a line.
        self._signs = {
            stale: icon(Icon.WARNING if stale else Icon.FACE, self._theme.colour("warning" if stale else "dim"))
            for stale in (False, True)
        }
        self._mix.setIcon(icon(Icon.MIX, self._theme.colour("text")))
        self.star.setIcon(icon(Icon.STAR, self._theme.colour("text")))
        self.delete.setIcon(icon(Icon.TRASH, self._theme.colour("text")))
        self._refresh()

    def _change(self, change: Change) -> None:
        if change.parts is Part.ALL:
            self._noted = None  # what is typed there was about another project's take
        if change.touches(Part.TAKES):
            self.notices.clear()
        if change.touches(Part.TAKES | Part.CURRENT | Part.PORTRAIT | Part.VOICE | Part.SPEECH):
            self._refresh()

    def _refresh(self) -> None:
        project = self._session.project
        self._filling = True
        renamed = self._renamed()
        while self.list.count() > len(project.takes):
            self.list.takeItem(self.list.count() - 1)
        for row, take in enumerate(project.takes):
            item = self.list.item(row) or QListWidgetItem(self.list)
            if item is not renamed:  # else what is typed there would be gone
                self._describe(item, take)
            item.setData(BEGINS, row > 0 and take.settings != project.takes[row - 1].settings)
            if take.id == project.current and renamed is None:
                self.list.setCurrentRow(row)
        self._filling = False
        current = self._session.take
        self._pages.setCurrentIndex(1 if project.takes else 0)
        for part in (self._mix, self.star, self.delete, self.note):
            part.setEnabled(current is not None)
        shown = current.id if current else None
        if not (self._is_noting() or (shown == self._noted and self.note.hasFocus())):
            self._noted = shown
            self.note.setText(current.note if current else "")
            self.note.setCursorPosition(0)

    def _renamed(self) -> QListWidgetItem | None:
        """The line whose name is a field just now, where it is still the same take's."""
        item = self.list.currentItem()
        if item is None or self.list.itemWidget(item) is None:
            return None
        row, takes = self.list.row(item), self._session.project.takes
        return item if row < len(takes) and takes[row].id == item.data(_ID) else None

    def _is_noting(self) -> bool:
        """Whether something is being typed about a take: the field stays that one's, whichever is shown by now."""
        there = any(take.id == self._noted for take in self._session.project.takes)
        return there and self.note.hasFocus() and self.note.isModified()

    def _end_renaming(self) -> None:
        QTimer.singleShot(0, self, self._refresh)  # the field is gone by then

    def _describe(self, item: QListWidgetItem, take: Take) -> None:
        elsewhere = self._session.project.is_stale(take)
        parts = self._session.stale_parts(take)
        stale = elsewhere or bool(parts)
        star = "★ " if take.starred else ""
        item.setText(f"{star}{take.name}")
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setData(_ID, take.id)
        made = f"Seed {take.seed} · {take.settings.steps} steps · {take.motion.duration:.1f} s"
        unusual = differences(take.settings)
        warning = "Made for another portrait or voice" if elsewhere else ""
        if parts:
            warning = f"Words changed at {parts[0].start:.1f} s"
        item.setData(DETAIL, f"⚠ {warning}" if warning else take.note or ", ".join((*unusual, made)))
        item.setToolTip("\n".join(filter(None, (made, *unusual, warning, take.note))))
        picture = self._thumbnails.of(take)
        if picture is None:
            item.setIcon(self._signs[stale])
        else:
            shown = QIcon(picture)
            shown.addPixmap(picture, QIcon.Mode.Selected)  # else it is tinted
            item.setIcon(shown)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None and not self._filling:
            self._session.select_take(item.data(_ID))

    def show_mixes(self) -> None:
        """What the take that is shown can be mixed with, at the button."""
        if self._session.take is not None:
            menu = TakeMenu(self._session.project, self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.triggered.connect(self._choose_mix)
            menu.popup(self._mix.mapToGlobal(QPoint(0, self._mix.height())))

    def _show_menu(self, place: QPoint) -> None:
        if self._session.take is not None:
            menu = self.build_menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.list.viewport().mapToGlobal(place))

    def build_menu(self) -> QMenu:
        """What can be done with the take that is shown."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addActions(self._own_actions[:-1])
        mixes = TakeMenu(self._session.project, menu)
        mixes.setTitle("Mix")
        mixes.triggered.connect(self._choose_mix)
        menu.addMenu(mixes)
        menu.addActions(self._own_actions[-1:])
        return menu

    def edit_note(self) -> None:
        """The keys go to the take's note."""
        self.note.setFocus()
        self.note.selectAll()

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """What the menu of a take offers, from top to bottom; mixing stands before the last."""
        self._own_actions = tuple(actions)

    def _choose_mix(self, action: QAction) -> None:
        group, take_id = TakeMenu.chosen(action)
        self._session.mix(take_id, group)

    def _rename(self, item: QListWidgetItem) -> None:
        if self._filling:
            return
        take = self._session.project.find_take(item.data(_ID))
        name = item.text().removeprefix("★ ").strip()
        if name and name != take.name:
            self._session.do(RenameTake(take.id, name))
        else:
            self._refresh()

    def _write_note(self) -> None:
        """To the take that the field was about when it was typed."""
        noted, text = self._noted, self.note.text()
        self.note.setModified(False)
        for take in self._session.project.takes:
            if take.id == noted and text != take.note:
                self._session.do(NoteTake(take.id, text))
        self._refresh()


def _button(tip: str, slot: Callable[[], None]) -> QToolButton:
    button = QToolButton()
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.clicked.connect(slot)
    return button
