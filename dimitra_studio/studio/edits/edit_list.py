"""The list of a take's edits: what lies on top of the generated motion, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.channels import Group
from dimitra_studio.editing.edits import Edit
from dimitra_studio.studio.edits.fader import Fader
from dimitra_studio.studio.edits.reach_form import ReachForm
from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import LARGE, SMALL, Theme
from dimitra_studio.studio.timeline.channel_names import CHANNEL_LABELS

_ID = Qt.ItemDataRole.UserRole
_NAME, _WHAT, _WHEN = range(3)
_STRONGEST = 2.0  # an edit may count up to four times; beyond two faces break
_GROUPS = {Group.LIPS: "Lips", Group.EXPRESSION: "Face", Group.POSE: "Head"}
_EMPTY = (
    "Nothing is changed yet. Sliders, expressions and curves put their edits here; they lie on top of what was "
    "generated and can be taken off again."
)


@dataclass(frozen=True)
class Listed:
    """An edit of a take of so many seconds, with `fps` frames each; `problem` says why it does nothing."""

    edit: Edit
    duration: float
    fps: float
    problem: str = ""


class EditList(QWidget):
    """The edits, the last one on top. It asks for what it shall show; ids of edits are carried by its signals:
    `muted` with a bool, `renamed` with a name, `weighed` with an amount. `reached` carries an edit with another range
    or other blends."""

    chosen = Signal(str)
    reached = Signal(object)
    muted = Signal(str, bool)
    renamed = Signal(str, str)
    weighed = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[Listed, ...] = ()
        self._filling = False
        self._gone: list[QTreeWidgetItem | None] = []
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Edit", "Of", "When"])
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName("Edits of the take, the last one on top")
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.header().setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for section in (_WHAT, _WHEN):
            self.tree.header().setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.setMinimumHeight(6 * LARGE)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.currentItemChanged.connect(self._choose)
        self.tree.itemClicked.connect(self._choose)
        self.tree.itemDoubleClicked.connect(self.edit_name)
        self.tree.itemChanged.connect(self._take)
        self.tree.itemSelectionChanged.connect(self._show_current)
        self.empty, self.problem = QLabel(_EMPTY), QLabel()
        for label, role in ((self.empty, "dim"), (self.problem, "warning")):
            label.setWordWrap(True)
            label.setProperty("role", role)
        self.strength = Fader("Strength of the edit", "How much of the edit counts.", (0.0, _STRONGEST), 1.0)
        self.strength.turned.connect(self._weigh)
        self.reach = ReachForm()
        self.reach.changed.connect(self.reached)
        self.up, self.down, self.remove = QToolButton(), QToolButton(), QToolButton()
        self.save, self.apply = QPushButton("Save as preset…"), QPushButton("Apply preset…")
        self._inner = self._build()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(self.empty)
        column.addWidget(self._inner, 1)
        files = QHBoxLayout()
        files.setSpacing(SMALL)
        files.addWidget(self.save)
        files.addWidget(self.apply)
        for button in (self.save, self.apply):
            button.setStyleSheet(f"padding-left: {SMALL}px; padding-right: {SMALL}px")
        column.addLayout(files)
        theme.changed.connect(self._colour)
        self._colour()
        self.show_edits(())

    @property
    def current(self) -> str:
        """The id of the edit that is chosen; empty for none."""
        item = self.tree.currentItem()
        return item.data(_NAME, _ID) if item is not None and item.isSelected() else ""

    @property
    def selected(self) -> tuple[str, ...]:
        """Ids of the selected edits, the first one that is applied first."""
        ids = {item.data(_NAME, _ID) for item in self.tree.selectedItems()}
        return tuple(each.edit.id for each in self._shown if each.edit.id in ids)

    def show_edits(self, edits: Sequence[Listed]) -> None:
        """Other edits; what was chosen stays so, and one that is new is chosen."""
        before, self._shown = self._shown, tuple(edits)
        old, now = [each.edit.id for each in before], [each.edit.id for each in self._shown]
        if now != old:
            self._fill(old, now)
            before = ()
        for place, listed in enumerate(self._shown):  # a drag changes one of perhaps hundreds
            if not before or listed.edit is not before[place].edit or listed.problem != before[place].problem:
                self._describe(place)
        self._inner.setVisible(bool(self._shown))
        self.empty.setVisible(not self._shown)
        self.save.setEnabled(bool(self._shown))
        problems = [f"“{each.edit.title}” {each.problem}" for each in self._shown if each.problem]
        self.problem.setText(" ".join(problems))
        self.problem.setVisible(bool(problems))
        self._show_current()

    def show_again(self) -> None:
        """Everything as it is, whatever was asked for."""
        for place in range(len(self._shown)):
            self._describe(place)
        self._show_current()

    def edit_name(self) -> None:
        """The chosen edit's name becomes a field."""
        item = self.tree.currentItem()
        if item is not None:
            self.tree.editItem(item, _NAME)

    def _build(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL)
        column.addWidget(self.tree, 1)
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addWidget(QLabel("Strength"))
        row.addWidget(self.strength, 1)
        column.addLayout(row)
        column.addWidget(self.reach)
        buttons = QHBoxLayout()
        buttons.setSpacing(SMALL)
        for button, name in ((self.up, "Apply later"), (self.down, "Apply earlier"), (self.remove, "Remove")):
            button.setAccessibleName(name)
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return inner

    def _fill(self, before: list[str], now: list[str]) -> None:
        new = [each for each in now if each not in before]
        self._filling = True
        added = len(new) == 1 and len(now) == len(before) + 1
        current = new[0] if added else self.current
        kept = {current} if added else {item.data(_NAME, _ID) for item in self.tree.selectedItems()}
        with QSignalBlocker(self.tree):  # else it would tell of items that are going
            # One of them may be telling just now that it changed: they are destroyed when the next ones go.
            self._gone = [self.tree.takeTopLevelItem(0) for _ in range(self.tree.topLevelItemCount())]
            for edit_id in reversed(now):
                item = QTreeWidgetItem(self.tree)
                item.setData(_NAME, _ID, edit_id)
                if edit_id == current:
                    self.tree.setCurrentItem(item)
                item.setSelected(edit_id in kept)
        self._filling = False

    def _describe(self, place: int) -> None:
        """Writes what is to be read of the edit that is applied at a place."""
        item, listed = self.tree.topLevelItem(len(self._shown) - 1 - place), self._shown[place]
        assert item is not None  # one for each edit
        edit = listed.edit
        self._filling = True
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_NAME, Qt.CheckState.Unchecked if edit.muted else Qt.CheckState.Checked)
        item.setText(_NAME, edit.title)
        item.setText(_WHAT, told_channels(edit.channels))
        item.setText(_WHEN, told_span(edit, listed.duration))
        item.setIcon(_WHEN, self._warning if listed.problem else self._nothing)
        names = ", ".join(CHANNEL_LABELS[channel].name for channel in edit.channels[:12])
        more = f" and {len(edit.channels) - 12} more" if len(edit.channels) > 12 else ""
        tip = f"{edit.title}: {names}{more}.\nTicked: it counts. Double click: another name."
        for column in (_NAME, _WHAT, _WHEN):
            item.setToolTip(column, f"{listed.problem}\n{tip}".strip())
        self._filling = False

    def _show_current(self) -> None:
        listed = next((each for each in self._shown if each.edit.id == self.current), None)
        shown = None if listed is None else listed.edit
        self.strength.set_value(shown.amount if shown else 1.0)
        if listed is not None:
            self.reach.show_edit(listed.edit, listed.duration, listed.fps)
        for part in (self.strength, self.reach, self.up, self.down):
            part.setEnabled(shown is not None)
        self.remove.setEnabled(bool(self.selected))
        if shown is not None:
            self.up.setEnabled(shown is not self._shown[-1].edit)
            self.down.setEnabled(shown is not self._shown[0].edit)

    def _choose(self) -> None:
        item = self.tree.currentItem()
        if not self._filling and item is not None:
            self.chosen.emit(item.data(_NAME, _ID))

    def _take(self, item: QTreeWidgetItem) -> None:
        place = len(self._shown) - 1 - self.tree.indexOfTopLevelItem(item)
        if self._filling or not 0 <= place < len(self._shown):
            return
        edit = self._shown[place].edit
        muted, name = item.checkState(_NAME) is Qt.CheckState.Unchecked, item.text(_NAME).strip()
        if muted != edit.muted:
            self.muted.emit(edit.id, muted)
        elif name and name != edit.title:
            self.renamed.emit(edit.id, name)
        elif not name:
            self._describe(place)

    def _weigh(self, amount: object) -> None:
        self.weighed.emit(self.current, amount)

    def _colour(self) -> None:
        text = self._theme.colour("text")
        for button, drawing in ((self.up, Icon.UP), (self.down, Icon.DOWN), (self.remove, Icon.TRASH)):
            button.setIcon(icon(drawing, text))
        self._warning, self._nothing = icon(Icon.WARNING, self._theme.colour("warning")), QIcon()
        for place in range(len(self._shown)):
            self._describe(place)


def told_channels(channels: Sequence[int]) -> str:
    """Which parts of the face channels belong to; the name of a single one."""
    if len(channels) == 1:
        return CHANNEL_LABELS[channels[0]].name
    groups = {CHANNEL_LABELS[channel].group for channel in channels}
    return " + ".join(name for group, name in _GROUPS.items() if group in groups)


def told_span(edit: Edit, duration: float) -> str:
    """When an edit counts, in a take of `duration` seconds."""
    if edit.span.start <= 0 and edit.span.end >= duration:
        return "All"
    start, end = edit.span.start, edit.span.within(duration).end
    return f"{start:.2f}–{end:.2f} s" if end - start > 0.05 else f"{start:.2f} s"
