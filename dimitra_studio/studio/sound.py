"""The thread that writes sound: `audio.playback` run for the window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

if TYPE_CHECKING:
    from dimitra_studio.audio.sink import OpenSink
    from dimitra_studio.audio.source import SoundSource


class SoundThread(QThread):
    """Plays a recording through `player` until `stop`; `told` carries what is wrong with the output, in a sentence."""

    told = Signal(object)

    def __init__(self, source: "SoundSource", open_sink: "OpenSink", parent: QObject) -> None:
        from dimitra_studio.audio.playback import Playback

        super().__init__(parent)
        self.source = source
        self.player = Playback(source, open_sink, self._tell)
        self.start()

    def run(self) -> None:
        """On the new thread."""
        self.player.run()

    def stop(self) -> None:
        """Falls silent and waits for the thread's end."""
        self.player.close()
        self.wait()

    def _tell(self, sentence: str) -> None:
        self.told.emit(sentence)
