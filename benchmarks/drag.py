"""From a move of the mouse on a curve to the photoreal frame at the playhead: `python -m benchmarks.drag`.

The sample's take at 512 x 512 px; each drag is a press, moves and a release, as a hand makes them.
"""

import os
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest

from benchmarks.studio import Bench, told, wait
from dimitra_studio.studio.preview.stage import Shown

MOVES, FRAME = 100, 30
_LEFT = Qt.MouseButton.LeftButton


class Hand:
    """Works on the first curve of a window."""

    def __init__(self, bench: Bench) -> None:
        self.session, self.window = bench.session, bench.window
        self.view = bench.window.timeline.timeline
        self.lane = self.view.curves[0]
        self.view.toggle_open(self.lane)
        self._arrived = False
        self.window.preview.source.ready.connect(self._arrive)

    def place(self) -> QPoint:
        """Where the curve is at the playhead's frame."""
        room = self.view.room_of(self.lane)
        assert room is not None
        assert self.session.shown is not None
        motion = self.session.shown.motion
        value = float(motion.values[FRAME, self.lane.channel])
        x = self.view.header + self.view.scale.x((FRAME + 0.5) / motion.fps)
        return QPointF(x, room.top() + self.lane.y(value, room.height())).toPoint()

    def drag(self) -> tuple[list[float], list[float]]:
        """Wall and processor seconds from each move to its frame on the screen."""
        walls, works, start = [], [], self.place()
        QTest.mousePress(self.view.viewport(), _LEFT, Qt.KeyboardModifier.NoModifier, start)
        for step in range(MOVES):
            self.window.preview.forget_frames()  # each frame is drawn, none is found
            self._arrived = False
            began, worked = time.perf_counter(), time.process_time()
            self._move(start - QPoint(0, 1 + 7 * step % 31))
            while not self._arrived:
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            walls.append(time.perf_counter() - began)
            works.append(time.process_time() - worked)
        QTest.mouseRelease(self.view.viewport(), _LEFT, Qt.KeyboardModifier.NoModifier, start)
        return walls, works

    def _move(self, place: QPoint) -> None:
        target = self.view.viewport()
        where = QPointF(place), QPointF(target.mapToGlobal(place))
        none, plain = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
        QCoreApplication.sendEvent(target, QMouseEvent(QEvent.Type.MouseMove, *where, none, _LEFT, plain))

    def _arrive(self, _shown: Shown) -> None:
        self._arrived = True


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        try:
            bench.warm_up()
            bench.session.open_sample()
            wait(lambda: bench.session.take is not None and bench.window.preview.is_drawn, "sample")
            wait(bench.quiet, "sample")
            report(bench)
        finally:
            bench.close()


def report(bench: Bench) -> None:
    """Drags with a brush, then a key."""
    session = bench.session
    session.seek((FRAME + 0.5) / 25)
    wait(lambda: bench.window.preview.is_drawn, "frame")
    hand = Hand(bench)
    scene = bench.window.preview.source.scene
    assert scene is not None
    print(f"{'{} x {} px'.format(*scene.size):34}median    95%, ms")
    for name, prepare in (
        ("brush to frame", bench.window.timeline.curves.take_sculpt),
        ("key to frame", bench.window.timeline.curves.take_arrow),
    ):
        prepare()
        if name.startswith("key"):
            bench.window.timeline.curves.add_key()
        wait(lambda: not session.drawing.lines, "film")
        walls, works = hand.drag()
        print(f"{name:34}{told(walls)}   processor {told(works)}")


if __name__ == "__main__":
    main()
