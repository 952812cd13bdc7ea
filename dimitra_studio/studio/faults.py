"""A fault of the program's own in the window: told once, its story kept, the project still open."""

import logging
import traceback
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
