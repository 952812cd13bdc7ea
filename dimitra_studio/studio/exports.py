"""Takes become files: asked for, made one after the other, told."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job
from dimitra_studio.core.requests import FitPortrait, RenderVideo
from dimitra_studio.core.speech import Utterance
from dimitra_studio.core.timebase import MOTION_FPS, TimeRange, frame_count, frames_within
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import Take
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import EXPORT, Asker, Keepsake
from dimitra_studio.studio.export_kinds import ExportKind, ExportWish
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import DEVICE, EXPORT_MARK, RENDERER

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter


@dataclass(frozen=True)
class Subject:
    """A take that may be exported, as it is at this moment, and what there is to choose from: `size` is the portrait's
    width and height in px (None while it is not known), `said` the words and phones of a voice of `seconds` (None
    while they are not known), `taken` what other exports write."""

    name: str
    take: Take
    portrait: FitPortrait | None
    sitter: "Sitter | None"
    voice: Path | None
    loop: TimeRange | None = None
    selection: TimeRange | None = None
    taken: tuple[Path, ...] = ()
    said: Utterance | None = None
    seconds: float = 0.0

    def frames_of(self, kind: ExportKind, part: TimeRange | None) -> tuple[int, float]:
        """How many frames a part of it has as this kind, and how many there are a second. Raises InputError where the
        part is not within it."""
        if kind.form is not None and kind.form.value.spoken:
            return len(frames_within(frame_count(self.seconds), part)), MOTION_FPS
        motion = self.take.motion
        return len(frames_within(len(motion), part, motion.fps)), motion.fps

    @property
    def size(self) -> tuple[int, int] | None:
        """The portrait's width and height, px."""
        return self.sitter.portrait.size if self.sitter else None

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Files that must not be written over."""
        return (*([self.portrait.portrait] if self.portrait else []), *([self.voice] if self.voice else []))


class Exports(QObject):
    """Writes takes as they were when it was asked; later changes do not reach them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._writing: list[Path] = []

    @property
    def count(self) -> int:
        """Exports that run or wait."""
        return len(self._writing)

    def subject(self) -> Subject | None:
        """The take that is shown, to be exported; None where there is none."""
        session, project = self._session, self._session.project
        if session.take is None:
            return None
        take = session.edited(session.take)  # not what a hand performs just now
        sitter = session.media.sitter
        face = sitter.fit.face if sitter else 0
        portrait = FitPortrait(project.portrait.path, face) if project.portrait else None
        return Subject(
            f"{session.title} {take.name}",
            take,
            portrait,
            sitter,
            project.voice.path if project.voice else None,
            project.loop,
            session.selection,
            tuple(self._writing),
            session.media.spoken,
            session.media.voice.seconds if session.media.voice else 0.0,
        )

    def ask(self, wish: ExportWish, subject: Subject) -> None:
        """Queues an export; a notice tells its end."""
        if wish.kind.film is not None and subject.portrait is None:
            self._session.notice.emit(Notice("A video needs a portrait.", "Drop one into the window.", Level.WARNING))
            return
        job = self._job(wish, subject)
        self._writing.append(wish.path)
        seconds = wish.part.duration if wish.part else subject.take.motion.duration
        self._session.jobs.submit(
            JobRequest(
                f"Export {wish.path.name}",
                f"{EXPORT} {wish.kind.name} {wish.size or 'own'}",
                job,
                Priority.EXPORT,
                seconds=seconds,
            ),
            Asker(
                partial(self._tell, wish.path),
                partial(self._fail, wish.path),
                partial(self._forget, wish.path),
                self._note,
                Keepsake(partial(self.ask, wish, subject), wish.path),
            ),
        )

    def _job(self, wish: ExportWish, subject: Subject) -> Callable[[Loader], Job[str]]:
        kind, settings = wish.kind, self._session.settings
        if kind.film is not None and subject.portrait is not None:
            sound = subject.voice if kind.film.has_sound else None
            request = RenderVideo(
                subject.portrait,
                wish.path,
                sound,
                settings.text(RENDERER),
                wish.size,
                kind.film,
                wish.crf,
                wish.part,
                settings.text(DEVICE),
                wish.even,
                wish.matte,
                settings.flag(EXPORT_MARK),
            )
            return partial(jobs.export_film, request, subject.take, subject.sitter)
        if kind.form is None:
            return partial(jobs.export_motion, wish.path, subject.take, wish.part)
        if kind.form.value.spoken:
            assert subject.said is not None  # else the dialog lets nobody ask
            return partial(jobs.export_speech, wish, subject)
        return partial(jobs.export_converted, wish, subject)

    def _tell(self, path: Path, sentence: object) -> None:
        self._forget(path)
        self._session.notice.emit(Notice(str(sentence), file=path))

    def _fail(self, path: Path, error: StudioError) -> None:
        self._forget(path)
        self._session.notice.emit(Notice.of(error, Place.WINDOW))

    def _forget(self, path: Path) -> None:
        """Nothing is written there any more."""
        self._writing.remove(path)

    def _note(self, note: str) -> None:
        self._session.notice.emit(Notice(note, level=Level.WARNING))
