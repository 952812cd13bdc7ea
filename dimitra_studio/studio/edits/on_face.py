"""The face can be taken hold of wherever it is seen: the target `on_face` of the action table."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from dimitra_studio.studio.edits.face_hand import FaceHand
from dimitra_studio.studio.edits.face_handles import FaceHandles
from dimitra_studio.studio.edits.face_views import FaceInPreview, FaceOnHead
from dimitra_studio.studio.edits.hand import Hand
from dimitra_studio.studio.head_panel import HeadPanel
from dimitra_studio.studio.preview.panel import PreviewPanel
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import ON_FACE
from dimitra_studio.studio.theme import Theme

if TYPE_CHECKING:
    from dimitra_studio.studio.viewport.view import HeadView


class OnFace(QObject):
    """Places on the face over the preview, and over the 3D view once that is there; one hand for both."""

    def __init__(self, session: Session, hand: Hand, preview: PreviewPanel, head: HeadPanel, theme: Theme) -> None:
        super().__init__(preview)
        self._session, self._theme = session, theme
        self.hand = FaceHand(session, hand, self)
        self.in_preview = FaceHandles(FaceInPreview(session, preview), self.hand, theme)
        self.on_head: FaceHandles | None = None
        head.brought.connect(self._cover_head)

    def next_place(self) -> None:
        """The next place is the one that arrow keys move; shows the places first."""
        self._step(1)

    def previous_place(self) -> None:
        """The place before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        """In the view that has the keys, else in one that is seen."""
        if not self._session.settings.flag(ON_FACE):
            self._session.settings.set(ON_FACE, True)
        seen = [each for each in (self.in_preview, self.on_head) if each is not None and each.isVisible()]
        focused = QApplication.focusWidget()
        for handles in sorted(seen, key=lambda each: focused not in (each, each.parentWidget())):
            if handles.step(by):
                return

    def _cover_head(self, view: "HeadView") -> None:
        self.on_head = FaceHandles(FaceOnHead(self._session, view), self.hand, self._theme)
