"""Takes become files: asked for, made one after the other, told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job
from dimitra_studio.core.requests import USUAL_CRF, FilmKind, FitPortrait, RenderVideo
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.document import Take
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import EXPORT, Asker, Keepsake
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import DEVICE, RENDERER

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter


class ExportKind(StrEnum):
    """What a take may leave as."""

    VIDEO = FilmKind.MP4.value
    EDITING = FilmKind.PRORES.value
    PICTURES = FilmKind.PICTURES.value
    MOTION = "motion"

    @property
    def film(self) -> FilmKind | None:
        """Pictures and sound as what; None for the motion alone."""
        return None if self is ExportKind.MOTION else FilmKind(self.value)

    @property
    def suffix(self) -> str:
        """How the file's name ends; empty for a folder."""
        return ".npz" if self.film is None else self.film.suffix


@dataclass(frozen=True)
class ExportWish:
    """What to write where: `size` is the pictures' longer side in px (None = the portrait's own), `part` the stretch of
    the take (None = all of it)."""

    path: Path
    kind: ExportKind = ExportKind.VIDEO
    size: int | None = None
    crf: int = USUAL_CRF
    part: TimeRange | None = None


@dataclass(frozen=True)
class Subject:
    """A take that may be exported, as it is at this moment, and what there is to choose from: `size` is the portrait's
    width and height in px (None while it is not known), `taken` what other exports write."""

    name: str
    take: Take
    portrait: FitPortrait | None
    sitter: "Sitter | None"
    voice: Path | None
    loop: TimeRange | None = None
    selection: TimeRange | None = None
    taken: tuple[Path, ...] = ()

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
        )

    def ask(self, wish: ExportWish, subject: Subject) -> None:
        """Queues an export; a notice tells its end."""
        job: Callable[[Loader], Job[str]]
        film = wish.kind.film
        if film is None:
            job = partial(jobs.export_motion, wish.path, subject.take, wish.part)
        elif subject.portrait is not None:
            request = RenderVideo(
                subject.portrait,
                wish.path,
                subject.voice,
                self._session.settings.text(RENDERER),
                wish.size,
                film,
                wish.crf,
                wish.part,
                self._session.settings.text(DEVICE),
            )
            job = partial(jobs.export_film, request, subject.take, subject.sitter)
        else:
            self._session.notice.emit(Notice("A video needs a portrait.", "Drop one into the window.", Level.WARNING))
            return
        self._writing.append(wish.path)
        seconds = wish.part.duration if wish.part else subject.take.motion.duration
        self._session.jobs.submit(
            JobRequest(
                f"Export {wish.path.name}",
                f"{EXPORT} {wish.kind} {wish.size or 'own'}",
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
