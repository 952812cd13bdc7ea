"""Windows come and go in one process; nothing of them stays."""

import gc
import threading
from collections import Counter

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from dimitra_studio.studio.main_window import MainWindow

TIMES, FIRST = 20, 5  # until the fifth, what is kept for good has been made: fonts, styles, caches


def living() -> Counter:
    """How many of each kind of Qt's objects Python knows and Qt has."""
    gc.collect()
    found = (each for each in gc.get_objects() if issubclass(type(each), QObject))
    return Counter(type(each).__name__ for each in found if shiboken6.isValid(each))


def running() -> int:
    """How many of Python's own threads there are; what it once heard of a foreign one, as Qt's are, stays."""
    return sum(not thread.name.startswith("Dummy-") for thread in threading.enumerate())


@pytest.fixture
def use_a_window(open_session, theme, leaving, tmp_path, portrait, voice, qtbot):
    """Opens a window with portrait, voice, take and head in view, plays, and closes it."""

    def use():
        session = open_session()
        window = MainWindow(session, theme, tmp_path)
        window.show()
        window.docks.bring_up("viewport")
        window.desk.open_paths([portrait, voice])
        qtbot.waitUntil(lambda: session.media.heard is not None and session.media.sitter is not None)
        session.transport.play()
        qtbot.waitUntil(lambda: window.preview.is_drawn and window.head._viewport is not None)
        assert window.close()
        window.deleteLater()
        session.deleteLater()

    return use


def test_nothing_of_a_closed_window_stays(use_a_window, qapp, qtbot):
    for time in range(TIMES):
        use_a_window()
        if time in (FIRST, TIMES - 1):
            qtbot.waitUntil(lambda: not QApplication.topLevelWidgets())
            if time == FIRST:
                before, threads = living(), running()
    assert living() - before == Counter()
    qtbot.waitUntil(lambda: running() <= threads)  # lanes are not waited for
