"""The window: docks around the preview, menus and tool bar of the action table, files dropped anywhere."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSizePolicy, QToolBar, QToolButton, QVBoxLayout, QWidget

from dimitra_studio.project.changes import Change, Part
from dimitra_studio.studio import panels
from dimitra_studio.studio.actions import TABLE, Menu, Scope
from dimitra_studio.studio.availability import Availability
from dimitra_studio.studio.clock import Clock
from dimitra_studio.studio.desk import Desk, files_in
from dimitra_studio.studio.dialogs.about import About
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.dialogs.palette import Palette
from dimitra_studio.studio.dialogs.preferences import Preferences
from dimitra_studio.studio.dialogs.recording import RecordingPanel
from dimitra_studio.studio.dialogs.shortcuts import Shortcuts
from dimitra_studio.studio.dialogs.stopping import may_stop
from dimitra_studio.studio.edits.on_face import OnFace
from dimitra_studio.studio.edits.panel import EditPanel
from dimitra_studio.studio.exports import Exports
from dimitra_studio.studio.head_moves import HeadMoves
from dimitra_studio.studio.head_panel import HeadPanel
from dimitra_studio.studio.inspector.panel import InspectorPanel
from dimitra_studio.studio.keyboard import KeyboardHabits
from dimitra_studio.studio.keymap import Keymap
from dimitra_studio.studio.layouts import Layouts
from dimitra_studio.studio.live_stream import LiveStream
from dimitra_studio.studio.menus import ActionSet, fill_menu_bar, fill_tool_bar
from dimitra_studio.studio.moments import Moments
from dimitra_studio.studio.notices import NoticeBar, Place
from dimitra_studio.studio.preview.panel import PreviewPanel
from dimitra_studio.studio.puppet.bar import PuppetBar
from dimitra_studio.studio.puppet.stick import NoStick, OpenStick
from dimitra_studio.studio.queue.panel import JobsPanel
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import DEVICE, NOTICE_READ, REDUCED_MOTION, RENDERER, SCHEME, TEXT_SCALE, Setting
from dimitra_studio.studio.status import StatusBar
from dimitra_studio.studio.takes.panel import TakesPanel
from dimitra_studio.studio.theme import ICON, Scheme, Theme
from dimitra_studio.studio.timeline_panel import TimelinePanel
from dimitra_studio.studio.volume_button import VolumeButton

_SIZE = QSize(1440, 900)
_SMALLEST = QSize(720, 480)
_AGAIN = 50  # ms
_SETTLED = 20  # ms without another size
_OF_A_TAKE = ("rename", "note", "star", "export", "compare", "delete")


class MainWindow(QMainWindow):
    """One session's window."""

    def __init__(self, session: Session, theme: Theme, folder: Path, open_stick: OpenStick = NoStick) -> None:
        """`folder` is where a pasted picture is kept until the project is saved; `open_stick` listens to gamepads."""
        super().__init__()
        self._session, self._theme = session, theme
        self._asks = True  # before something is lost
        self._smaller = QTimer(self, interval=_SETTLED, singleShot=True)
        self._refitting = QTimer(self, interval=_SETTLED, singleShot=True)
        self.setAcceptDrops(True)
        self.resize(_SIZE)
        self.preview = PreviewPanel(session, theme)
        self.takes = TakesPanel(session, theme)
        self.inspector = InspectorPanel(session)
        self.edits = EditPanel(session, theme)
        self.head = HeadPanel(session, theme)
        self.on_face = OnFace(session, self.edits.hand, self.preview, self.head, theme)
        self.timeline = TimelinePanel(session, theme)
        self.puppet = PuppetBar(session, self.preview.view, open_stick, theme)
        self.jobs = JobsPanel(session, theme)
        self.notices = NoticeBar(theme, Place.WINDOW)
        self.desk = Desk(session, self, self.preview.view, folder)
        self._exports = Exports(session)
        self._live_stream = LiveStream(session, self)
        self._moments = Moments(session)
        self._head_moves = HeadMoves(self.head)
        self.docks = self._build_docks()
        self._lead_focus()
        self._smaller.timeout.connect(self.docks.leave_room)
        self._refitting.timeout.connect(self.docks.refit)
        self.layouts = Layouts(self, self.docks, self.preview, session.settings)
        self.keymap = Keymap(session.settings)
        self._action_set = self._build_actions()
        self.actions_by_id = self._action_set.by_id
        self._fill_bars()
        self._availability = Availability(session, self.actions_by_id, theme, self)
        self._habits = KeyboardHabits(self, self.actions_by_id, self.keymap)
        self.status = StatusBar(session, theme)
        self.setStatusBar(self.status)
        for button, action in self._buttons():
            self._action_set.dress(button, action)
        self._connect()
        self._show_file()
        self._limit_size()
        self._size_icons()
        self._set(REDUCED_MOTION)
        self.layouts.restore_last()

    def _build_docks(self) -> panels.Docks:
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.puppet)
        column.addWidget(self.preview, 1)
        self.setCentralWidget(centre)
        centre.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        centre.setFocus()  # else Qt chooses the first field that it finds, which takes the arrow keys
        contents: dict[panels.Panel, QWidget] = {
            panels.TIMELINE: self.timeline,
            panels.TAKES: self.takes,
            panels.INSPECTOR: self.inspector,
            panels.EDITS: self.edits,
            panels.HEAD: self.head,
            panels.JOBS: self.jobs,
        }
        return panels.Docks(self, self.preview, contents)

    def _lead_focus(self) -> None:
        """Where the keys go that come to a panel."""
        for panel, first in (
            (self.preview, self.preview.view),
            (self.takes, self.takes.list),
            (self.inspector, self.inspector.seed),
            (self.edits, self.edits.sliders.faders["smile"].slider),
            (self.timeline, self.timeline.timeline),
        ):
            panel.setFocusProxy(first)

    def _buttons(self) -> tuple[tuple[QWidget, str], ...]:
        """The panels' own buttons that do an action."""
        takes, status, edits = self.takes, self.status, self.edits.list
        of_edits = (edits.up, "edit_up"), (edits.down, "edit_down"), (edits.remove, "edit_remove")
        of_presets = (edits.save, "preset_save"), (edits.apply, "preset_apply")
        of_eyes = tuple((button, action) for action, button in self.edits.eyes.items())
        return (
            *((status.job, "jobs"), (status.cancel, "cancel"), (takes.star, "star"), (takes.delete, "delete")),
            *(*of_edits, *of_presets, *of_eyes),
        )

    def _build_actions(self) -> ActionSet:
        session = self._session
        hosts: dict[Scope, QWidget] = {
            Scope.EVERYWHERE: self,
            Scope.TIMELINE: self.timeline,
            Scope.PREVIEW: self.preview,
            Scope.EDITS: self.edits,
            Scope.HEAD: self.head,
        }
        targets = {
            "window": self,
            "desk": self.desk,
            "session": session,
            "transport": session.transport,
            "volume": session.volume,
            "time": self._moments,
            "timeline": self.timeline.timeline,
            "regeneration": self.timeline.regeneration,
            "speech": self.timeline.speech,
            "curves": self.timeline.curves,
            "preview": self.preview,
            "hand": self.edits.hand,
            "edits": self.edits,
            "on_face": self.on_face,
            "puppet": self.puppet,
            "head": self._head_moves,
            "layouts": self.layouts,
            "panels": self.docks,
            "comparison": session.comparison,
            "view": self.preview.view,
        }
        return ActionSet(hosts, targets, session.settings, self.keymap)

    def _fill_bars(self) -> None:
        actions = self.actions_by_id
        self.head.set_tools([actions[row.id] for row in TABLE if row.scope is Scope.HEAD and row.short])
        self.takes.set_actions([actions[each] for each in _OF_A_TAKE])
        menus = fill_menu_bar(self.menuBar(), actions)
        self.layouts.extend(menus["&Layouts"])
        self.timeline.timeline.curve_menu = menus["&Curve"]
        menus[Menu.VIEW].addSeparator()
        menus[Menu.VIEW].addMenu("P&anels").addActions(self.docks.toggles())
        bar = QToolBar("Tools")
        bar.setObjectName("tools")
        bar.setMovable(False)
        fill_tool_bar(bar, actions)
        room = QWidget()
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(room)
        bar.addWidget(VolumeButton(self._session.volume, actions["mute"], self._theme))
        bar.addWidget(Clock(self._session, self._theme))
        self.addToolBar(bar)

    def _connect(self) -> None:
        welcome, desk, session = self.preview.welcome, self.desk, self._session
        welcome.portrait_wanted.connect(desk.choose_portrait)
        welcome.voice_wanted.connect(desk.choose_voice)
        welcome.recording_wanted.connect(self.record_voice)
        welcome.sample_wanted.connect(desk.open_sample)
        welcome.recent_chosen.connect(desk.open_path)
        self.preview.choose_portrait.clicked.connect(desk.choose_portrait)
        self.preview.choose_voice.clicked.connect(desk.choose_voice)
        self.preview.record_voice.clicked.connect(self.record_voice)
        session.notice.connect(self.notices.show_notice)
        self.status.jobs_wanted.connect(self.show_jobs)
        session.document_changed.connect(self._change)
        session.file_changed.connect(self._show_file)
        session.settings.changed.connect(self._set)

    # What the action table calls.

    def export(self) -> None:
        """Asks what to write of the take that is shown."""
        subject = self._exports.subject()
        if subject is not None:
            dialog = ExportDialog(subject, self._session.settings, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.wanted.connect(self._exports.ask)
            dialog.open()

    def record_voice(self) -> None:
        """The microphone, beside the window."""
        panel = self.findChild(RecordingPanel) or RecordingPanel(self._session, self._theme, self)
        panel.show()
        panel.activateWindow()

    def generate(self) -> None:
        """Makes takes with the inspector's settings."""
        self.inspector.generate()

    def rename_take(self) -> None:
        """The take's name becomes a field in the list."""
        self.docks.bring_up(panels.TAKES.name)
        self.takes.edit_name()

    def note_take(self) -> None:
        """The keys go to the field for the take's note."""
        self.docks.bring_up(panels.TAKES.name)
        self.takes.edit_note()

    def show_edits(self) -> None:
        """The sliders and the list of edits."""
        self.docks.bring_up(panels.EDITS.name)
        self.edits.setFocus()

    def show_jobs(self) -> None:
        """The list of jobs."""
        self.docks.bring_up(panels.JOBS.name)
        self.jobs.take_focus()

    def show_palette(self) -> None:
        """The command palette over the window."""
        Palette(self.actions_by_id, self._session.settings, self)

    def show_preferences(self) -> None:
        """The settings."""
        preferences = Preferences(self._session, self.keymap, self)
        preferences.engine.frames_unwanted.connect(self.preview.forget_frames)
        preferences.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preferences.open()

    def show_shortcuts(self) -> None:
        """All commands and keys."""
        shortcuts = Shortcuts(self.keymap, self)
        shortcuts.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shortcuts.show()

    def show_about(self) -> None:
        """Version, licences, privacy, and what is asked of the user."""
        about = About(self._session, self)
        about.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about.open()

    def greet(self) -> None:
        """The same for whoever has not read it yet."""
        if not self._session.settings.flag(NOTICE_READ):
            self.show_about()

    def toggle_full_screen(self) -> None:
        """Fills the screen, or no longer."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def close_politely(self) -> None:
        """Closes unless an open dialog waits for its answer."""
        if QApplication.activeModalWidget() is None:
            self.close()

    def end(self) -> None:
        """Closes without a question, dialogs first."""
        self._asks = False
        (QApplication.activeModalWidget() or self).close()
        if self.isVisible():  # behind another dialog, or asking already
            QTimer.singleShot(_AGAIN, self, self.end)

    # Qt's own.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Any file is welcome anywhere."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Opens what was dropped."""
        event.acceptProposedAction()
        self.desk.open_paths(files_in(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """A window that was made smaller takes the room from the docks, not from the picture alone."""
        super().resizeEvent(event)
        before, now = event.oldSize(), event.size()
        if before.isValid() and (now.width() < before.width() or now.height() < before.height()):
            self._smaller.start()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Asks where something would be lost, then ends the threads."""
        if self._asks and not (may_stop(self, self._exports.count) and self.desk.may_leave()):
            event.ignore()
            return
        self.layouts.keep_last()
        self.hide()
        self._live_stream.shut()
        self.puppet.shut()
        self.head.shut()
        self.timeline.shut()
        self.takes.shut()
        self.preview.shut()
        self._session.close(keep=not self._asks)
        event.accept()

    def _change(self, change: Change) -> None:
        if change.parts is Part.ALL:  # another project: what was told is over
            self.notices.clear()

    def _set(self, setting: Setting) -> None:
        settings = self._session.settings
        if setting in (SCHEME, TEXT_SCALE):
            self._theme.choose(Scheme(settings.text(SCHEME)), settings.number(TEXT_SCALE))
            self._limit_size()
            self._size_icons()
            self._refitting.start()
        elif setting is REDUCED_MOTION:
            self.setAnimated(not settings.flag(REDUCED_MOTION))
            self._theme.hold_still(settings.flag(REDUCED_MOTION))
        elif setting in (DEVICE, RENDERER):
            self.status.look_around()

    def _limit_size(self) -> None:
        """Larger text needs a larger window, or it would be cut."""
        least = _SMALLEST * self._session.settings.number(TEXT_SCALE)
        self.setMinimumSize(least.boundedTo(self.screen().availableSize()))

    def _size_icons(self) -> None:
        """As large as the text beside them."""
        side = round(ICON * self._session.settings.number(TEXT_SCALE))
        for bar in self.findChildren(QToolBar):
            bar.setIconSize(QSize(side, side))
            for button in bar.findChildren(QToolButton):
                button.setIconSize(bar.iconSize())

    def _show_file(self) -> None:
        mark = " (read-only)" if self._session.file.is_read_only else ""
        self.setWindowTitle(f"{self._session.title}{mark}[*] – Dimitra Studio")
        self.setWindowModified(not self._session.is_saved)
        welcome = self.preview.welcome
        if welcome.isVisibleTo(self):  # looking for the files takes its time, and this comes with every change
            welcome.show_recent(self._session.settings.recent_files())
