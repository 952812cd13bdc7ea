"""The page of the settings about the device and about what is kept to be quick."""

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.engine.renderers import offered_renderers
from dimitra_studio.studio import caches
from dimitra_studio.studio.dialogs.setting_form import SettingForm, dim_label
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import CACHE_FOLDER, CACHE_MB, DEVICE, RENDERER, Setting
from dimitra_studio.studio.theme import MEDIUM

_MEGA = 1 << 20
_SIDE = 512  # px


class EnginePage(QWidget):
    """Device, memory and folders. `frames_unwanted` asks to forget the frames in memory."""

    frames_unwanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.device, self.memory = (SettingForm(session.settings, (setting,)) for setting in (DEVICE, CACHE_MB))
        self.pictures = SettingForm(session.settings, (RENDERER,))
        self.pictures.offer(RENDERER, offered_renderers(open_registry()))
        self.found, self.lasting = dim_label(""), dim_label("")
        self.forget = QPushButton("Forget Frames Now")
        self.forget.clicked.connect(self.frames_unwanted)
        self.device.add(self.found)
        for each in (self.lasting, _row(self.forget)):
            self.memory.add(each)
        self.sound_path, self.user_path = dim_label(""), dim_label(str(session.folder))
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.change, self.usual, self.empty = QPushButton("Change…"), QPushButton("Usual"), QPushButton("Empty Now")
        show_sound, show_user = QPushButton("Show"), QPushButton("Show")
        show_sound.setAccessibleName("Show the folder of decoded sound")
        show_user.setAccessibleName("Show your folder")
        self.usual.setToolTip("Beside your other files")
        self.change.clicked.connect(self._ask_folder)
        self.usual.clicked.connect(self._take_usual)
        self.empty.clicked.connect(self._empty)
        show_sound.clicked.connect(self._show_sound)
        show_user.clicked.connect(self._show_user)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(MEDIUM)
        column.addWidget(self.device)
        column.addWidget(self.pictures)
        column.addWidget(self.memory)
        for title, path, help_text, buttons in (
            ("Folder for decoded sound", self.sound_path, CACHE_FOLDER.help,
             (self.change, self.usual, show_sound, self.empty)),
            ("Your folder", self.user_path,
             "Settings, models and pasted pictures. DIMITRA_HOME names another one before the studio starts.",
             (show_user,)),
        ):  # fmt: skip
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            for each in (heading, path, _row(*buttons), dim_label(help_text)):
                column.addWidget(each)
            if path is self.sound_path:
                column.addWidget(self.told)
        column.addStretch()
        session.settings.changed.connect(self._set)
        session.surroundings_changed.connect(self._show_found)
        self._show_found()
        for setting in (CACHE_MB, CACHE_FOLDER):
            self._set(setting)

    def keep_sound_in(self, folder: Path) -> None:
        """Another folder for decoded sound, if it can be used; else it is told why not."""
        fault = caches.fault_of(folder / "sound")
        self.told.setText(fault)
        if not fault:
            self._session.settings.set(CACHE_FOLDER, str(folder))

    def _show_found(self) -> None:
        found = self._session.surroundings
        self.found.setText("Looking for devices…" if found is None else found.reason)

    def _set(self, setting: Setting) -> None:
        if setting is CACHE_MB:
            frames = self._session.settings.number(CACHE_MB) * _MEGA / (3 * _SIDE**2)
            self.lasting.setText(f"About {frames / MOTION_FPS:.0f} s of frames of {_SIDE} × {_SIDE} px.")
        elif setting is CACHE_FOLDER:
            self._show_held()

    def _show_held(self) -> None:
        folder = self._session.sound_folder
        self.sound_path.setText(f"{folder} ({caches.held(folder) / _MEGA:.0f} MB)")
        self.usual.setEnabled(bool(self._session.settings.text(CACHE_FOLDER)))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Folder for decoded sound", str(self._session.sound_folder))
        if name:
            self.keep_sound_in(Path(name))

    def _take_usual(self) -> None:
        self._session.settings.set(CACHE_FOLDER, "")
        self.told.clear()

    def _empty(self) -> None:
        voice = self._session.media.voice
        freed = caches.empty(self._session.sound_folder, voice.sha256 if voice else "")
        self.told.setText(f"{freed / _MEGA:.1f} MB are free again.")
        self._show_held()

    def _show_sound(self) -> None:
        self._reveal(self._session.sound_folder)

    def _show_user(self) -> None:
        self._reveal(self._session.folder)

    def _reveal(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _row(*buttons: QPushButton) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(MEDIUM)
    for button in buttons:
        line.addWidget(button)
    line.addStretch()
    return row
