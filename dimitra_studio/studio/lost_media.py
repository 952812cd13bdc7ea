"""Portraits and voices whose files are gone or are others than they were: told at their place, mended by a click."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.files import check_input, sha256_of
from dimitra_studio.project.commands import LocateMedia, SetPortrait, SetVoice
from dimitra_studio.project.document import MediaRef, Project
from dimitra_studio.project.media_files import find_media
from dimitra_studio.studio.errands import Errands
from dimitra_studio.studio.media import Media
from dimitra_studio.studio.notices import Level, Notice, Offer, Place

_Stamp: TypeAlias = tuple[int, int] | None  # time of the last change in ns, bytes; None where there is no file


class LostMedia(QObject):
    """Looks at the files that the document names when they are opened, and when the user comes back from elsewhere.

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
        self._stamps: dict[Path, _Stamp] = {}
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._come_back)
        # Queued: what is told while a project opens would be cleared away with what was told of the former one.
        media.missing.connect(self._tell_missing, Qt.ConnectionType.QueuedConnection)
        media.replaced.connect(self._tell_replaced)

    def follow(self, project: Project) -> None:
        """The files of this document are looked at from now on."""
        self._project = project
        self._stamps = {each.path: _stamp(each.path) for each in _media_of(project)}

    def look(self) -> None:
        """Tells of files that are others than they were."""
        for media in _media_of(self._project):
            stamp = _stamp(media.path)
            if stamp != self._stamps[media.path]:
                self._stamps[media.path] = stamp
                self._look_at(media, self._compare)

    def locate(self, media: MediaRef, path: Path) -> None:
        """The user says that a lost file is at `path` now; what else is lost is looked for beside it."""
        work = partial(_found_at, media, path, _media_of(self._project))
        self._errands.send(work, partial(self._take_found, media, path), self._fail)

    def _take_found(self, media: MediaRef, path: Path, found: dict[str, Path]) -> None:
        named = {each.sha256 for each in _media_of(self._project)}
        for sha256 in found.keys() & named:
            self.commanded.emit(LocateMedia(sha256, found[sha256]))
        if media.sha256 not in named:
            self._tell_given_up(media)
        elif media.sha256 not in found:
            text = f"{path.name} is not the file that {media.name} was. Takes made with that one stay, and are marked."
            self._tell(media, text, Offer("Use it nevertheless", partial(self._use, media, path)))

    def _use(self, media: MediaRef, path: Path) -> None:
        match self._place(media):
            case Place.PREVIEW:
                self._media.open_portrait(path)
            case Place.TIMELINE:
                self._media.open_voice(path)
            case None:
                self._tell_given_up(media)

    def _tell_missing(self, media: MediaRef) -> None:
        self._tell(media, f"{media.name} is missing: it was at {media.path}.", self._offer_to_locate(media))

    def _tell_replaced(self, media: MediaRef) -> None:
        text = f"{media.name} was changed on the disk. Takes made with the former file stay, and are marked."
        # As it is when it is wanted: it may change further until then.
        look = partial(self._look_at, media, self._take_present)
        self._tell(media, text, Offer("Use it as it is now", look), self._offer_to_locate(media))

    def _tell(self, media: MediaRef, text: str, *offers: Offer) -> None:
        """At the place of the media; the document may name others by now."""
        place = self._place(media)
        if place is not None:
            self.noticed.emit(Notice(text, "", Level.WARNING, place, offers=offers))

    def _tell_given_up(self, media: MediaRef) -> None:
        self.noticed.emit(Notice(f"The project does not use {media.name} any more.", "Open it to use it again."))

    def _take_present(self, media: MediaRef, present: MediaRef | None) -> None:
        place = self._place(media)
        if place is None:
            self._tell_given_up(media)
        elif present is None:
            self._tell_missing(media)
        else:
            self.commanded.emit(SetPortrait(present) if place is Place.PREVIEW else SetVoice(present))

    def _offer_to_locate(self, media: MediaRef) -> Offer:
        return Offer("Locate…", partial(self.locate_wanted.emit, media))

    def _place(self, media: MediaRef) -> Place | None:
        """Where the document shows it; None where it names another, or none."""
        for place, named in ((Place.PREVIEW, self._project.portrait), (Place.TIMELINE, self._project.voice)):
            if named is not None and named.sha256 == media.sha256:
                return place
        return None

    def _come_back(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and not self._errands.stopped:
            self.look()

    def _look_at(self, media: MediaRef, done: Callable[[MediaRef, MediaRef | None], None]) -> None:
        self._errands.send(partial(_present, media), partial(done, media), self._fail)

    def _compare(self, media: MediaRef, present: MediaRef | None) -> None:
        if present is None:
            self._tell_missing(media)
        elif present != media:
            self._tell_replaced(media)

    def _fail(self, error: StudioError) -> None:
        self.noticed.emit(Notice.of(error, Place.WINDOW))


def _media_of(project: Project) -> tuple[MediaRef, ...]:
    return tuple(media for media in (project.portrait, project.voice) if media is not None)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


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
