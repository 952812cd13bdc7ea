"""What is heard: `audio.playback` on a thread of its own, or a silent clock."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from dimitra_studio.studio.transport import SilentPlayer, Transport

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


class Speaker(QObject):
    """Gives the transport its player. `told` carries what is wrong with the sound output, in a sentence."""

    told = Signal(object)

    def __init__(self, transport: Transport, open_sink: "OpenSink") -> None:
        super().__init__()
        self._transport, self._open_sink = transport, open_sink
        self._thread: SoundThread | None = None

    def follow(self, source: "SoundSource | None", duration: float) -> None:
        """Plays the voice, or where there is none, counts `duration` seconds in silence."""
        if source is not None:
            if self._thread is None or self._thread.source is not source:
                self.stop()
                self._start(source)
        elif self._thread is not None or duration != self._transport.duration:
            self.stop()
            self._transport.use(SilentPlayer(duration))

    def rest(self) -> None:
        """Falls silent and lets the device go until something is to be heard again."""
        if self._thread is not None:
            source = self._thread.source
            self.stop()
            self._start(source)

    def stop(self) -> None:
        """Falls silent; waits for the thread's end."""
        self._transport.pause()
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def _start(self, source: "SoundSource") -> None:
        self._thread = SoundThread(source, self._open_sink, self)
        self._thread.told.connect(self.told)
        self._transport.use(self._thread.player)
