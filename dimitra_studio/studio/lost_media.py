"""Portraits and voices whose files are gone or are others than they were: told at their place, mended by a click."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal
from shiboken6 import delete, isValid

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.files import check_input, sha256_of
from dimitra_studio.project.commands import LocateMedia, SetPortrait, SetVoice
from dimitra_studio.project.document import MediaRef, Project
from dimitra_studio.project.media_files import find_media
from dimitra_studio.studio.errands import Errands
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.notices import Level, Notice, Offer, Place

_CALM = 500  # ms without a change of a file before it is looked at: it may be written to just now


class LostMedia(QObject):
    """Watches the files that the document names.

    `noticed` carries a Notice, `commanded` a command that mends the document; `locate_wanted` a MediaRef whose file the
    user wants to show: answer with `locate`.
    """

    noticed = Signal(object)
    commanded = Signal(object)
    locate_wanted = Signal(object)

    def __init__(self, media: Media, errands: Errands) -> None:
        super().__init__()
        self._media, self._errands = media, errands
        self._project = Project()
        self._watcher = QFileSystemWatcher(self)
        self._timer = QTimer(self, singleShot=True, interval=_CALM)
        self._watcher.fileChanged.connect(self._wait)
        self._timer.timeout.connect(self._look)
        # Queued: what is told while a project opens would be cleared away with what was told of the former one.
        media.missing.connect(self._tell_missing, Qt.ConnectionType.QueuedConnection)
        media.replaced.connect(self._tell_replaced)

    def close(self) -> None:
        """Watches nothing any more; once more does nothing."""
        # Left to Python, it would end on whichever thread collects garbage next, and Qt's loop would go on asking it.
        self._timer.stop()
        if isValid(self._watcher):
            delete(self._watcher)

    def follow(self, project: Project) -> None:
        """Watches the files of this document from now on."""
        self._project = project
        wanted = {str(each.path) for each in _media_of(project) if each.path.is_file()}
        watched = set(self._watcher.files())
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))

    def locate(self, media: MediaRef, path: Path) -> None:
        """The user says that a lost file is at `path` now; what else is lost is looked for beside it."""
        work = partial(_found_at, media, path, _media_of(self._project))
        self._errands.send(work, partial(self._take_found, media, path), self._fail)

    def _take_found(self, media: MediaRef, path: Path, found: dict[str, Path]) -> None:
        for sha256, place in found.items():
            self.commanded.emit(LocateMedia(sha256, place))
        if media.sha256 not in found:
            text = f"{path.name} is not the file that {media.name} was. Takes made with that one stay, and are marked."
            offer = Offer("Use it nevertheless", partial(self._use, media, path))
            self.noticed.emit(Notice(text, "", Level.WARNING, self._place(media), offers=(offer,)))

    def _use(self, media: MediaRef, path: Path) -> None:
        if self._place(media) is Place.PREVIEW:
            self._media.open_portrait(path)
        else:
            self._media.open_voice(path)

    def _tell_missing(self, media: MediaRef) -> None:
        text = f"{media.name} is missing: it was at {media.path}."
        self.noticed.emit(Notice(text, "", Level.WARNING, self._place(media), offers=(self._offer_to_locate(media),)))

    def _tell_replaced(self, media: MediaRef, present: MediaRef) -> None:
        text = f"{media.name} was changed on the disk. Takes made with the former file stay, and are marked."
        offers = (
            Offer("Use it as it is now", partial(self._take_present, media, present)),
            self._offer_to_locate(media),
        )
        self.noticed.emit(Notice(text, "", Level.WARNING, self._place(media), offers=offers))

    def _take_present(self, media: MediaRef, present: MediaRef) -> None:
        is_portrait = self._place(media) is Place.PREVIEW
        self.commanded.emit(SetPortrait(present) if is_portrait else SetVoice(present))

    def _offer_to_locate(self, media: MediaRef) -> Offer:
        return Offer("Locate…", partial(self.locate_wanted.emit, media))

    def _place(self, media: MediaRef) -> Place:
        portrait = self._project.portrait
        return Place.PREVIEW if portrait is not None and portrait.sha256 == media.sha256 else Place.TIMELINE

    def _wait(self, _path: str) -> None:
        self._timer.start()

    def _look(self) -> None:
        for media in _media_of(self._project):
            self._errands.send(partial(_present, media), partial(self._take_present_file, media), self._fail)

    def _take_present_file(self, media: MediaRef, present: MediaRef | None) -> None:
        if present is None:
            self._tell_missing(media)
        elif present != media:
            self._tell_replaced(media, present)

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.WINDOW))


def _media_of(project: Project) -> tuple[MediaRef, ...]:
    return tuple(media for media in (project.portrait, project.voice) if media is not None)


def _found_at(media: MediaRef, path: Path, others: tuple[MediaRef, ...]) -> dict[str, Path]:
    """Where lost files are, by their hashes."""
    check_input(path, "file")
    found = {media.sha256: path} if sha256_of(path) == media.sha256 else {}
    for other in others:
        if other != media and not other.path.is_file():
            place = find_media(other, path.parent)
            if place is not None:
                found[other.sha256] = place
    return found


def _present(media: MediaRef) -> MediaRef | None:
    """What lies now where a file lay; None where nothing does."""
    try:
        return MediaRef(media.path, media.name, sha256_of(media.path))
    except OSError:
        return None
