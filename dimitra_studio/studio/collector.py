"""Garbage in cycles is collected on the window's thread alone.

Python collects it on whichever thread happens to allocate. Widgets that are left in a cycle would then be destroyed on
an engine's thread: Qt crashes, or the two threads wait for each other for ever, one with Qt's lock for Python's, the
other with Python's for Qt's.
"""

import gc

from PySide6.QtCore import QObject, QTimer

_PERIOD = 500  # ms


class Collector(QObject):
    """Collects in place of Python, from its making to `stop`, by the thresholds that Python would go by."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self, interval=_PERIOD)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Looks through the oldest generation whose turn it is, and the younger ones with it."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Python collects by itself again, when what is left of the window has gone before Qt does."""
        self._timer.stop()
        gc.collect()
        gc.enable()
