"""Takes the manual's pictures, `docs/images/*.png`: the real window with the sample and the engine that ships.

    python packaging/take_pictures.py [NAME ...]

Run it after the window has changed. All pictures are taken without a NAME; they need some minutes. The takes are made
with fixed seeds, so that only what has changed looks different.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from dimitra_studio.audio.sink import SilentSink
from dimitra_studio.core.channels import Group
from dimitra_studio.core.files import replacing
from dimitra_studio.core.paths import shipped_root
from dimitra_studio.core.requests import RendererName
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.engine.jobs import JobQueue
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.worker import Worker
from dimitra_studio.studio.board import JobBoard
from dimitra_studio.studio.comparison import Against, Compare
from dimitra_studio.studio.dialogs.export import ExportDialog
from dimitra_studio.studio.engine_thread import EngineThread
from dimitra_studio.studio.main_window import MainWindow
from dimitra_studio.studio.session import Engines, Session
from dimitra_studio.studio.settings import EXPORT_FOLDER, ON_FACE, RENDERER, Settings
from dimitra_studio.studio.theme import Scheme, Theme

FOLDER = shipped_root() / "docs" / "images"
LARGEST = 300_000  # bytes of a picture
PATIENCE = 900  # seconds
LOOK = 0.02  # seconds between looks at the window
CALM = 20  # looks without anything to do
SAID = 0.87, TimeRange(0.6, 1.7)  # seconds: in "a load", and about it


class Photographer:
    """A window on the sample, and the ways to bring it before the camera. Each way leaves the window as it found it,
    but for the takes and edits that it made."""

    def __init__(self, application: QApplication, folder: Path) -> None:
        settings = Settings(folder / "studio.ini")
        settings.set(RENDERER, RendererName.WARP.value)  # the same pixels on every machine
        settings.set(EXPORT_FOLDER, str(folder))
        engines = Engines(JobBoard(EngineThread(make_worker)), JobBoard(EngineThread()))
        self.session = Session(engines, settings, folder, SilentSink)
        self.window = MainWindow(self.session, Theme(application, Scheme.DARK, 1.0), folder)
        self.application = application
        self.window.show()
        self.window.status.look_around()
        self.wait(3)

    def wait(self, seconds: float = 0.0) -> None:
        """Until the window has had nothing to do for a while, and `seconds` at the least. Raises TimeoutError."""
        begun, calm = time.monotonic(), 0

        def rests() -> bool:
            nonlocal calm
            preview, session = self.window.preview, self.session
            drawn = preview.source.scene is None or preview.is_drawn
            calm = 0 if session.jobs.lines or session.drawing.lines or not drawn else calm + 1
            return calm > CALM and time.monotonic() > begun + seconds

        self.until(rests)

    @property
    def middle(self) -> QSize:
        """Of what stands between the docks, px."""
        middle = self.window.centralWidget()
        return QSize() if middle is None else middle.size()

    def until(self, there: Callable[[], bool]) -> None:
        """Until something is so. Raises TimeoutError."""
        last = time.monotonic() + PATIENCE
        while not there():
            self.application.processEvents()
            time.sleep(LOOK)
            if time.monotonic() > last:
                raise TimeoutError("The window is still busy.")

    def welcome(self) -> QPixmap:
        """The window without a project."""
        return self.window.grab()

    def studio(self) -> QPixmap:
        """The sample, as it opens."""
        self.session.open_sample()
        self.wait()
        self.session.seek(1.2)
        self.wait()
        return self.window.grab()

    def head(self) -> QPixmap:
        """The same moment on the head in 3D."""
        self.window.docks.bring_up("viewport")
        self.wait(3)
        return self.window.grab()

    def jobs(self) -> QPixmap:
        """Three takes that were asked for, the first under way."""
        self.session.generate(self.window.inspector.take_settings, seed=7, count=3)
        self.window.show_jobs()
        self.until(lambda: any(line.progress and line.progress.done for line in self.session.jobs.lines))
        return self.window.jobs.grab()

    def takes(self) -> QPixmap:
        """The takes that came of them, one starred."""
        self.wait()
        self.session.star_take()
        self.wait()
        return self.window.takes.grab()

    def next_take(self) -> QPixmap:
        """What the next take is made with."""
        self.window.resize(1440, 1020)  # all of the panels at the side
        self.window.docks.bring_up("inspector")
        self.window.inspector.seed.setValue(12)
        self.wait(1)
        return self.window.inspector.grab()

    def sliders(self) -> QPixmap:
        """A smile and raised brows for the whole take."""
        edits = self.window.edits
        self.window.docks.bring_up("edits")
        for name, value in (("smile", 0.35), ("brows", 0.3)):
            edits.sliders.faders[name].turned.emit(value)
        self.wait()
        return edits.grab()

    def expressions(self) -> QPixmap:
        """The expressions on the sitter's own face."""
        self.window.edits.pages.setCurrentIndex(1)
        self.wait(2)
        return self.window.edits.grab()

    def edit_list(self) -> QPixmap:
        """What was changed, in order."""
        self.window.edits.pages.setCurrentIndex(2)
        self.wait()
        return self.window.edits.grab()

    def curve(self) -> QPixmap:
        """The jaw's curve opened, a part of it selected and made calmer."""
        timeline = self.window.timeline
        self.window.edits.pages.setCurrentIndex(0)
        self.window.resize(1440, 1180)
        timeline.timeline.editor.activate_alone(timeline.timeline.curves[0])
        timeline.curves.open_lane()
        self.session.select(TimeRange(4.5, 5.1))
        timeline.curves.toward_rest()
        self.wait(1)
        return timeline.grab()

    def on_face(self) -> QPixmap:
        """The places on the face that can be dragged, from near."""
        self.window.timeline.curves.open_lane()
        self.session.select(None)
        self.window.layouts.watch()
        self.window.resize(1100, 1400)
        self.session.settings.set(ON_FACE, True)
        self.wait(1)
        wide, high = self.window.preview.width(), self.window.preview.height()
        return self.window.preview.grab(QRect(wide // 4, 0, wide // 2, high * 9 // 20))  # her head

    def compare(self) -> QPixmap:
        """The take beside the portrait."""
        self.session.settings.set(ON_FACE, False)
        self.window.resize(1100, 800)
        self.session.seek(4.76)
        self.session.comparison.choose(Against.PORTRAIT)
        self.session.comparison.choose_way(Compare.BESIDE)
        self.wait(1)
        return self.window.preview.grab()

    def puppet(self) -> QPixmap:
        """The puppeteer over the picture."""
        self.session.comparison.choose_way(Compare.OFF)
        self.window.puppet.open_up()
        self.wait(1)
        return self.window.grab(QRect(self.window.puppet.mapTo(self.window, QPoint()), self.middle))

    def word(self) -> QPixmap:
        """A word about to be written otherwise."""
        self.window.puppet.shut()
        self.window.layouts.edit()
        self.window.resize(1440, 900)
        self.session.seek(SAID[0])
        self.wait(1)
        self.window.timeline.timeline.verticalScrollBar().setValue(0)
        self.window.timeline.speech.write_word()
        return self.window.timeline.grab()

    def regenerate(self) -> QPixmap:
        """Alternatives of a moment, to choose from."""
        self.window.timeline.timeline.give_up()
        self.session.select(SAID[1])
        self.session.regenerate((SAID[1],), (Group.LIPS,), range(3, 6))
        self.wait()
        return self.window.timeline.grab()

    def export(self) -> QPixmap:
        """What is asked before an export."""
        self.window.export()
        dialog = self.window.findChild(ExportDialog)
        assert dialog is not None
        dialog.path.setText("My Film.mp4")
        self.wait(1)
        return dialog.grab()

    def leave(self) -> None:
        """Closes the window and waits for its threads."""
        self.window.end()
        self.until(lambda: not self.window.isVisible())


def make_worker(queue: JobQueue) -> Worker:
    """The engine's own."""
    return Worker(queue, partial(Loader, apart=True))


def write(shown: QPixmap, path: Path) -> None:
    """Writes a picture of 256 colours. Raises ValueError for one that is too large for the manual."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    shown.save(buffer, "PNG")
    seen = Image.open(BytesIO(bytes(buffer.data().data()))).convert("RGB")
    picture = seen.quantize(palette=seen.quantize(256, kmeans=3))
    with replacing(path) as part:
        picture.save(part, "PNG", optimize=True)
    size = path.stat().st_size
    print(f"{path.name}: {picture.width} x {picture.height}, {size / 1000:.0f} kB", flush=True)
    if size > LARGEST:
        raise ValueError(f"{path.name} has {size} bytes; a picture of the manual has {LARGEST} at most")


def main() -> None:
    """Takes the pictures that are named, or all, in the order in which the window comes by them."""
    application = QApplication(["pictures", "-platform", "offscreen"])
    wanted = set(sys.argv[1:])
    with TemporaryDirectory() as scratch:
        photographer = Photographer(application, Path(scratch))
        ways: tuple[Callable[[], QPixmap], ...] = (
            photographer.welcome, photographer.studio, photographer.head, photographer.jobs, photographer.takes,
            photographer.next_take, photographer.sliders, photographer.expressions, photographer.edit_list,
            photographer.curve, photographer.on_face, photographer.compare, photographer.puppet, photographer.word,
            photographer.regenerate, photographer.export,
        )  # fmt: skip
        for way in ways:
            shown = way()
            if not wanted or way.__name__ in wanted:
                write(shown, FOLDER / f"{way.__name__}.png")
        photographer.leave()


if __name__ == "__main__":
    main()
