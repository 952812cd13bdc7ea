"""What a user does to a take's edits. Edits stand in the order in which they are applied; ids are a take's own.

Raises LookupError where a take or an edit is named that is not there, InputError where an edit would lead its take
through others back to itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import Utterance
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.edits import Edit
from dimitra_studio.project.blends import check_circles
from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.document import Project, Take


@dataclass(frozen=True)
class AddEdit:
    """A new edit, on top of the others or at a `place` among them. Raises ValueError where its id is taken."""

    take_id: str
    edit: Edit
    place: int | None = None

    @property
    def title(self) -> str:
        """As in Command."""
        return self.edit.title

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102 - as in Command
        take = project.find_take(self.take_id)
        if any(edit.id == self.edit.id for edit in take.edits):
            raise ValueError(f"there is an edit {self.edit.id} already")
        place = len(take.edits) if self.place is None else self.place
        return _with_edits(project, take, (*take.edits[:place], self.edit, *take.edits[place:]), (self.edit,))


@dataclass(frozen=True)
class ReplaceEdit:
    """An edit of the same id as another one's takes its place: every step of a drag."""

    take_id: str
    edit: Edit

    @property
    def title(self) -> str:
        """As in Command."""
        return f"Change {self.edit.title}"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        place = _place(take, self.edit.id)
        edits = (*take.edits[:place], self.edit, *take.edits[place + 1 :])
        return _with_edits(project, take, edits, (take.edits[place], self.edit))


@dataclass(frozen=True)
class RemoveEdit:
    """Without the edit."""

    take_id: str
    edit_id: str
    title: ClassVar[str] = "Remove Edit"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        place = _place(take, self.edit_id)
        return _with_edits(project, take, (*take.edits[:place], *take.edits[place + 1 :]), (take.edits[place],))


@dataclass(frozen=True)
class MoveEdit:
    """The edit at another `place` in the order, 0 first."""

    take_id: str
    edit_id: str
    place: int
    title: ClassVar[str] = "Move Edit"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        edits = list(take.edits)
        edit = edits.pop(_place(take, self.edit_id))
        edits.insert(self.place, edit)
        return _with_edits(project, take, tuple(edits), (edit,))


@dataclass(frozen=True)
class MuteEdit:
    """The edit counts no longer, or again."""

    take_id: str
    edit_id: str
    muted: bool
    title: ClassVar[str] = "Mute Edit"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        place = _place(take, self.edit_id)
        edit = replace(take.edits[place], muted=self.muted)
        return _with_edits(project, take, (*take.edits[:place], edit, *take.edits[place + 1 :]), (edit,))


@dataclass(frozen=True)
class ReplaceEdits:
    """All edits of a take at once: a preset, a paste, a clean slate. `title` is what was done."""

    take_id: str
    edits: tuple[Edit, ...]
    title: str = "Change Edits"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        if len({edit.id for edit in self.edits}) < len(self.edits):
            raise ValueError("two edits have the same id")
        kept = [edit for edit in take.edits if any(edit is other for other in self.edits)]
        changed = tuple(edit for edit in (*take.edits, *self.edits) if not any(edit is other for other in kept))
        return _with_edits(project, take, self.edits, changed or self.edits)


@dataclass(frozen=True, eq=False)
class ReplaceBase:
    """Other motion below the edits, which stay: a take made anew, or a part of it."""

    take_id: str
    motion: MotionSequence
    recipe: Mapping[str, Any]
    speech: Utterance | None = None  # what it was made with; None: as before
    title: ClassVar[str] = "Regenerate"

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102
        take = project.find_take(self.take_id)
        take = replace(take, motion=self.motion, recipe=self.recipe, speech=self.speech or take.speech)
        # It may be longer or shorter: for who plays it, another take.
        return _with_take(project, take), Change(Part.EDITS | Part.TAKES | Part.CURRENT, self.take_id)


def _place(take: Take, edit_id: str) -> int:
    for place, edit in enumerate(take.edits):
        if edit.id == edit_id:
            return place
    raise LookupError(f"there is no edit {edit_id}")


def _with_edits(
    project: Project, take: Take, edits: tuple[Edit, ...], changed: tuple[Edit, ...]
) -> tuple[Project, Change]:
    """The document with other `edits` of a take, and a change that tells where the `changed` ones act."""
    channels = tuple(sorted({channel for edit in changed for channel in edit.channels}))
    spans = [edit.touched for edit in changed]
    span = TimeRange(min(each.start for each in spans), max(each.end for each in spans)) if spans else None
    after = replace(take, edits=edits)
    project = _with_take(project, after)
    if any(isinstance(edit.operation, BlendToTake) for edit in changed):
        check_circles(project, after, take)
    return project, Change(Part.EDITS, take.id, channels, span)


def _with_take(project: Project, take: Take) -> Project:
    return replace(project, takes=tuple(take if other.id == take.id else other for other in project.takes))
