"""The face and the head of the take that is shown, sent to other programs as the playhead moves."""

from threading import Condition
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from dimitra_studio.core.timebase import frame_at
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import STREAM, STREAM_HOST, STREAM_PORT, Setting

if TYPE_CHECKING:
    from dimitra_studio.export.vmc import Moment


class StreamThread(QThread):
    """Sends the latest moment; one that comes before the last has gone takes its place. `failed` carries why it ended
    by itself."""

    failed = Signal(str)

    def __init__(self, host: str, port: int, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._port = host, port
        self._changed = Condition()
        self._latest: Moment | None = None
        self._ended = False
        self.start()

    def send(self, moment: "Moment") -> None:
        """Sends it soon; waits for nothing."""
        with self._changed:
            self._latest = moment
            self._changed.notify()

    def stop(self) -> None:
        """Sends no more."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def run(self) -> None:
        """On the new thread."""
        from dimitra_studio.export.vmc import VmcClient

        try:
            client = VmcClient(self._host, self._port)
        except OSError as error:
            self.failed.emit(error.strerror or str(error))
            return
        try:
            while (moment := self._next()) is not None:
                client.send(moment)
        except OSError as error:
            self.failed.emit(error.strerror or str(error))
        finally:
            client.close()

    def _next(self) -> "Moment | None":
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._latest is not None)
            moment, self._latest = self._latest, None
            return None if self._ended else moment


class LiveStream(QObject):
    """Streams while the setting says so. It is off whenever the studio starts: nothing leaves the machine unasked."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._thread: StreamThread | None = None
        self._sent = -1
        session.settings.set(STREAM, False)
        session.settings.changed.connect(self._set)
        session.playhead_moved.connect(self._follow)
        session.document_changed.connect(self._repeat)

    def shut(self) -> None:
        """Ends the threads and waits for them."""
        self._let_go()
        for thread in self.findChildren(StreamThread):
            thread.wait()

    def _let_go(self) -> None:
        """Its thread ends when it can: it may be looking up a host's name."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.finished.connect(thread.deleteLater)
            thread.stop()

    def _set(self, setting: Setting) -> None:
        if setting not in (STREAM, STREAM_HOST, STREAM_PORT):
            return
        self._let_go()
        settings = self._session.settings
        if settings.flag(STREAM):
            self._thread = StreamThread(settings.text(STREAM_HOST), int(settings.number(STREAM_PORT)), self)
            self._thread.failed.connect(self._fail)
            self._repeat()

    def _repeat(self) -> None:
        """The frame at the playhead is another one."""
        self._sent = -1
        self._follow(self._session.transport.seconds)

    def _follow(self, seconds: float) -> None:
        take = self._session.shown if self._thread is not None else None
        if take is None or self._thread is None:
            return
        frame = min(frame_at(seconds, take.motion.fps), len(take.motion) - 1)
        if frame == self._sent:
            return
        self._sent = frame
        values = take.motion.values[frame]
        if np.isfinite(values).all():
            from dimitra_studio.export.vmc import Moment

            self._thread.send(Moment(values, seconds))

    def _fail(self, reason: str) -> None:
        if self.sender() is not self._thread:
            return  # it was switched off meanwhile
        settings = self._session.settings
        target = f"{settings.text(STREAM_HOST)}:{int(settings.number(STREAM_PORT))}"
        settings.set(STREAM, False)
        hint = "Look at the address in the settings."
        self._session.notice.emit(Notice(f"Nothing can be streamed to {target}: {reason}.", hint, Level.WARNING))
