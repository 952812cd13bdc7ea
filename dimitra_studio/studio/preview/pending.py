"""The picture itself, while its face is looked for: read beside the window, once."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.engine.loader import Loader
from dimitra_studio.studio.board import Asker, JobBoard


def read_picture(path: Path, room: QSize, _loader: Loader) -> Job[QImage]:
    """A picture as it is meant to be seen, no larger than the room; null where it cannot be read."""
    yield Progress("picture", 0, 1)
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    return picture if picture.isNull() else picture.convertToFormat(QImage.Format.Format_RGB888)


class PendingPicture(QObject):
    """Reads what is wanted; `ready` carries a QImage, or None where it is no picture."""

    ready = Signal(object)

    def __init__(self, board: JobBoard) -> None:
        super().__init__()
        self._board = board
        self._path: Path | None = None

    def want(self, path: Path | None, room: QSize) -> None:
        """`ready` follows, unless it was the last one that was wanted; None wants nothing any more."""
        if path == self._path:
            return
        self._path = path
        if path is not None:
            request = JobRequest(
                "Picture", "picture", partial(read_picture, path, room), Priority.PREVIEW, slot="picture",
                interrupts=True,
            )  # fmt: skip
            self._board.submit(request, Asker(partial(self._read, path), self._fail, self._forget, self._forget_note))

    def _read(self, path: Path, picture: object) -> None:
        assert isinstance(picture, QImage)
        if path == self._path:
            self.ready.emit(None if picture.isNull() else picture)

    def _fail(self, _error: StudioError) -> None:
        """Whoever looks for the face tells what is wrong with the picture."""

    def _forget(self) -> None:
        """Another one is wanted."""

    def _forget_note(self, _note: str) -> None:
        """A picture has nothing to tell."""
