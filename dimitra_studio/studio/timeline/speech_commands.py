"""What keys and menus do to the word or the phone at the playhead."""

from PySide6.QtCore import QObject

from dimitra_studio.studio.timeline.timeline import Timeline


class SpeechCommands(QObject):
    """The verbs of the action table for words and phones."""

    def __init__(self, timeline: Timeline) -> None:
        super().__init__(timeline)
        self._timeline = timeline

    def write_word(self) -> None:
        """Another text for the word, or one where there is none."""
        self._timeline.speech.write_word(self._here)

    def split_word(self) -> None:
        """Two words of one."""
        self._timeline.speech.split_word(self._here)

    def join_word(self) -> None:
        """The word and the next one as one."""
        self._timeline.speech.join_word(self._here)

    def delete_word(self) -> None:
        """Silence in its place."""
        self._timeline.speech.delete_word(self._here)

    def write_phone(self) -> None:
        """Another phone."""
        self._timeline.speech.change_phone(self._here)

    def split_phone(self) -> None:
        """The phone twice."""
        self._timeline.speech.split_phone(self._here)

    def join_phone(self) -> None:
        """The phone until the end of the next one."""
        self._timeline.speech.join_phone(self._here)

    def delete_phone(self) -> None:
        """Its neighbour in its place."""
        self._timeline.speech.delete_phone(self._here)

    @property
    def _here(self) -> float:
        return self._timeline.overlay.playhead
