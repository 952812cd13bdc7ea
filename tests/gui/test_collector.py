"""What widgets leave in cycles goes on the window's thread."""

import gc
import threading

import pytest
from PySide6.QtCore import QObject

from dimitra_studio.studio.collector import Collector


class Knot:
    """A cycle that says on which thread it went."""

    def __init__(self, gone):
        self.me, self.object, self.gone = self, QObject(), gone

    def __del__(self):
        self.gone.append(threading.current_thread())


@pytest.fixture
def collector(qapp):
    before = gc.get_threshold()
    gc.set_threshold(5, 1, 1)
    gc.enable()
    collector = Collector()
    yield collector
    collector.stop()
    gc.set_threshold(*before)


def test_other_threads_leave_garbage_to_the_window(collector, qtbot):
    gone = []
    Knot(gone)

    def work():
        keep = [[] for _ in range(20_000)]
        assert keep

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert not gone
    qtbot.waitUntil(lambda: bool(gone))
    assert gone == [threading.main_thread()]


def test_python_collects_again_afterwards(collector):
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()
