"""The window: docks around the preview, menus and tool bar of the action table, files dropped anywhere."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMainWindow, QToolBar, QVBoxLayout, QWidget

from dimitra_studio import __version__
from dimitra_studio.project.storage import SUFFIX
from dimitra_studio.studio import panels
from dimitra_studio.studio.actions import Menu, build_actions, fill_menu_bar, fill_tool_bar
from dimitra_studio.studio.availability import Availability
from dimitra_studio.studio.clipboard import keep_picture, png_of
from dimitra_studio.studio.dialogs import leaving
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.dialogs.leaving import Leaving
from dimitra_studio.studio.dialogs.palette import Palette
from dimitra_studio.studio.dialogs.preferences import Preferences
from dimitra_studio.studio.dialogs.shortcuts import Shortcuts
from dimitra_studio.studio.exports import Exports
from dimitra_studio.studio.files import (
    FileKind,
    kind_of,
    picture_filter,
    project_filter,
    sorted_out,
    voice_filter,
)
from dimitra_studio.studio.head_panel import HeadPanel
from dimitra_studio.studio.inspector.panel import InspectorPanel
from dimitra_studio.studio.moments import Moments
from dimitra_studio.studio.notices import Level, Notice, NoticeBar, Place
from dimitra_studio.studio.preview.panel import PreviewPanel
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import DEVICE, SCHEME, TEXT_SCALE, Setting
from dimitra_studio.studio.status import StatusBar
from dimitra_studio.studio.takes.panel import TakesPanel
from dimitra_studio.studio.theme import ICON, Scheme, Theme
from dimitra_studio.studio.timeline_panel import TimelinePanel

_SIZE = QSize(1440, 900)
_SMALLEST = QSize(720, 480)
_THUMBNAIL = 128  # px
_LAYOUT = "last"


class MainWindow(QMainWindow):
    """One session's window."""

    def __init__(self, session: Session, theme: Theme, folder: Path) -> None:
        """`folder` is where a pasted picture is kept until the project is saved."""
        super().__init__()
        self._session, self._theme, self._folder = session, theme, folder
        self.setAcceptDrops(True)
        self.setMinimumSize(_SMALLEST)
        self.resize(_SIZE)
        self.preview = PreviewPanel(session, theme)
        self.takes = TakesPanel(session, theme)
        self.inspector = InspectorPanel(session)
        self.head = HeadPanel(session, theme)
        self.notices = NoticeBar(theme, Place.WINDOW)
        self.timeline = TimelinePanel(session, theme)
        self.docks = panels.Docks(
            self,
            {
                panels.TIMELINE: self.timeline,
                panels.TAKES: self.takes,
                panels.INSPECTOR: self.inspector,
                panels.HEAD: self.head,
            },
        )
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self.preview, 1)
        self.setCentralWidget(centre)
        self._moments = Moments(session)
        self._exports = Exports(session)
        targets = {"window": self, "session": session, "transport": session.transport, "time": self._moments}
        self.actions_by_id = build_actions(self, targets, theme)
        menus = fill_menu_bar(self.menuBar(), self.actions_by_id)
        menus[Menu.VIEW].addSeparator()
        menus[Menu.VIEW].addActions(self.docks.toggles())
        bar = QToolBar("Tools")
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(ICON, ICON))
        fill_tool_bar(bar, self.actions_by_id)
        self.addToolBar(bar)
        self._availability = Availability(session, self.actions_by_id, theme)
        self.status = StatusBar(session, theme)
        self.setStatusBar(self.status)
        welcome = self.preview.welcome
        welcome.portrait_wanted.connect(self.choose_portrait)
        welcome.voice_wanted.connect(self.choose_voice)
        welcome.sample_wanted.connect(self.open_sample)
        welcome.recent_chosen.connect(self.open_path)
        self.preview.choose_voice.clicked.connect(self.choose_voice)
        session.notice.connect(self.notices.show_notice)
        session.file_changed.connect(self._show_file)
        session.settings.changed.connect(self._set)
        self._show_file()
        self._first_layout = self.saveState()
        self.restoreState(session.settings.layout(_LAYOUT))

    # What the action table and the welcome call.

    def new_project(self) -> None:
        """An empty project, when nothing is lost by it."""
        if self._may_leave():
            self._session.new_project()

    def open_sample(self) -> None:
        """The sample project, when nothing is lost by it."""
        if self._may_leave():
            self._session.open_sample()

    def open_files(self) -> None:
        """Asks for files of any kind."""
        every = f"Everything (*);;{project_filter()};;{picture_filter()};;{voice_filter()}"
        names, _ = QFileDialog.getOpenFileNames(self, "Open a project, a portrait or a voice", "", every)
        self.open_paths([Path(name) for name in names])

    def choose_portrait(self) -> None:
        """Asks for a picture."""
        name, _ = QFileDialog.getOpenFileName(self, "Choose a portrait", "", f"{picture_filter()};;Everything (*)")
        if name:
            self._session.open_portrait(Path(name))

    def choose_voice(self) -> None:
        """Asks for a recording."""
        name, _ = QFileDialog.getOpenFileName(self, "Choose a voice", "", f"{voice_filter()};;Everything (*)")
        if name:
            self._session.open_voice(Path(name))

    def open_path(self, path: Path) -> None:
        """Opens a file of any kind."""
        self.open_paths([path])

    def open_paths(self, paths: list[Path]) -> None:
        """Opens what was dropped or chosen: a project, or a portrait and a voice."""
        found = sorted_out(paths)
        if FileKind.PROJECT in found:
            if self._may_leave():
                self._session.open_project(found[FileKind.PROJECT])
            return
        if FileKind.PORTRAIT in found:
            self._session.open_portrait(found[FileKind.PORTRAIT])
        if FileKind.VOICE in found:
            self._session.open_voice(found[FileKind.VOICE])

    def paste_portrait(self) -> None:
        """Takes the clipboard's picture, or the files in it."""
        content = QGuiApplication.clipboard().mimeData()
        if content is not None and _files_in(content):
            self.open_paths(_files_in(content))
        elif content is not None and content.hasImage():
            path = keep_picture(QImage(QGuiApplication.clipboard().image()), self._folder / "media")
            self._session.open_portrait(path)
        else:
            self._session.notice.emit(Notice("The clipboard holds no picture.", level=Level.WARNING))

    def save(self) -> bool:
        """Saves the project; asks where, the first time. False where it is not saved."""
        path = self._session.path
        return self._session.save(path, self._thumbnail()) if path else self.save_as()

    def save_as(self) -> bool:
        """Asks where, and saves the project there."""
        name, _ = QFileDialog.getSaveFileName(
            self, "Save the project", f"{self._session.title}{SUFFIX}", project_filter()
        )
        if not name:
            return False
        path = Path(name)
        return self._session.save(path if kind_of(path) is FileKind.PROJECT else Path(name + SUFFIX), self._thumbnail())

    def export(self) -> None:
        """Asks what to write of the take that is shown."""
        take = self._session.take
        if take is not None:
            dialog = ExportDialog(f"{self._session.title} {take.name}", self._session.settings, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.wanted.connect(self._exports.ask)
            dialog.open()

    def generate(self) -> None:
        """Makes takes with the inspector's settings."""
        self.inspector.generate()

    def rename_take(self) -> None:
        """The take's name becomes a field in the list."""
        self.docks.bring_up(panels.TAKES.name)
        self.takes.edit_name()

    def show_palette(self) -> None:
        """The command palette over the window."""
        Palette(self.actions_by_id, self)

    def show_preferences(self) -> None:
        """The settings."""
        preferences = Preferences(self._session.settings, self)
        preferences.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preferences.open()

    def show_shortcuts(self) -> None:
        """All commands and keys."""
        shortcuts = Shortcuts(self)
        shortcuts.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shortcuts.show()

    def show_about(self) -> None:
        """Version and licence, in the window's notices."""
        text = f"Dimitra Studio {__version__}, Apache-2.0. Everything runs on this machine."
        self._session.notice.emit(Notice(text))

    def toggle_full_screen(self) -> None:
        """Fills the screen, or no longer."""
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def reset_layout(self) -> None:
        """Every panel back to its place."""
        self.docks.reset()
        self.restoreState(self._first_layout)

    # Qt's own.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Any file is welcome anywhere."""
        if _files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Opens what was dropped."""
        event.acceptProposedAction()
        self.open_paths(_files_in(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Asks where something would be lost, then ends the threads."""
        if not self._may_leave():
            event.ignore()
            return
        self._session.settings.keep_layout(_LAYOUT, self.saveState())
        self.hide()
        self.head.shut()
        self.timeline.shut()
        self.preview.shut()
        self._session.close()
        event.accept()

    def _may_leave(self) -> bool:
        """Whether the open document may go; asks where it is not saved."""
        if self._session.is_saved:
            return True
        answer = leaving.ask_to_save(self, self._session.title)
        return self.save() if answer is Leaving.SAVE else answer is Leaving.DISCARD

    def _set(self, setting: Setting) -> None:
        settings = self._session.settings
        if setting in (SCHEME, TEXT_SCALE):
            self._theme.choose(Scheme(settings.text(SCHEME)), settings.number(TEXT_SCALE))
        elif setting is DEVICE:
            self.status.look_around()

    def _show_file(self) -> None:
        self.setWindowTitle(f"{self._session.title}[*] – Dimitra Studio")
        self.setWindowModified(not self._session.is_saved)
        self.preview.welcome.show_recent(self._session.settings.recent_files())

    def _thumbnail(self) -> bytes:
        """A small picture of what the preview shows, as PNG."""
        picture = self.preview.view.frame
        if picture is None:
            return b""
        scaled = picture.scaled(
            _THUMBNAIL, _THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        return png_of(scaled)


def _files_in(content: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
