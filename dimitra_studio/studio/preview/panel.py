"""The preview with its tool bar, or the welcome where there is nothing to see yet."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QImage, QImageReader, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from dimitra_studio.core.errors import StudioError
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.studio.notices import Level, Notice, NoticeBar, Place
from dimitra_studio.studio.preview.scene import set_scene
from dimitra_studio.studio.preview.source import FrameSource
from dimitra_studio.studio.preview.view import Compare, PictureView, Zoom, image_of
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import CACHE_MB, Setting
from dimitra_studio.studio.theme import MEDIUM, SMALL, Theme
from dimitra_studio.studio.welcome import Welcome

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter

_STEP = 64  # px: frames are rendered in sizes of so many more, so that a dragged window asks for few of them
_SETTLED = 150  # ms without another size
_LIPS = (61, 291)  # MediaPipe's corners of the mouth
_MEGA = 1 << 20


class PreviewPanel(QWidget):
    """Shows the take at the playhead on the portrait."""

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self._own_portrait: Sitter | None = None
        self._opening: Path | None = None
        self._frame = -1
        self.welcome = Welcome(theme)
        self.view = PictureView(theme)
        self.notices = NoticeBar(theme, Place.PREVIEW)
        self.source = FrameSource(session.drawing, int(session.settings.number(CACHE_MB)) * _MEGA)
        self._settle = QTimer(self, interval=_SETTLED, singleShot=True)
        self._settle.timeout.connect(self._set_scene)
        self._next = QLabel()
        self.choose_portrait, self.choose_voice = QPushButton("Choose a portrait…"), QPushButton("Choose a voice…")
        self.record_voice = QPushButton("Record a voice…")
        self._warning = QLabel()
        self._warning.setProperty("role", "dim")
        self._warning.setWordWrap(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._build_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        self.view.resized.connect(self._settle.start)
        self.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.source.ready.connect(self._show)
        self.source.failed.connect(self._fail)
        session.document_changed.connect(self._change)
        session.analysis_changed.connect(self._media_changed)
        session.playhead_moved.connect(self._follow)
        session.notice.connect(self.notices.show_notice)
        session.settings.changed.connect(self._set)
        self._media_changed()

    @property
    def is_drawn(self) -> bool:
        """Whether the frame at the playhead is on the screen."""
        scene = self.source.scene
        return scene is not None and self._frame == scene.frame_at(self._session.playhead)

    def forget_frames(self) -> None:
        """Keeps no frame any more; those to come are kept again."""
        self.source.resize(0)
        self._set(CACHE_MB)

    def shut(self) -> None:
        """Asks for nothing any more."""
        self._settle.stop()
        self.source.show(None)

    def _build_page(self) -> QWidget:
        page = QWidget()
        zoom, compare = QComboBox(), QComboBox()
        zoom.addItems(list(Zoom))
        zoom.setAccessibleName("Zoom")
        zoom.setToolTip("How large the picture is")
        zoom.currentTextChanged.connect(self._choose_zoom)
        compare.addItems([f"Compare: {each.lower()}" for each in Compare])
        compare.setAccessibleName("Compare with the original")
        compare.setToolTip("The original photo beside the take; hold ` to see it alone")
        compare.currentIndexChanged.connect(self._choose_compare)
        bar = QHBoxLayout()
        bar.setContentsMargins(MEDIUM, SMALL, MEDIUM, SMALL)
        bar.setSpacing(MEDIUM)
        bar.addWidget(zoom)
        bar.addWidget(compare)
        self._warning.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(self._warning, 1)
        bar.addWidget(self._next)
        bar.addWidget(self.choose_portrait)
        bar.addWidget(self.choose_voice)
        bar.addWidget(self.record_voice)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addLayout(bar)
        return page

    def _change(self, change: Change) -> None:
        if change.parts is Part.ALL:
            self.notices.clear()
        if change.touches(Part.CURRENT | Part.PORTRAIT | Part.VOICE):
            self._media_changed()

    def _media_changed(self) -> None:
        media, project = self._session.media, self._session.project
        if media.opening_portrait is not None and media.opening_portrait != self._opening:
            self.notices.clear()
        self._opening = media.opening_portrait
        busy = media.opening_portrait is not None
        empty = project.portrait is None and project.voice is None and not project.takes and not busy
        opening_alone = empty and media.opening_voice is None
        self._pages.setCurrentIndex(0 if opening_alone else 1)
        self._show_next_step()
        if media.sitter is not self._own_portrait:
            self._own_portrait = media.sitter
            self._show_original(media.sitter)
        if media.sitter is None:
            self._show_pending()
        self._set_scene()

    def _show_next_step(self) -> None:
        """What is still missing for a take."""
        media, project = self._session.media, self._session.project
        needs_portrait = project.portrait is None and media.opening_portrait is None
        needs_voice = project.voice is None and media.opening_voice is None
        self._next.setText("Now drop a portrait here." if needs_portrait else "Now drop a voice here.")
        self._next.setVisible(needs_portrait or needs_voice)
        self.choose_portrait.setVisible(needs_portrait)
        for each in (self.choose_voice, self.record_voice):
            each.setVisible(needs_voice and not needs_portrait)

    def _show_original(self, sitter: "Sitter | None") -> None:
        if sitter is None:
            self.view.show_original(None, None)
            return
        width, height = sitter.portrait.size
        left, right = (sitter.fit.landmarks[index] / (width, height) for index in _LIPS)
        size = np.abs(right - left)
        mouth = QRectF(min(left[0], right[0]), min(left[1], right[1]), max(size[0], 1e-3), max(size[1], 1e-3))
        self.view.show_original(image_of(sitter.portrait.pixels), mouth)

    def _show_pending(self) -> None:
        """The picture itself at once, the face when it is found."""
        path = self._session.media.opening_portrait
        if path is None:
            self.view.say("Drop a portrait here." if self._session.project.portrait is None else "")
            return
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            reader.setScaledSize(size.scaled(self.view.size() * 2, Qt.AspectRatioMode.KeepAspectRatio))
        picture = reader.read()
        self.view.show_original(
            None if picture.isNull() else picture.convertToFormat(QImage.Format.Format_RGB888), None
        )
        self.view.say("Looking for the face…")

    def _set_scene(self) -> None:
        sitter, take = self._session.media.sitter, self._session.take
        side = self.view.longer_side()
        if sitter is None or side == 0:
            self.source.show(None)
            self._warning.clear()
            return
        side = min(-(-side // _STEP) * _STEP, max(sitter.portrait.size))
        own = take is None or not self._session.project.is_stale(take)
        scene = set_scene(sitter, take.motion if take else None, own, max(side, _STEP))
        self._warning.setText(scene.warning)
        self._frame = -1
        self.view.say("")
        self.source.show(scene)
        self._follow(self._session.playhead)

    def _follow(self, seconds: float) -> None:
        scene = self.source.scene
        if scene is not None and scene.frame_at(seconds) != self._frame:
            self.source.want(scene.frame_at(seconds))

    def _show(self, drawn: tuple[int, "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]"]) -> None:
        self._frame, pixels = drawn
        self.view.show_frame(pixels)

    def _fail(self, error: StudioError) -> None:
        self._session.notice.emit(Notice(error.message, error.hint, Level.ERROR, Place.PREVIEW))

    def _choose_zoom(self, zoom: str) -> None:
        self.view.set_zoom(Zoom(zoom))
        self._set_scene()

    def _choose_compare(self, index: int) -> None:
        self.view.set_compare(list(Compare)[index])

    def _set(self, setting: Setting) -> None:
        if setting is CACHE_MB:
            self.source.resize(int(self._session.settings.number(CACHE_MB)) * _MEGA)
