"""What the project's portrait and voice hold: the fitted face, the sound, the words. Found by jobs, kept by hash."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard, cast

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.requests import AnalyseVoice, FitPortrait
from dimitra_studio.core.speech import Utterance
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.project.document import MediaRef, Project
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.notices import Level, Notice, Place

if TYPE_CHECKING:
    from dimitra_studio.engine.hearing import HeardVoice
    from dimitra_studio.engine.pipeline import Sitter


@dataclass(frozen=True, eq=False)
class _Opening:
    """A file on its way in: one of its own each time, also where the path is the same. `followed`: it is opened because
    the document names it, not by the user. `others` are tried where it is no good, the last one first; `again`: one
    before it was no good. `face` is which one of a picture."""

    path: Path
    followed: bool
    others: tuple[Path, ...] = ()
    again: bool = False
    face: int = 0


class Media(QObject):
    """The portrait and the voice that are open.

    `changed` when one of `sitter`, `voice`, `heard` and what is being opened is another; `portrait_opened` and
    `voice_opened` carry a MediaRef when the user's file turned out well, the former also which face of it, the latter
    the script that came with it or None; `noticed` carries a Notice. `missing` carries a MediaRef of the document that
    has no file, `replaced` one and what its file is now.
    """

    changed = Signal()
    portrait_opened = Signal(object, int)
    voice_opened = Signal(object, object)
    noticed = Signal(object)
    missing = Signal(object)
    replaced = Signal(object, object)

    def __init__(self, board: JobBoard, sound_folder: Path) -> None:
        super().__init__()
        self._board = board
        self.sound_folder = sound_folder
        self.sitter: Sitter | None = None
        self.voice: jobs.OpenedVoice | None = None
        self.heard: HeardVoice | None = None
        self._portrait: _Opening | None = None
        self._voice: _Opening | None = None
        self._opening_script: str | None = None
        self._listened: tuple[str, str | None] | None = None  # to which voice, with which script
        self._wanted = Project()  # what the document names

    @property
    def opening_portrait(self) -> Path | None:
        """The picture in which a face is looked for."""
        return None if self._portrait is None else self._portrait.path

    @property
    def is_second_choice(self) -> bool:
        """Whether the picture that is opened stands in for one that was no good."""
        return self._portrait is not None and self._portrait.again

    @property
    def opening_voice(self) -> Path | None:
        """The recording that is being read."""
        return None if self._voice is None else self._voice.path

    def open_portrait(self, path: Path, others: tuple[Path, ...] = ()) -> None:
        """Looks for the face in a picture; `portrait_opened` follows, or a notice and the last of the `others`."""
        self._open_portrait(_Opening(path, followed=False, others=others))

    def choose_face(self, face: int) -> None:
        """Looks at another face of the portrait; `portrait_opened` follows, or a notice."""
        portrait = self._wanted.portrait
        if portrait is not None and face != self._wanted.face:
            self._open_portrait(_Opening(portrait.path, followed=False, face=face))

    def _open_portrait(self, opening: _Opening) -> None:
        self._portrait, path = opening, opening.path
        self._ask(
            JobRequest(
                f"Look for the face in {self._told(path)}", "fit",
                partial(jobs.fit_portrait, FitPortrait(path, opening.face)), slot="portrait", interrupts=True,
            ),
            Asker(
                partial(self._portrait_done, opening), partial(self._portrait_failed, opening),
                partial(self._end_portrait, opening), self._portrait_noted,
            ),
        )  # fmt: skip

    @property
    def spoken(self) -> Utterance | None:
        """Words and phones: as the user has put them right, else as they are heard; None before."""
        if self.heard is None:
            return None
        return self.heard.speech.utterance if self._wanted.speech is None else self._wanted.speech

    @property
    def said(self) -> "HeardVoice | None":
        """The voice as takes are made of it; None before it is heard."""
        return None if self.heard is None else replace(self.heard, put_right=self._wanted.speech)

    @property
    def script(self) -> str | None:
        """What is said in the voice, where a text tells: the user's, or one beside it."""
        beside = None if self.voice is None else self.voice.script
        return beside if self._wanted.script is None else self._wanted.script

    def take_script(self, script: str) -> bool:
        """Keeps a script for the voice that the user is opening; False where none is."""
        if self._voice is None or self._voice.followed:
            return False
        self._opening_script = script
        return True

    def open_voice(self, path: Path, script: str | None = None) -> None:
        """Reads a recording, then listens to what is said; `voice_opened` follows after the first, or a notice."""
        self._open_voice(_Opening(path, followed=False), script)

    def _open_voice(self, opening: _Opening, script: str | None = None) -> None:
        self._voice, self._opening_script, path = opening, script, opening.path
        self._ask(
            JobRequest(
                f"Open {self._told(path)}", "sound", partial(jobs.open_voice, path, self.sound_folder),
                slot="voice", interrupts=True,
            ),
            Asker(
                partial(self._voice_done, opening), partial(self._voice_failed, opening),
                partial(self._end_voice, opening), self._voice_noted,
            ),
        )  # fmt: skip

    def follow(self, project: Project) -> None:
        """Opens what the document names and is not open, and lets go of what it does not name."""
        self._wanted = project
        if not self._is_seated(project):
            self.sitter = None
            if self._is_there(project.portrait) and not self._is_opening(project.portrait.path, project.face):
                self._open_portrait(_Opening(project.portrait.path, followed=True, face=project.face))
        if not self._is_open(project.voice, self.voice.sha256 if self.voice else None):
            self.voice = self.heard = None
            if self._is_there(project.voice) and project.voice.path != self.opening_voice:
                self._open_voice(_Opening(project.voice.path, followed=True))
        elif self.voice is not None and self._listened != (self.voice.sha256, self.script):
            self._listen(self.voice)  # with another script
        self.changed.emit()

    def resume(self) -> None:
        """Takes up again what was cancelled: the face, the sound, the words."""
        self.follow(self._wanted)
        listening = any(line.kind == "speech" for line in self._board.lines)
        if self.voice is not None and self.heard is None and not listening:
            self._listen(self.voice)

    def give_up(self) -> None:
        """What is being opened is wanted no longer; its jobs are cancelled already."""
        self._portrait = self._voice = None
        if self.heard is None:
            self._listened = None  # else a document with the same voice would wait for words that nobody looks for

    def _is_there(self, wanted: MediaRef | None) -> TypeGuard[MediaRef]:
        """Whether the document names it and there is such a file; where there is none, that is told."""
        if wanted is not None and not wanted.path.is_file():
            self.missing.emit(wanted)
            return False
        return wanted is not None

    def _is_another(self, wanted: MediaRef | None, opening: _Opening, sha256: str) -> bool:
        """Whether a file that was opened for the document's sake is not what the document means; told, where it lies
        where that lay."""
        if not opening.followed or self._is_open(wanted, sha256):
            return False
        if wanted is not None and wanted.path == opening.path:
            self.replaced.emit(wanted, MediaRef(opening.path, wanted.name, sha256))
        return True

    def _is_seated(self, project: Project) -> bool:
        """Whether the face that the document names is known."""
        sitter = self.sitter
        return (
            sitter is not None
            and self._is_open(project.portrait, sitter.portrait.sha256)
            and sitter.fit.face == project.face
        )

    def _is_opening(self, path: Path, face: int) -> bool:
        return self._portrait is not None and (self._portrait.path, self._portrait.face) == (path, face)

    def _is_open(self, wanted: MediaRef | None, sha256: str | None) -> bool:
        return wanted is not None and wanted.sha256 == sha256

    def _told(self, path: Path) -> str:
        """What the user calls a file: one that lay in a project is kept under its hash."""
        named = (media for media in (self._wanted.portrait, self._wanted.voice) if media is not None)
        return next((media.name for media in named if media.path == path), path.name)

    def _ask(self, request: JobRequest, asker: Asker) -> None:
        self._board.submit(request, asker)
        self.changed.emit()

    def _portrait_done(self, opening: _Opening, result: object) -> None:
        sitter = cast("Sitter", result)
        if self._portrait is not opening:
            return  # another one was wanted meanwhile
        self._portrait = None
        if self._is_another(self._wanted.portrait, opening, sitter.portrait.sha256):
            self.changed.emit()
            return  # it is wanted no longer
        self.sitter = sitter
        if opening.others:
            left = ", ".join(path.name for path in opening.others)
            text = f"There is room for one portrait: {opening.path.name} is opened, not {left}."
            self.noticed.emit(Notice(text, level=Level.WARNING, place=Place.PREVIEW))
        if not self._is_seated(self._wanted):
            named = MediaRef(opening.path, sitter.portrait.name, sitter.portrait.sha256)
            self.portrait_opened.emit(named, sitter.fit.face)
        self.changed.emit()

    def _portrait_failed(self, opening: _Opening, error: StudioError) -> None:
        if self._portrait is not opening:
            return
        self._portrait = None
        self.noticed.emit(Notice.of(error, Place.PREVIEW))
        if opening.others:
            *others, last = opening.others
            self._open_portrait(_Opening(last, followed=False, others=tuple(others), again=True))
        self.changed.emit()

    def _end_portrait(self, opening: _Opening) -> None:
        """Cancelled; perhaps because another one is opened."""
        if self._portrait is opening:
            self._portrait = None
            self.changed.emit()

    def _portrait_noted(self, note: str) -> None:
        self.noticed.emit(Notice(note, level=Level.WARNING, place=Place.PREVIEW))

    def _voice_done(self, opening: _Opening, result: object) -> None:
        opened = cast(jobs.OpenedVoice, result)
        if self._voice is not opening:
            return  # another one was wanted meanwhile
        self._voice = None
        if self._is_another(self._wanted.voice, opening, opened.sha256):
            self.changed.emit()
            return
        self.voice, self.heard, self._listened = opened, None, None
        if not self._is_open(self._wanted.voice, opened.sha256) or self._opening_script not in (None, self.script):
            named = MediaRef(opened.path, opened.path.name, opened.sha256)
            self.voice_opened.emit(named, self._opening_script)
        if self._listened is None:  # else the document has asked for it
            self._listen(opened)

    def _listen(self, voice: jobs.OpenedVoice) -> None:
        self.heard, self._listened = None, (voice.sha256, self.script)
        self._ask(
            JobRequest(
                f"Listen to {self._told(voice.path)}", "speech",
                partial(jobs.analyse_voice, AnalyseVoice(voice.path, self.script)),
                slot="speech", interrupts=True, seconds=voice.seconds,
            ),
            Asker(
                partial(self._speech_done, self._listened), self._speech_failed, self.changed.emit, self._voice_noted
            ),
        )  # fmt: skip

    def _voice_failed(self, opening: _Opening, error: StudioError) -> None:
        if self._voice is not opening:
            return
        self._voice = None
        self.noticed.emit(Notice.of(error, Place.TIMELINE))
        self.changed.emit()

    def _end_voice(self, opening: _Opening) -> None:
        """Cancelled; perhaps because another one is opened."""
        if self._voice is opening:
            self._voice = None
            self.changed.emit()

    def _voice_noted(self, note: str) -> None:
        self.noticed.emit(Notice(note, place=Place.TIMELINE))

    def _speech_done(self, asked: object, result: object) -> None:
        if self.voice is not None and asked == self._listened:  # else another one is wanted by now
            self.heard = cast("HeardVoice", result)
            self.changed.emit()

    def _speech_failed(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.TIMELINE))
        self.changed.emit()
