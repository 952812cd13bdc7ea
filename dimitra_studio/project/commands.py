"""What a user does to a project: one small value each, applied to a document and giving the next one.

`title` stands behind "Undo" in the menu. Raises LookupError where a take or marker is named that is not there.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Protocol

from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Keeping, Marker, MediaRef, Project, Take, TimeRange


class Command(Protocol):
    """One action."""

    @property
    def title(self) -> str:
        """What it does, as a menu says it."""
        ...

    def apply(self, project: Project) -> tuple[Project, Change]:
        """The next document, and what is different in it."""
        ...


@dataclass(frozen=True)
class SetPortrait:
    """Another portrait, and which of its faces; None takes it away."""

    portrait: MediaRef | None
    face: int = 0
    title: ClassVar[str] = "Change Portrait"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102 - as in Command
        return replace(project, portrait=self.portrait, face=self.face), Change(Part.PORTRAIT)


@dataclass(frozen=True)
class ChooseFace:
    """Another face of the portrait; 0 is the largest."""

    face: int
    title: ClassVar[str] = "Choose Face"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return replace(project, face=self.face), Change(Part.PORTRAIT)


@dataclass(frozen=True)
class SetVoice:
    """Another voice, and what is said in it where the user knows; None takes it away."""

    voice: MediaRef | None
    script: str | None = None
    title: ClassVar[str] = "Change Voice"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        other = replace(project, voice=self.voice, script=self.script, speech=None)
        return other, Change(Part.VOICE | Part.SPEECH)


@dataclass(frozen=True)
class AddTake:
    """A new take, last in the list and shown."""

    take: Take
    title: ClassVar[str] = "Add Take"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        takes = (*project.takes, self.take)
        return replace(project, takes=takes, current=self.take.id), Change(Part.TAKES | Part.CURRENT, self.take.id)


@dataclass(frozen=True)
class DeleteTake:
    """Without the take; where it was shown, its neighbour is."""

    take_id: str
    title: ClassVar[str] = "Delete Take"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        place = project.takes.index(project.find_take(self.take_id))
        takes = (*project.takes[:place], *project.takes[place + 1 :])
        current = project.current
        if current == self.take_id:
            current = takes[min(place, len(takes) - 1)].id if takes else None
        return replace(project, takes=takes, current=current), Change(Part.TAKES | Part.CURRENT, self.take_id)


@dataclass(frozen=True)
class SelectTake:
    """Another take is shown."""

    take_id: str
    title: ClassVar[str] = "Select Take"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        return replace(project, current=take.id), Change(Part.CURRENT, take.id)


@dataclass(frozen=True)
class RenameTake:
    """Another name for a take."""

    take_id: str
    name: str
    title: ClassVar[str] = "Rename Take"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return _with_take(project, replace(project.find_take(self.take_id), name=self.name))


@dataclass(frozen=True)
class StarTake:
    """A take is marked as a good one, or no longer."""

    take_id: str
    starred: bool
    title: ClassVar[str] = "Star Take"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return _with_take(project, replace(project.find_take(self.take_id), starred=self.starred))


@dataclass(frozen=True)
class NoteTake:
    """Words about a take."""

    take_id: str
    note: str
    title: ClassVar[str] = "Change Note"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return _with_take(project, replace(project.find_take(self.take_id), note=self.note))


@dataclass(frozen=True)
class PutMarker:
    """A new marker, or one of the same id moved or renamed; markers stay in the order of time."""

    marker: Marker
    title: ClassVar[str] = "Put Marker"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        others = [marker for marker in project.markers if marker.id != self.marker.id]
        markers = sorted((*others, self.marker), key=lambda marker: marker.seconds)
        return replace(project, markers=tuple(markers)), Change(Part.MARKERS)


@dataclass(frozen=True)
class DeleteMarker:
    """Without the marker."""

    marker_id: str
    title: ClassVar[str] = "Delete Marker"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        markers = tuple(marker for marker in project.markers if marker.id != self.marker_id)
        if len(markers) == len(project.markers):
            raise LookupError(f"there is no marker {self.marker_id}")
        return replace(project, markers=markers), Change(Part.MARKERS)


@dataclass(frozen=True)
class SetLoop:
    """The stretch that playback repeats; None for the whole."""

    loop: TimeRange | None
    title: ClassVar[str] = "Set Loop"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return replace(project, loop=self.loop), Change(Part.LOOP)


@dataclass(frozen=True)
class SetNotes:
    """Words about the project."""

    notes: str
    title: ClassVar[str] = "Change Notes"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return replace(project, notes=self.notes), Change(Part.NOTES)


@dataclass(frozen=True)
class SetKeeping:
    """Whether the portrait and the voice go into the project file."""

    keeping: Keeping
    title: ClassVar[str] = "Change Where Media Are Kept"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        return replace(project, keeping=self.keeping), Change(Part.KEEPING)


@dataclass(frozen=True)
class LocateMedia:
    """The file of that content lies elsewhere now."""

    sha256: str
    path: Path
    title: ClassVar[str] = "Locate Media"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        portrait, voice = map(self._located, (project.portrait, project.voice))
        if portrait is project.portrait and voice is project.voice:
            raise LookupError(f"nothing in the project has the content {self.sha256}")
        parts = Part.PORTRAIT if portrait is not project.portrait else Part(0)
        if voice is not project.voice:
            parts |= Part.VOICE
        return replace(project, portrait=portrait, voice=voice), Change(parts)

    def _located(self, media: MediaRef | None) -> MediaRef | None:
        return media and (replace(media, path=self.path) if media.sha256 == self.sha256 else media)


def _with_take(project: Project, take: Take) -> tuple[Project, Change]:
    takes = tuple(take if other.id == take.id else other for other in project.takes)
    return replace(project, takes=takes), Change(Part.TAKES, take.id)
