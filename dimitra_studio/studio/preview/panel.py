"""The preview with its tool bar, or the welcome where there is nothing to see yet."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QImage, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.timebase import frame_at
from dimitra_studio.engine.renderers import WARP, Rendering
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Take
from dimitra_studio.studio.comparison import Compare
from dimitra_studio.studio.notices import Level, Notice, NoticeBar, Place
from dimitra_studio.studio.preview.bar import PreviewBar
from dimitra_studio.studio.preview.lens import Zoom
from dimitra_studio.studio.preview.pace import LEVELS
from dimitra_studio.studio.preview.pending import PendingPicture
from dimitra_studio.studio.preview.scene import Pair, Scene, set_scene
from dimitra_studio.studio.preview.source import FrameSource
from dimitra_studio.studio.preview.stage import Shown
from dimitra_studio.studio.preview.view import PictureView, image_of
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import CACHE_MB, COMPARE, ZOOM, Setting
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.welcome import Welcome

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter

_STEP = 64  # px: frames are rendered in sizes of so many more, so that a dragged window asks for few of them
_SETTLED = 150  # ms without another size
_LIPS = (61, 291)  # MediaPipe's corners of the mouth
_MEGA = 1 << 20
_TOLD = ("", "quick pictures while playing", "three-quarter size while playing", "half size while playing")
_IN_HAND = "quick picture while dragging"
_ASIDE = dict(zip(LEVELS, _TOLD, strict=True))


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
        self._pending = PendingPicture(session.drawing)
        self._pending.ready.connect(self._show_picture)
        self._settle = QTimer(self, interval=_SETTLED, singleShot=True)
        self._settle.timeout.connect(self._set_scene)
        self._next = QLabel()
        self.choose_portrait, self.choose_voice = QPushButton("Choose a portrait…"), QPushButton("Choose a voice…")
        self.record_voice = QPushButton("Record a voice…")
        self.bar = PreviewBar(session, theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self._build_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self._pages, 1)
        self.view.resized.connect(self._settle.start)
        self.view.held_changed.connect(self._set_scene)
        self.bar.zoom_chosen.connect(self._choose_zoom)
        self.view.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.source.ready.connect(self._show)
        self.source.overtaken.connect(self._show_overtaken)
        self.source.failed.connect(self._fail)
        session.document_changed.connect(self._change)
        session.analysis_changed.connect(self._media_changed)
        session.surroundings_changed.connect(self._set_scene)
        session.comparison.changed.connect(self._compare)
        session.gesture_ended.connect(self._end_gesture)
        session.playhead_moved.connect(self._follow)
        session.playing_changed.connect(self._play)
        session.gesture_ended.connect(self._play)
        session.transport.speed_changed.connect(self._play)
        session.notice.connect(self.notices.show_notice)
        session.settings.changed.connect(self._set)
        session.comparison.choose_way(Compare(session.settings.text(COMPARE)))
        self._set(ZOOM)
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
        for part in (self._next, self.choose_portrait, self.choose_voice, self.record_voice):
            self.bar.add(part)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.bar)
        return page

    def _change(self, change: Change) -> None:
        if change.parts is Part.ALL:
            self.notices.clear()
        if change.touches(Part.CURRENT | Part.PORTRAIT | Part.VOICE | Part.EDITS):
            self._media_changed()
        if change.touches(Part.LOOP):
            self._play()

    def _media_changed(self) -> None:
        media, project = self._session.media, self._session.project
        if media.opening_portrait not in (None, self._opening) and not media.is_second_choice:
            self.notices.clear()
        self._opening = media.opening_portrait
        busy = media.opening_portrait is not None
        empty = project.portrait is None and project.voice is None and not project.takes and not busy
        opening_alone = empty and media.opening_voice is None
        self._turn_to(0 if opening_alone else 1)
        self._show_next_step()
        if media.sitter is not self._own_portrait:
            self._own_portrait = media.sitter
            self._show_original(media.sitter)
        if media.sitter is None:
            self._show_pending()
        else:
            self._pending.want(None, self.view.size())
        self._set_scene()

    def _turn_to(self, page: int) -> None:
        """Shows the welcome or the picture; keys go to the picture then, not to its page's first field as Qt has it."""
        if page != self._pages.currentIndex():
            self._pages.setCurrentIndex(page)
            focused = self.window().focusWidget()
            if page and focused is not None and self._pages.isAncestorOf(focused):
                self.view.setFocus()

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
        """The picture itself as soon as it is read, the face when it is found."""
        path = self._session.media.opening_portrait
        self._pending.want(path, self.view.size() * 2)
        if path is None:
            self.view.show_original(None, None)  # else what was turned down would stand there as the portrait
            self.view.say("Drop a portrait here." if self._session.project.portrait is None else "")
            return
        self.view.say("Looking for the face…")

    def _show_picture(self, picture: QImage | None) -> None:
        self.view.show_original(picture, None)

    def _set_scene(self) -> None:
        sitter, take, comparison = self._session.media.sitter, self._session.shown, self._session.comparison
        side = self.view.longer_side()
        if sitter is None or side == 0:
            self.source.show(None)
            self.bar.warn("")
            return
        side = max(min(-(-side // _STEP) * _STEP, max(sitter.portrait.size)), _STEP)
        seen = comparison.way is not Compare.OFF or self.view.is_held
        compared = comparison.take if seen and take is not None else None
        other = self._session.edited(compared) if compared else None
        lead = self._scene(sitter, take, side)
        self.view.name(take.name if take else "Portrait", other.name if other else "Portrait")
        self.bar.warn(lead.warning)
        self._frame = -1
        self.view.say("")
        self.source.show(Pair(lead, self._scene(sitter, other, side) if other else None))
        self._follow(self._session.playhead)

    def _scene(self, sitter: "Sitter", take: Take | None, side: int) -> Scene:
        own = take is None or not self._session.project.is_stale(take)
        rendering = WARP if self._session.in_gesture else self._rendering
        return set_scene(sitter, take.motion if take else None, own, side, rendering)

    @property
    def _rendering(self) -> Rendering:
        """How pictures are made where there is time."""
        found = self._session.surroundings
        return found.rendering if found else WARP

    def _end_gesture(self) -> None:
        """What followed the hand in quick pictures is drawn as well as it can be."""
        if self._rendering != WARP:
            self._set_scene()

    def _compare(self) -> None:
        self.view.set_compare(self._session.comparison.way)
        self._session.settings.set(COMPARE, self._session.comparison.way.value)
        self._set_scene()

    def _play(self) -> None:
        """The frames are drawn ahead of a playhead that moves by itself, unless a hand has yet to say what is seen."""
        scene, transport, loop = self.source.scene, self._session.transport, self._session.project.loop
        if scene is not None and transport.is_playing and not self._session.in_gesture:
            frames = (frame_at(loop.start, scene.fps), frame_at(loop.end, scene.fps)) if loop else None
            self.source.play(transport.speed * scene.fps, frames)
        else:
            self.source.play(0.0, None)
            self._follow(self._session.playhead)

    def _follow(self, seconds: float) -> None:
        scene = self.source.scene
        if scene is not None and scene.frame_at(seconds) != self._frame:
            self.source.want(scene.frame_at(seconds))

    def _show(self, shown: Shown) -> None:
        self._frame = shown.frame
        self.view.show_frame(*shown.pictures)
        scene = self.source.scene
        is_quick = scene is not None and scene.rendering != self._rendering
        self.view.say_aside(_IN_HAND if is_quick else _ASIDE[shown.level])

    def _show_overtaken(self, shown: Shown) -> None:
        self.view.show_frame(*shown.pictures)

    def _fail(self, error: StudioError) -> None:
        self._session.notice.emit(Notice(error.message, error.hint, Level.ERROR, Place.PREVIEW))

    def _choose_zoom(self, zoom: Zoom) -> None:
        self._session.settings.set(ZOOM, zoom.value)

    def _set(self, setting: Setting) -> None:
        if setting is CACHE_MB:
            self.source.resize(int(self._session.settings.number(CACHE_MB)) * _MEGA)
        elif setting is ZOOM:
            self.bar.zoom.setCurrentText(self._session.settings.text(ZOOM))
            self.view.set_zoom(Zoom(self._session.settings.text(ZOOM)))
            self._set_scene()
