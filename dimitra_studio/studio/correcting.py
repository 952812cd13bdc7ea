"""What is said, put right by the user: edges and phones at once, words when their phones are found."""

from functools import partial
from typing import cast

from PySide6.QtCore import QObject, Signal

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.speech import Utterance
from dimitra_studio.engine.jobs import JobRequest, Priority
from dimitra_studio.project.speech_commands import CorrectSpeech
from dimitra_studio.speech.corrections import with_new_word, with_word_text
from dimitra_studio.studio import jobs
from dimitra_studio.studio.board import Asker, JobBoard
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.notices import Level, Notice, Place
from dimitra_studio.studio.timeline.speech_hands import Corrected, Reworded


class Correcting(QObject):
    """`commanded` carries the command that follows, `noticed` a Notice."""

    commanded = Signal(object)
    noticed = Signal(object)

    def __init__(self, board: JobBoard, media: Media) -> None:
        super().__init__()
        self._board, self._media = board, media

    def keep(self, corrected: Corrected) -> None:
        """Words and phones as the user has put them."""
        if self._media.spoken is not None:
            self.commanded.emit(CorrectSpeech(corrected.spoken, self._media.spoken, corrected.title))

    def reword(self, wish: Reworded) -> None:
        """Another word, or one more, when it is known how it is pronounced."""
        request = JobRequest(
            f"Pronounce “{wish.text}”", "pronounce", partial(jobs.pronounce, wish.text), Priority.PREVIEW
        )
        asked = self._media.spoken
        self._board.submit(request, Asker(partial(self._say, wish, asked), self._fail, self._forget, self._note))

    def _say(self, wish: Reworded, asked: Utterance | None, result: object) -> None:
        spoken = self._media.spoken
        if spoken is None or spoken != asked:
            return  # it was changed meanwhile
        said = cast("tuple[tuple[str, tuple[str, ...]], ...]", result)
        if wish.index is not None:
            self.keep(Corrected(with_word_text(spoken, wish.index, said), "Change Word"))
            return
        symbols = tuple(symbol for _, phones in said for symbol in phones)
        try:
            self.keep(Corrected(with_new_word(spoken, wish.seconds, wish.text, symbols), "Add Word"))
        except ValueError:
            text = f"There is no room for “{wish.text}” at {wish.seconds:.2f} s."
            self._tell(Notice(text, "Make its neighbours shorter.", Level.WARNING, Place.TIMELINE))

    def refuse(self, sentence: str) -> None:
        """Tells why something was not done."""
        self._tell(Notice(sentence, level=Level.WARNING, place=Place.TIMELINE))

    def _fail(self, error: StudioError) -> None:
        self._tell(Notice.of(error, Place.TIMELINE))

    def _forget(self) -> None:
        """The word stays as it was."""

    def _note(self, note: str) -> None:
        self._tell(Notice(note, place=Place.TIMELINE))

    def _tell(self, notice: Notice) -> None:
        self.noticed.emit(notice)
