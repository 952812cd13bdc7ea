"""From a move of the mouse to the photoreal frame at the playhead: `python -m benchmarks.drag`.

The sample's take at 512 x 512 px; each drag is a press, moves and a release, as a hand makes them: of a curve, a key,
a slider, places on the face in the preview and on the 3D head. Beside wall time stands the processor time of the
whole process and of the window's own thread (see `benchmarks.studio`), and at last how busy the machine was: where
others compute, the first column says little.
"""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from benchmarks.studio import Bench, idle, told, wait
from dimitra_studio.studio.edits.face_handles import FaceHandles
from dimitra_studio.studio.preview.stage import Shown
from dimitra_studio.studio.settings import ON_FACE

MOVES, FRAME = 100, 30
_PATIENCE = 10  # s
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
_PLAIN = Qt.KeyboardModifier.NoModifier


class Hand:
    """Drags in a window, and takes the time."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.session, self.window = bench, bench.session, bench.window
        self.timeline = bench.window.timeline.timeline
        self.lane = self.timeline.curves[0]
        self.timeline.toggle_open(self.lane)
        self._arrived = False
        self._beat = QTimer(self.window, interval=500)  # ends waiting for a picture that does not come
        self._beat.start()
        self.window.preview.source.ready.connect(self._arrive)

    def on_curve(self) -> QPoint:
        """Where the curve is at the playhead's frame."""
        room = self.timeline.room_of(self.lane)
        assert room is not None
        assert self.session.shown is not None
        motion = self.session.shown.motion
        value = float(motion.values[FRAME, self.lane.channel])
        x = self.timeline.header + self.timeline.scale.x((FRAME + 0.5) / motion.fps)
        return QPointF(x, room.top() + self.lane.y(value, room.height())).toPoint()

    def drag(self, name: str, target: QWidget, start: QPoint, ways: Sequence[QPoint]) -> None:
        """From `start` by each of the `ways`, and again; prints how long each took until its frame was there."""
        wait(lambda: not self.session.drawing.lines, "film")
        idle(0.5)
        rows: list[tuple[float, ...]] = []
        QTest.mousePress(target, _LEFT, _PLAIN, start)
        for step in range(MOVES):
            self.window.preview.forget_frames()  # each frame is drawn, none is found
            self._arrived = False
            began = time.perf_counter(), time.process_time(), time.thread_time()
            self._move(target, start + ways[step % len(ways)])
            while not self._arrived and time.perf_counter() - began[0] < _PATIENCE:
                QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if not self._arrived:
                raise SystemExit(f"{name}: a move drew no picture in {_PATIENCE} s.")
            QCoreApplication.processEvents()  # it is painted
            ended = time.perf_counter(), time.process_time(), time.thread_time()
            rows.append(tuple(after - before for after, before in zip(ended, began, strict=True)))
        QTest.mouseRelease(target, _LEFT, _PLAIN, start)
        self.session.undo()  # or the next drag begins where a jaw cannot open farther, and draws nothing
        wall, work, own = (told(list(column)) for column in zip(*rows, strict=True))
        print(f"{name:34}{wall}   processor {work}   own {own}", flush=True)

    def drag_places(self, name: str, face: FaceHandles) -> None:
        """Jaw, corner of the mouth and brow, in a view of the face."""
        wait(lambda: bool(face.places()), "places on the face")
        ways = [QPoint(step % 3, 1 + 5 * step % 17) for step in range(51)]
        for wanted in ("chin", "corner_left", "brow_outer_left"):
            start = next(place for handle, place in face.places().items() if handle.id == wanted).toPoint()
            self.drag(f"{name}: {wanted}", face, start, ways)

    def _move(self, target: QWidget, place: QPoint) -> None:
        where = QPointF(place), QPointF(target.mapToGlobal(place))
        QCoreApplication.sendEvent(target, QMouseEvent(QEvent.Type.MouseMove, *where, _NONE, _LEFT, _PLAIN))

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
    """All drags, one after the other."""
    session, window = bench.session, bench.window
    session.seek((FRAME + 0.5) / 25)
    wait(lambda: window.preview.is_drawn, "frame")
    hand = Hand(bench)
    scene = window.preview.source.scene
    assert scene is not None
    print(f"{'{} x {} px'.format(*scene.size):34}median    95%, ms")
    curves = window.timeline.curves
    for name, prepare in (("curve, brush", curves.take_sculpt), ("curve, key", curves.take_arrow)):
        prepare()
        if name.endswith("key"):
            curves.add_key()
        up = [QPoint(0, -1 - 7 * step % 31) for step in range(31)]
        hand.drag(name, hand.timeline.viewport(), hand.on_curve(), up)
    window.docks.bring_up("edits")
    idle(0.5)
    for macro in ("smile", "open", "head_energy"):
        slider = window.edits.sliders.faders[macro].slider
        room = slider.width() // 3
        hand.drag(
            f"slider: {macro}", slider, slider.rect().center(), [QPoint(1 + 7 * step % room, 0) for step in range(room)]
        )
    session.settings.set(ON_FACE, True)
    hand.drag_places("face", window.on_face.in_preview)
    window.docks.bring_up("viewport")
    wait(lambda: window.head.view is not None and (window.head.view.is_drawn or bool(window.head.view.problem)), "head")
    if window.on_face.on_head is not None and not window.on_face.on_head.places():
        print("no 3D view here")
    elif window.on_face.on_head is not None:
        hand.drag_places("head", window.on_face.on_head)
    print(
        f"processes that wanted a processor, in the last 1, 5, 15 min: {os.getloadavg()} of {os.cpu_count()} processors"
    )


if __name__ == "__main__":
    main()
