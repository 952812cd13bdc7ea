"""Opening, dropping, pasting and saving, with the questions that they need."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from dimitra_studio.core.errors import InputError
from dimitra_studio.project.commands import SetKeeping
from dimitra_studio.project.document import Keeping, MediaRef
from dimitra_studio.project.storage import SUFFIX
from dimitra_studio.studio.clipboard import keep_picture, png_of
from dimitra_studio.studio.dialogs import leaving
from dimitra_studio.studio.dialogs.leaving import Leaving
from dimitra_studio.studio.files import (
    FileKind,
    kind_of,
    motion_filter,
    picture_filter,
    project_filter,
    script_filter,
    sorted_out,
    voice_filter,
    words_filter,
)
from dimitra_studio.studio.notices import Level, Notice, Offer, Place
from dimitra_studio.studio.preview.view import PictureView
from dimitra_studio.studio.session import Session
from dimitra_studio.studio.settings import OPEN_FOLDER

_THUMBNAIL = 128  # px


class Desk(QObject):
    """Brings the user's files to the session and back. Dialogs stand over `window`; `view` gives a saved project its
    thumbnail; a pasted picture is kept in `folder` until the project is saved."""

    def __init__(self, session: Session, window: QWidget, view: PictureView, folder: Path) -> None:
        super().__init__()
        self._session, self._window, self._view, self._folder = session, window, view, folder
        session.lost.locate_wanted.connect(self.locate)

    def new_project(self) -> None:
        """An empty project, when nothing is lost by it."""
        if self.may_leave():
            self._session.new_project()

    def open_sample(self) -> None:
        """The sample project, when nothing is lost by it."""
        if self.may_leave():
            self._session.open_sample()

    def open_files(self) -> None:
        """Asks for files of any kind."""
        filters = (project_filter(), picture_filter(), voice_filter(), script_filter(), words_filter(), motion_filter())
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open a project, or a portrait, a voice, its text or captions, motion", self._last_folder(),
            ";;".join(("Everything (*)", *filters)),
        )  # fmt: skip
        if names:
            self._keep_folder(Path(names[0]))
        self.open_paths([Path(name) for name in names])

    def choose_portrait(self) -> None:
        """Asks for a picture."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Choose a portrait", self._last_folder(), f"{picture_filter()};;Everything (*)"
        )
        if name:
            self._keep_folder(Path(name))
            self._session.open_portrait(Path(name))

    def choose_voice(self) -> None:
        """Asks for a recording."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, "Choose a voice", self._last_folder(), f"{voice_filter()};;Everything (*)"
        )
        if name:
            self._keep_folder(Path(name))
            self._session.open_voice(Path(name))

    def _last_folder(self) -> str:
        """Where a file was chosen last; empty for wherever the system begins."""
        return self._session.settings.text(OPEN_FOLDER)

    def _keep_folder(self, file: Path) -> None:
        self._session.settings.set(OPEN_FOLDER, str(file.parent))

    def open_path(self, path: Path) -> None:
        """Opens a file of any kind."""
        self.open_paths([path])

    def open_paths(self, paths: list[Path]) -> None:
        """Opens what was dropped or chosen: a project, or a portrait, a voice, what is said in it as text or as
        captions, motion. Of each but motion there is room for one; what is left out is told. Of several pictures the
        last good one is opened."""
        session, found = self._session, sorted_out(paths)
        for kind, files in found.items():
            if kind not in (FileKind.MOTION, FileKind.PORTRAIT) and len(files) > 1:
                left = ", ".join(path.name for path in files[:-1])
                sentence = f"There is room for one {kind}: {files[-1].name} is opened, not {left}."
                session.notice.emit(Notice(sentence, level=Level.WARNING))
        if FileKind.PROJECT in found:
            if self.may_leave():
                session.open_project(found[FileKind.PROJECT][-1])
            return
        if FileKind.PORTRAIT in found:
            *others, last = found[FileKind.PORTRAIT]
            session.open_portrait(last, tuple(others))
        if FileKind.VOICE in found:
            session.open_voice(found[FileKind.VOICE][-1])
        if FileKind.SCRIPT in found:
            session.open_script(found[FileKind.SCRIPT][-1])
        if FileKind.WORDS in found:
            session.words.ask(found[FileKind.WORDS][-1])
        for path in found.get(FileKind.MOTION, ()):
            session.incoming.ask(path)

    def paste_portrait(self) -> None:
        """Takes the clipboard's picture, or the files in it."""
        content = QGuiApplication.clipboard().mimeData()
        if content is not None and files_in(content):
            self.open_paths(files_in(content))
        elif content is not None and content.hasImage():
            self._open_picture(QGuiApplication.clipboard().image())
        else:
            self._session.notice.emit(Notice("The clipboard holds no picture.", level=Level.WARNING))

    def save(self) -> None:
        """Saves the project; asks where, the first time and where another window has its file."""
        path = self._session.path
        if path is None or self._session.file.is_read_only:
            self.save_as()
        else:
            self._session.save(path, self._thumbnail())

    def save_as(self) -> None:
        """Asks where, and saves the project there."""
        place = str(self._session.file.suggestion)
        name, _ = QFileDialog.getSaveFileName(self._window, "Save the project", place, project_filter())
        if not name:
            return
        path = Path(name)
        if kind_of(path) is FileKind.PROJECT:
            self._save_to(path)
            return
        path = Path(name + SUFFIX)  # for which the dialog has not asked
        if _is_there(path) and path != self._session.path:
            offer = Offer("Replace it", partial(self._save_to, path))
            text = f"The project is not saved: {path.name} is there already."
            self._session.notice.emit(Notice(text, level=Level.WARNING, offers=(offer,)))
        else:
            self._save_to(path)

    def _save_to(self, path: Path) -> None:
        self._session.save(path, self._thumbnail())

    def keep_by_size(self) -> None:
        """Portrait and voice are saved inside the project unless they are large."""
        self._keep(Keeping.BY_SIZE)

    def keep_inside(self) -> None:
        """Portrait and voice are saved inside the project."""
        self._keep(Keeping.INSIDE)

    def keep_linked(self) -> None:
        """Portrait and voice stay where they are, and the project names them."""
        self._keep(Keeping.LINKED)

    def _keep(self, keeping: Keeping) -> None:
        if keeping is not self._session.project.keeping:
            self._session.do(SetKeeping(keeping))
        else:
            self._session.file_changed.emit()  # the tick in the menu stays

    def locate(self, media: MediaRef) -> None:
        """Asks where a lost file is now."""
        name, _ = QFileDialog.getOpenFileName(self._window, f"Where is {media.name}?", media.name, "Everything (*)")
        if name:
            self._session.lost.locate(media, Path(name))

    def _open_picture(self, picture: QImage) -> None:
        try:
            self._session.open_portrait(keep_picture(picture, self._folder / "media"))
        except InputError as error:
            self._session.notice.emit(Notice.of(error, Place.PREVIEW))

    def may_leave(self) -> bool:
        """Whether the open document may go; asks where it is not saved, or where a take is being made."""
        saved = self._session.finish_saving()
        if self._session.errands.stopped:  # the window was closed meanwhile: nothing takes the document's place
            return False
        making = self._session.generation.in_progress(self._session.project)
        if saved:
            return not making or leaving.ask_to_stop(self._window, making)
        answer = leaving.ask_to_save(self._window, self._session.title, making)
        if answer is Leaving.SAVE:
            self.save()
            return self._session.finish_saving()
        return answer is Leaving.DISCARD

    def _thumbnail(self) -> bytes:
        """A small picture of what the preview shows, as PNG."""
        picture = self._view.frame
        if picture is None:
            return b""
        scaled = picture.scaled(
            _THUMBNAIL, _THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        return png_of(scaled)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long: saving says so
        return False


def files_in(content: QMimeData) -> list[Path]:
    """The files that are dragged or copied."""
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]
