"""The panel in which a take is changed: sliders first, then expressions and eyes, then the list of what was done."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QLabel,
    QLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.errors import InputError
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.presets import applied, as_preset, load_preset, save_preset
from dimitra_studio.editing.stack import missing_takes
from dimitra_studio.project.blends import is_circular
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Take
from dimitra_studio.project.edit_commands import MoveEdit, MuteEdit, RemoveEdit, ReplaceEdit, ReplaceEdits
from dimitra_studio.studio.edits.edit_list import EditList, Listed
from dimitra_studio.studio.edits.hand import Hand
from dimitra_studio.studio.edits.moods import MoodButtons
from dimitra_studio.studio.edits.sliders import MacroSliders
from dimitra_studio.studio.notices import Notice, NoticeBar, Place
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import LARGE, MEDIUM, SMALL, Theme, as_panel

_FILTER = "Preset (*.json)"
_GONE = "does nothing: the take that it leads to was deleted. Undo that, or remove the edit."
_CIRCULAR = "does nothing: the take that it leads to is made of this one. Remove either edit."
_LIST = 2  # the page
_EYES = (
    ("blink", "Blink now"),
    ("no_blinks", "No blinks"),
    ("look_left", "Look left"),
    ("look_right", "Look right"),
    ("steady_gaze", "Steady gaze"),
)


class EditPanel(QWidget):
    """Changes the take that is shown, or the stretch of it that is selected."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        as_panel(self)
        self._session = session
        self.hand = Hand(session, self)
        self.notices = NoticeBar(theme, Place.EDITS)
        self.scope = QLabel()
        self.scope.setWordWrap(True)
        self.scope.setProperty("role", "dim")
        self.scope.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        self.sliders = MacroSliders(self.hand)
        self.moods = MoodButtons(session, self.hand, theme)
        self.eyes = {action: QPushButton(title) for action, title in _EYES}
        for action, does in (
            ("blink", self.hand.blink),
            ("no_blinks", self.hand.stop_blinking),
            ("look_left", self.hand.look_left),
            ("look_right", self.hand.look_right),
            ("steady_gaze", self.hand.steady_gaze),
        ):
            self.eyes[action].clicked.connect(does)
        self.list = EditList(theme)
        self.pages = self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.scope)
        column.addWidget(self.pages, 1)
        self._connect()
        self._refresh()
        self._keep_width()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide enough for the sliders."""
        return QSize(19 * LARGE, 30 * LARGE)

    def event(self, event: QEvent) -> bool:
        """Larger letters need more room; the form is laid out anew before this is asked."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._keep_width()
        return super().event(event)

    # What the action table and the list ask for.

    def remove_edit(self) -> None:
        """Without the edits that are selected in the list."""
        take, gone = self._session.take, self.list.selected
        if take is None or not gone:
            return
        if len(gone) == 1:
            self._session.do(RemoveEdit(take.id, gone[0]))
        else:
            kept = tuple(edit for edit in take.edits if edit.id not in gone)
            self._session.do(ReplaceEdits(take.id, kept, "Remove Edits"))

    def apply_later(self) -> None:
        """The chosen edit a place higher in the list."""
        self._move(1)

    def apply_earlier(self) -> None:
        """The chosen edit a place lower in the list."""
        self._move(-1)

    def rename_edit(self) -> None:
        """The chosen edit's name becomes a field."""
        self.list.edit_name()

    def show_blends(self) -> None:
        """To which takes the one that is shown can be led, at the list."""
        if self._session.take is not None:
            menu = self.build_blends()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.pages.mapToGlobal(self.pages.rect().topLeft()))

    def build_blends(self) -> QMenu:
        """The other takes; one that is made of this one is refused when it is chosen."""
        project, menu = self._session.project, QMenu(self)
        others = [take for take in project.takes if take.id != project.current]
        menu.addAction("Blend to" if others else "Blending needs a second take").setEnabled(False)
        menu.addSeparator()
        for take in others:
            menu.addAction(take.name).setData(take.id)
        menu.triggered.connect(self._blend)
        return menu

    def save_preset(self) -> None:
        """Asks where, and writes the selected edits there, all where none is selected."""
        take = self._session.take
        if take is None or not take.edits:
            return
        name, _ = QFileDialog.getSaveFileName(self, "Save the edits as a preset", "preset.json", _FILTER)
        if not name:
            return
        path = Path(name) if Path(name).suffix else Path(f"{name}.json")
        wanted = self.list.selected
        edits = [edit for edit in take.edits if not wanted or edit.id in wanted]
        try:
            save_preset(as_preset(path.stem, edits), path)
        except InputError as error:
            self._session.notice.emit(Notice.of(error, Place.EDITS))
        else:
            count = "1 edit" if len(edits) == 1 else f"{len(edits)} edits"
            self._session.notice.emit(Notice(f"{path.name} holds {count}.", place=Place.EDITS, file=path))

    def apply_preset(self) -> None:
        """Asks for a preset and puts its edits on top, from where the stretch begins."""
        take, scope = self._session.take, self.hand.scope
        if take is None or scope is None:
            return
        name, _ = QFileDialog.getOpenFileName(self, "Apply a preset", "", f"{_FILTER};;Everything (*)")
        if not name:
            return
        try:
            preset = load_preset(Path(name))
        except InputError as error:
            self._session.notice.emit(Notice.of(error, Place.EDITS))
        else:
            edits = (*take.edits, *applied(preset, scope))
            self._session.do(ReplaceEdits(take.id, edits, f"Apply {preset.name}"))

    # Its own.

    def _build(self) -> QTabWidget:
        eyes = QGridLayout()
        eyes.setSpacing(SMALL)
        for place, button in enumerate(self.eyes.values()):
            button.setStyleSheet(f"padding-left: {SMALL}px; padding-right: {SMALL}px")
            eyes.addWidget(button, *divmod(place, 2))
        pages = QTabWidget()
        pages.setDocumentMode(True)
        pages.addTab(_page(self.sliders), "Sliders")
        pages.addTab(_page(_heading("Expression"), self.moods, _heading("Blinks and looks"), eyes), "Expressions")
        pages.addTab(_page(self.list), "List")
        return pages

    def _connect(self) -> None:
        session, edits = self._session, self.list
        session.document_changed.connect(self._change)
        session.selection_changed.connect(self._refresh)
        session.notice.connect(self.notices.show_notice)
        session.locks.kept.connect(self._show_again)
        edits.chosen.connect(self._select)
        edits.muted.connect(self._mute)
        edits.renamed.connect(self._rename)
        edits.weighed.connect(self.hand.weigh)
        edits.reached.connect(self.hand.put)
        self.pages.currentChanged.connect(self._turn_page)
        edits.strength.gripped.connect(self.hand.grip)
        edits.strength.released.connect(self.hand.release)
        edits.strength.given_up.connect(self.hand.give_up)
        edits.up.clicked.connect(self.apply_later)
        edits.down.clicked.connect(self.apply_earlier)
        edits.remove.clicked.connect(self.remove_edit)
        edits.save.clicked.connect(self.save_preset)
        edits.apply.clicked.connect(self.apply_preset)

    def _keep_width(self) -> None:
        """Nothing of the form is cut at its right."""
        for area in self.pages.findChildren(QScrollArea):
            inner, bar = area.widget(), area.verticalScrollBar().sizeHint().width()
            area.setMinimumWidth((inner.minimumSizeHint().width() if inner else 0) + bar)

    def _change(self, change: Change) -> None:
        if change.parts is Part.ALL:
            self.notices.clear()
        if change.touches(Part.TAKES | Part.CURRENT | Part.EDITS):
            self._refresh()

    def _refresh(self) -> None:
        take, scope = self._session.take, self.hand.scope
        self.scope.setText(
            "Changes a take: generate one, or open the sample."
            if scope is None
            else f"For {scope.start:.2f} to {scope.end:.2f} s, which are selected in the timeline."
            if self.hand.is_part
            else "For the whole take. Select time in the timeline to change a part alone."
        )
        for part in (self.sliders, self.moods, *self.eyes.values(), self.list):
            part.setEnabled(take is not None)
        self.sliders.refresh()
        self.moods.refresh()
        edits = self._listed(take) if take is not None else ()
        self.list.show_edits(edits)
        chosen = self._session.chosen_edit
        if chosen is not None and chosen.id != self.list.current:
            self._session.choose_edit(self.list.current)  # the timeline goes on with the one that is chosen now
        self.pages.setTabText(_LIST, f"List ({len(edits)})" if edits else "List")

    def _show_again(self) -> None:
        """What was dragged or ticked may not have happened."""
        self.sliders.refresh()
        self.moods.refresh()
        self.list.show_again()

    def _listed(self, take: Take) -> tuple[Listed, ...]:
        return tuple(
            Listed(edit, take.motion.duration, take.motion.fps, self._problem(take, edit)) for edit in take.edits
        )

    def _problem(self, take: Take, edit: Edit) -> str:
        """Why an edit does nothing; empty where it does something."""
        project = self._session.project
        if missing_takes((edit,), [other.id for other in project.takes]):
            return _GONE
        return _CIRCULAR if is_circular(project, take.id, edit) else ""

    def _blend(self, action: QAction) -> None:
        self.hand.blend_to(self._session.project.find_take(action.data()))

    def _select(self, edit_id: str) -> None:
        """Its time is selected in the timeline."""
        take = self._session.take
        edit = next((each for each in take.edits if each.id == edit_id), None) if take else None
        if take is not None and edit is not None:
            self._session.choose_edit(edit_id)
            end = take.motion.duration
            whole = edit.span.start <= 0 and edit.span.end >= end
            self._session.select(None if whole else edit.span.within(end))

    def _turn_page(self, page: int) -> None:
        """What is chosen in the list is seen in the timeline while the list is."""
        self._session.choose_edit(self.list.current if page == _LIST else "")

    def _mute(self, edit_id: str, muted: bool) -> None:
        take = self._session.take
        if take is not None:
            self._session.do(MuteEdit(take.id, edit_id, muted))

    def _rename(self, edit_id: str, name: str) -> None:
        take = self._session.take
        if take is not None:
            edit = next(each for each in take.edits if each.id == edit_id)
            self._session.do(ReplaceEdit(take.id, replace(edit, name=name)))

    def _move(self, step: int) -> None:
        take, chosen = self._session.take, self.list.current
        ids = [edit.id for edit in take.edits] if take else []
        if take is not None and chosen in ids and 0 <= ids.index(chosen) + step < len(ids):
            self._session.do(MoveEdit(take.id, chosen, ids.index(chosen) + step))


def _page(*parts: QWidget | QLayout) -> QScrollArea:
    inner = QWidget()
    column = QVBoxLayout(inner)
    column.setContentsMargins(LARGE, MEDIUM, MEDIUM, MEDIUM)
    column.setSpacing(MEDIUM)
    column.setAlignment(Qt.AlignmentFlag.AlignTop)
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    area = QScrollArea(widgetResizable=True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
