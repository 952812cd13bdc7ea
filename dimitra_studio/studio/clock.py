"""Where the playhead is, how long it all is, how fast it goes: in figures."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel

from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.theme import MEDIUM, Theme


class Clock(QLabel):
    """Minutes, seconds and hundredths, then the frame; the speed where it is not the usual."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._take_font()
        theme.changed.connect(self._take_font)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setContentsMargins(0, 0, MEDIUM, 0)
        self.setAccessibleName("Playhead")
        self.setToolTip("Where the playhead is, of how long, and its frame")
        session.playhead_moved.connect(self.refresh)
        session.analysis_changed.connect(self.refresh)
        session.document_changed.connect(self.refresh)
        session.transport.speed_changed.connect(self.refresh)
        self.refresh()

    def _take_font(self) -> None:
        """Digits of one width, as large as other text."""
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(QApplication.font().pointSizeF())
        self.setFont(font)

    def refresh(self) -> None:
        """Says it."""
        session = self._session
        speed = session.transport.speed
        told = f"{spoken(session.playhead)} / {spoken(session.duration)}  frame {frame_at(session.playhead)}"
        self.setText(told if speed == 1 else f"{speed:g}×  {told}")
        self.setEnabled(session.duration > 0)


def spoken(seconds: float) -> str:
    """Minutes, seconds and hundredths."""
    hundredths = round(seconds * 100)
    return f"{hundredths // 6000}:{hundredths // 100 % 60:02d}.{hundredths % 100:02d}"
