"""Ctrl+C in the terminal, and the system's wish that the program ends.

Python's own handlers run between two lines of Python, and an idle window runs none: the signal's number is written into
a socket instead, which wakes Qt's loop.
"""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Signal

_HEARD = (signal.SIGINT, signal.SIGTERM)


class Interrupts(QObject):
    """`interrupted` is Ctrl+C, `ended` the system's wish. Python allows one at a time, in the main thread."""

    interrupted = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._here, self._there = socket.socketpair()
        for end in (self._here, self._there):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._here.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._hear)
        # Python writes numbers of signals that it handles only, and the usual handlers raise in the middle of anything.
        self._before = {number: signal.signal(number, _leave_to_the_socket) for number in _HEARD}
        self._wakeup = signal.set_wakeup_fd(self._there.fileno())

    def stop(self) -> None:
        """Signals do again what they did before."""
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._here.close()
        self._there.close()

    def _hear(self) -> None:
        for number in self._here.recv(64):
            if number == signal.SIGTERM:
                self.ended.emit()
            elif number == signal.SIGINT:
                self.interrupted.emit()


def _leave_to_the_socket(_number: int, _frame: object) -> None:
    """The number is in the socket already."""
