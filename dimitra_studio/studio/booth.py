"""Where a voice is recorded: a thread that listens to an input, the recordings there are, and what they sound like."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, QTimer, Signal

from dimitra_studio.studio.sound import Speaker

if TYPE_CHECKING:
    from dimitra_studio.audio.microphone import Inputs
    from dimitra_studio.audio.recording import RecorderState
    from dimitra_studio.audio.recordings import Recording
    from dimitra_studio.audio.source import SoundSource

_LOOK = 33  # ms between looks at the recorder


class RecorderThread(QThread):
    """Records into `folder` through `recorder` until `stop`."""

    def __init__(self, inputs: "Inputs", folder: Path, parent: QObject) -> None:
        from dimitra_studio.audio.recording import Recorder

        super().__init__(parent)
        self.recorder = Recorder(inputs, folder)
        self.start()

    def run(self) -> None:
        """On the new thread."""
        self.recorder.run()

    def stop(self) -> None:
        """Keeps what is recorded and waits for the thread's end."""
        self.recorder.close()
        self.wait()
        self.deleteLater()


class Booth(QObject):
    """Opens and closes; meanwhile `changed` comes many times a second, for the meter.

    `told` carries what keeps a recording from being heard, in a sentence. Recordings that are not used stay in
    `folder`; one that is goes to `media`.
    """

    changed = Signal()
    told = Signal(object)

    def __init__(self, inputs: "Inputs", speaker: Speaker, folder: Path, media: Path) -> None:
        """`speaker` plays recordings, on its own transport."""
        super().__init__()
        self._inputs, self._folder, self._media = inputs, folder, media
        self._thread: RecorderThread | None = None
        self._heard: SoundSource | None = None
        self._speaker = speaker
        self.transport = speaker.transport
        self._speaker.told.connect(self.told)
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self.changed)

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._thread is not None

    @property
    def state(self) -> "RecorderState":
        """What the recorder finds. Only while it is open."""
        assert self._thread is not None
        return self._thread.recorder.state

    @property
    def recording(self) -> bool:
        """Whether it records or is about to."""
        return self._thread is not None and self._thread.recorder.recording

    def open(self) -> None:
        """Looks for inputs and listens to the system's default."""
        if self._thread is None:
            self._thread = RecorderThread(self._inputs, self._folder, self)
            self._timer.start()

    def close(self) -> None:
        """Lets input and output go; what is being recorded is kept."""
        self._timer.stop()
        self._fall_silent()
        if self._thread is not None:
            self._thread.stop()
            self._thread = None

    def choose(self, name: str | None) -> None:
        """Listens to another input; None is the system's default."""
        if self._thread is not None:
            self._thread.recorder.choose(name)

    def look_again(self) -> None:
        """Looks for inputs anew."""
        self._fall_silent()
        if self._thread is not None:
            self._thread.recorder.look_again()

    def toggle(self) -> None:
        """Records, or ends the recording."""
        if self._thread is not None:
            self._fall_silent()  # else the microphone hears it
            recorder = self._thread.recorder
            recorder.stop() if recorder.recording else recorder.record()

    def listen_to(self, recording: "Recording") -> None:
        """Plays a recording, or no longer."""
        import soundfile

        from dimitra_studio.audio.source import SoundSource

        playing = self.transport.is_playing
        self._fall_silent()
        if not playing:
            try:
                self._heard = SoundSource(recording.path)
            except soundfile.LibsndfileError:
                self.told.emit(f"{recording.path.name} is no longer there.")
                return
            self._speaker.follow(self._heard, recording.seconds)
            self.transport.seek(0.0)
            self.transport.play()

    def take(self, recording: "Recording") -> Path:
        """Puts a recording where media are kept; returns its path there. Raises InputError where that cannot be."""
        from dimitra_studio.core.errors import InputError
        from dimitra_studio.core.files import cannot_write, make_folder

        self._fall_silent()
        path = self._media / recording.path.name
        make_folder(self._media)
        try:
            recording.path.replace(path)
        except FileNotFoundError as error:  # the folder was made just now
            raise InputError(f"{recording.path.name} is no longer there.", "Choose or record another.") from error
        except OSError as error:
            raise cannot_write(path, error) from error
        return path

    def _fall_silent(self) -> None:
        self._speaker.stop()
        if self._heard is not None:
            self._heard.close()
            self._heard = None
