"""What is heard: `audio.playback` on a thread of its own, or a silent clock."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from dimitra_studio.audio.sink import OpenSink, Sink, SoundDeviceError
from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.studio.transport import SilentPlayer, Transport
from dimitra_studio.studio.volume import Volume

if TYPE_CHECKING:
    from dimitra_studio.audio.source import SoundSource


class SoundThread(QThread):
    """Plays a recording through `player` until `stop`; `told` carries a StudioError, `heard` comes when a device is
    open."""

    told = Signal(object)
    heard = Signal()

    def __init__(self, source: "SoundSource", open_sink: OpenSink, parent: QObject) -> None:
        from dimitra_studio.audio.playback import Playback

        super().__init__(parent)
        self.source, self._open_sink = source, open_sink
        self.player = Playback(source, self._open, self._tell)
        self.start()

    def run(self) -> None:
        """On the new thread."""
        self.player.run()

    def stop(self) -> None:
        """Falls silent and waits for the thread's end; with it the recording is let go."""
        self.player.close()
        self.wait()
        self.deleteLater()

    def _open(self, rate: int, channels: int) -> Sink:
        sink = self._open_sink(rate, channels)
        self.heard.emit()
        return sink

    def _tell(self, error: StudioError) -> None:
        self.told.emit(error)


class Speaker(QObject):
    """Gives the transport its player. `told` carries what is wrong with the sound output, in a sentence."""

    told = Signal(object)

    def __init__(self, transport: Transport, open_sink: OpenSink, volume: Volume) -> None:
        super().__init__()
        self.transport, self._open_sink, self._volume = transport, open_sink, volume
        self._thread: SoundThread | None = None
        self._known: set[str] = set()
        volume.changed.connect(self._set_volume)

    def follow(self, source: "SoundSource | None", duration: float) -> None:
        """Plays the voice, and on in silence where the take, of `duration` seconds, is of a longer one; without a voice
        it is silent altogether."""
        if source is not None:
            if self._thread is None or self._thread.source is not source:
                self.stop()
                self._start(source)
            self._play_to(duration)
        elif self._thread is not None or duration != self.transport.duration:
            self.stop()
            self.transport.use(SilentPlayer(duration))

    def rest(self) -> None:
        """Falls silent and lets the device go until something is to be heard again."""
        if self._thread is not None:
            source, duration = self._thread.source, self._thread.player.duration
            self.stop()
            self._start(source)
            self._play_to(duration)

    def stop(self) -> None:
        """Falls silent; waits for the thread's end."""
        self.transport.pause()
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def _start(self, source: "SoundSource") -> None:
        self._thread = SoundThread(source, self._open_sink, self)
        self._thread.told.connect(self._tell)
        self._thread.heard.connect(self._hear)
        self._set_volume()
        self.transport.use(self._thread.player)

    def _play_to(self, duration: float) -> None:
        """To the end of the longer one; a take has whole frames, and may be longer by a part of one."""
        assert self._thread is not None
        player, sound = self._thread.player, self._thread.source.frames / self._thread.source.rate
        end = duration if duration >= sound + 1 / MOTION_FPS else sound
        if end != player.duration:
            player.set_duration(end)
            self.transport.follow_length()

    def _tell(self, error: StudioError) -> None:
        """Once that there is no sound output, however many voices are opened, until there was one."""
        if isinstance(error, SoundDeviceError):
            if str(error) in self._known:
                return
            self._known.add(str(error))
        self.told.emit(str(error))

    def _hear(self) -> None:
        """There is a sound output: what was told of it is over."""
        self._known.clear()

    def _set_volume(self) -> None:
        if self._thread is not None:
            self._thread.player.set_gain(self._volume.gain)
