"""The views in which a face is seen: on its picture, and as a head that one walks round."""

from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtWidgets import QWidget

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.edits.eye import Eye, eye_of_portrait, eye_on_orbit
from dimitra_studio.studio.preview.panel import PreviewPanel
from dimitra_studio.studio.session import Session

if TYPE_CHECKING:
    from dimitra_studio.studio.viewport.view import HeadView


class FaceView(Protocol):
    """Where a face is seen."""

    @property
    def widget(self) -> QWidget:
        """What shows it."""

    def eye(self) -> Eye | None:
        """How it is looked at, in the widget's px; None while it is not."""

    def values(self) -> FloatArray | None:
        """What the frame at the playhead shows, [70]; None where that is no face."""


class FaceInPreview:
    """The photoreal face."""

    def __init__(self, session: Session, preview: PreviewPanel) -> None:
        self._session, self._preview = session, preview

    @property
    def widget(self) -> QWidget:
        """As FaceView."""
        return self._preview.view

    def eye(self) -> Eye | None:
        """None also while what the take is compared with is looked at alone."""
        sitter, view = self._session.media.sitter, self._preview.view
        if sitter is None or view.is_held or view.frame is None:
            return None
        place = view.frame_place
        return eye_of_portrait(sitter.fit.camera, place.left(), place.top(), place.width())

    def values(self) -> FloatArray | None:
        """The pose as the preview eases it."""
        scene = self._preview.source.scene
        return None if scene is None else np.asarray(scene.values[scene.frame_at(self._session.playhead)])


class FaceOnHead:
    """The face of the 3D view."""

    def __init__(self, session: Session, view: "HeadView") -> None:
        self._session, self._view = session, view

    @property
    def widget(self) -> QWidget:
        """As FaceView."""
        return self._view

    def eye(self) -> Eye | None:
        """The take stands to the right where another one is beside it."""
        framing, view = self._view.framing, self._view
        if framing is None:
            return None
        left = view.width() / 2 if view.look.beside else 0.0
        return eye_on_orbit(view.orbit, framing, (view.width() - left, view.height()), left)

    def values(self) -> FloatArray | None:
        """The pose as the take has it."""
        take = self._session.shown
        if take is None:
            return None
        motion = take.motion
        values = motion.values[min(max(frame_at(self._session.playhead, motion.fps), 0), len(motion) - 1)]
        return values if np.isfinite(values).all() else None
