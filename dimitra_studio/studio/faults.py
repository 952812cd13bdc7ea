"""Faults of the program's own: those in the window are told and the project stays open; the story of one that ended
the program is shown at the next start."""

import faulthandler
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from dimitra_studio import __version__
from dimitra_studio.studio.notices import Level, Notice
from dimitra_studio.studio.session import Session

_log = logging.getLogger(__name__)


class FaultReporter:
    """For `sys.excepthook`: what no slot caught."""

    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self._file = folder / "last-error.txt"

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Writes the story and says where it is."""
        self._session.keep_work()
        story = "".join(traceback.format_exception(kind, error, trace))
        _log.error("The window met a fault.\n%s", story)
        where = f"Please report it with the file {self._file}."
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(f"Dimitra Studio {__version__}\n{story}", encoding="utf-8", errors="backslashreplace")
        except OSError:
            where = "Please report it."
        text = f"Something went wrong inside the program ({kind.__name__}). Your project is still open."
        self._session.notice.emit(Notice(text, where, Level.ERROR))


class CrashStory:
    """Where a fault that ends the program at once (in a library, in a driver) leaves the places in the code."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "crash.txt"
        self._former = folder / "last-crash.txt"

    def tell(self, session: Session) -> None:
        """Says so where the program ended like that the last time."""
        try:
            if not self._file.is_file() or self._file.stat().st_size == 0:
                return
            self._file.replace(self._former)
        except OSError as error:
            _log.warning("The story of the last crash cannot be read: %s", error)
            return
        text = "Dimitra Studio was ended by a fault the last time."
        session.notice.emit(Notice(text, "Please report it with this file.", Level.WARNING, file=self._former))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Writes the story from here on, should there be one."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)  # a new user has none yet
            stream = self._file.open("ab")
        except OSError as error:
            _log.warning("A crash could not be written down: %s", error)
            yield
            return
        with stream:
            faulthandler.enable(stream)
            yield
            faulthandler.disable()
