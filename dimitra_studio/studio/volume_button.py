"""The loudspeaker in the tool bar: pressed it mutes, its arrow and the wheel change the volume."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtWidgets import QMenu, QSlider, QToolButton, QWidgetAction

from dimitra_studio.studio.icons import Icon, icon
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.volume import Volume

_WIDTH = 160  # px
_FULL = 100


class VolumeButton(QToolButton):
    """Shows and changes a Volume; `mute` is the action of the table."""

    def __init__(self, volume: Volume, mute: QAction, theme: Theme) -> None:
        super().__init__()
        self._volume, self._mute, self._theme = volume, mute, theme
        self.setDefaultAction(mute)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.setAccessibleName("Mute; its menu has the volume")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _FULL)
        self.slider.setSingleStep(5)
        self.slider.setAccessibleName("Volume")
        self.slider.setMinimumWidth(_WIDTH)
        self.slider.valueChanged.connect(self._slide)
        menu = QMenu(self)
        shell = QWidgetAction(menu)
        shell.setDefaultWidget(self.slider)
        menu.addAction(shell)
        menu.aboutToShow.connect(self.slider.setFocus)
        self.setMenu(menu)
        volume.changed.connect(self._show)
        theme.changed.connect(self._show)
        self._show()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Up is louder."""
        self._volume.louder() if event.angleDelta().y() > 0 else self._volume.quieter()
        event.accept()

    def _slide(self, value: int) -> None:
        if value != round(self._volume.level * _FULL):
            self._volume.set_level(value / _FULL)

    def _show(self) -> None:
        silent = self._volume.gain == 0
        self._mute.setIcon(icon(Icon.MUTED if silent else Icon.SPEAKER, self._theme.colour("text")))
        self.slider.setValue(round(self._volume.level * _FULL))
        self.slider.setToolTip(f"Volume: {round(self._volume.level * _FULL)} %")
