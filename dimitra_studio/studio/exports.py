"""Takes become files: asked for, made one after the other, told."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job
from dimitra_studio.core.requests import FitPortrait, RenderVideo
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import MediaRef, Take
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.session import Session

VIDEO, MOTION = ".mp4", ".npz"


@dataclass(frozen=True)
class ExportWish:
    """What to write: the ending of `path` says whether a video or a motion file; `size` is the video's longer side in
    px, None the portrait's own."""

    path: Path
    size: int | None = None


class Exports(QObject):
    """Writes the take that is shown when it is asked for; later changes do not reach it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def ask(self, wish: ExportWish) -> None:
        """Queues an export; a notice tells its end."""
        take, project = self._session.take, self._session.project
        if take is None:
            return
        job: Callable[[Loader], Job[str]]
        if wish.path.suffix.lower() == MOTION:
            job = partial(jobs.export_motion, wish.path, take)
        elif project.portrait is not None:
            job = partial(jobs.export_video, self._request(wish, project.portrait, project.voice), take)
        else:
            self._session.notice.emit(Notice("A video needs a portrait.", "Drop one into the window.", Level.WARNING))
            return
        self._submit(wish, job, take)

    def _request(self, wish: ExportWish, portrait: MediaRef, voice: MediaRef | None) -> RenderVideo:
        sitter = self._session.media.sitter
        face = sitter.fit.face if sitter is not None else 0
        return RenderVideo(FitPortrait(portrait.path, face), wish.path, voice.path if voice else None, size=wish.size)

    def _submit(self, wish: ExportWish, job: Callable[[Loader], Job[str]], take: Take) -> None:
        size = f"{wish.size or 'own'}"
        self._session.jobs.submit(
            JobRequest(
                f"Export {wish.path.name}", f"export {wish.path.suffix} {size}", job, Priority.EXPORT,
                seconds=take.motion.duration,
            ),
            Asker(partial(self._tell, wish.path), self._fail, self._forget, self._note),
        )  # fmt: skip

    def _tell(self, path: Path, sentence: object) -> None:
        self._session.notice.emit(Notice(str(sentence), file=path))

    def _fail(self, error: StudioError) -> None:
        self._session.notice.emit(Notice.of(error, Place.WINDOW))

    def _forget(self) -> None:
        """It was cancelled: no file was written."""

    def _note(self, note: str) -> None:
        self._session.notice.emit(Notice(note, level=Level.WARNING))
