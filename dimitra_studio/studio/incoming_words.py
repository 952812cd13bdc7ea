"""Words and phones out of other programs' files: captions, TextGrids, mouth shapes."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.speech import SpeechAnalysis, Utterance
from dimitra_studio.engine.jobs import JobRequest
from dimitra_studio.engine.loader import Loader
from dimitra_studio.project.speech_commands import CorrectSpeech
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.notices import Level, Notice, Place

if TYPE_CHECKING:
    from dimitra_studio.engine.hearing import HeardVoice

KIND = "words file"


def read_words(path: Path, speech: SpeechAnalysis, loader: Loader) -> Job[Utterance]:
    """What a file says of the voice, as `dimitra import` reads it. Raises InputError."""
    yield Progress("import", 0, 1)
    from dimitra_studio.engine.conversion import read_speech

    return (yield from read_speech(loader, path, speech)).utterance


class IncomingWords(QObject):
    """Reads files of words on the drawing thread, when the voice is heard. `commanded` carries the command that
    follows, `noticed` a Notice."""

    commanded = Signal(object)
    noticed = Signal(object)

    def __init__(self, board: JobBoard, media: Media) -> None:
        super().__init__()
        self._board, self._media = board, media
        self._waiting: Path | None = None
        media.changed.connect(self._go_on)

    def ask(self, path: Path) -> None:
        """The words and phones in a file become those of the voice, once it is heard."""
        if self._media.voice is None and self._media.opening_voice is None:
            text = f"{path.name} holds what is said in a voice, and there is no voice yet."
            self.noticed.emit(Notice(text, "Drop the recording, too.", Level.WARNING, Place.TIMELINE))
            return
        self._waiting = path
        self._go_on()

    def forget(self) -> None:
        """Another document is open, which has no use for what is being read."""
        self._waiting = None
        self._board.drop(lambda kind: kind == KIND)

    def _go_on(self) -> None:
        media, path = self._media, self._waiting
        if media.voice is None and media.opening_voice is None:
            self._waiting = None  # the recording that it came with is no good
            return
        if path is None or media.opening_voice is not None or media.heard is None:
            return
        self._waiting = None
        heard = media.heard
        request = JobRequest(f"Open {path.name}", KIND, partial(read_words, path, heard.speech))
        self._board.submit(request, Asker(partial(self._take, heard), self._fail, self._forget, self._tell))

    def _take(self, heard: "HeardVoice", result: object) -> None:
        if self._media.heard is not heard:
            return  # it is another voice by now
        said = cast(Utterance, result)
        self.commanded.emit(CorrectSpeech(said, self._media.spoken, "Import Words"))

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.TIMELINE))

    def _forget(self) -> None:
        """The words stay as they were."""

    def _tell(self, note: str) -> None:
        self.noticed.emit(Notice(note, level=Level.WARNING, place=Place.TIMELINE))
