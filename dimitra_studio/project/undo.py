"""Undo and redo over whole documents: they share what did not change, so that a step costs a few words of memory."""

from dataclasses import dataclass, replace

from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.commands import Command
from dimitra_studio.project.document import Project

_STEPS = 500


@dataclass(frozen=True)
class _Step:
    """What was done, the moment (seconds) at which the playhead stood, and the documents before and after."""

    title: str
    seconds: float
    parts: Part
    before: Project
    after: Project


class UndoStack:
    """Holds the document; every change of it goes through here."""

    def __init__(self, project: Project) -> None:
        self._project = self._saved = project
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._gesture: int | None = None

    @property
    def project(self) -> Project:
        """The document as it is now."""
        return self._project

    @property
    def undo_title(self) -> str:
        """What `undo` would take back; empty where there is nothing."""
        return self._done[-1].title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What `redo` would do again; empty where there is nothing."""
        return self._undone[-1].title if self._undone else ""

    @property
    def is_saved(self) -> bool:
        """Whether the document is the one that was saved last, but for which take is shown."""
        return replace(self._project, current=None) == replace(self._saved, current=None)

    def mark_saved(self, project: Project) -> None:
        """`project` stands on the disk now; the document may have moved on while it was written."""
        self._saved = project

    def do(self, command: Command, seconds: float = 0.0) -> Change:
        """Applies the command as a step that can be undone."""
        after, change = command.apply(self._project)
        self._done.append(_Step(command.title, seconds, change.parts, self._project, after))
        self._undone.clear()
        if self._gesture is None:
            del self._done[:-_STEPS]
        self._project = after
        return change

    def show(self, command: Command) -> Change:
        """Applies a command that is no step of its own (which take is shown)."""
        self._project, change = command.apply(self._project)
        return change

    def undo(self) -> tuple[Change, float] | None:
        """Takes the last step back; what changed and where the playhead stood. None where there is nothing."""
        if not self._done:
            return None
        step = self._done.pop()
        self._undone.append(step)
        self._project = step.before
        return Change(step.parts | Part.CURRENT), step.seconds

    def redo(self) -> tuple[Change, float] | None:
        """Does the step again that was undone last, as `undo`."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        self._project = step.after
        return Change(step.parts | Part.CURRENT), step.seconds

    def begin_gesture(self) -> None:
        """From here to `end_gesture` all commands become one step: a drag of many small moves."""
        self._gesture = len(self._done)

    def end_gesture(self) -> None:
        """Joins the commands since `begin_gesture`."""
        steps = self._gesture_steps()
        if len(steps) < 2:
            return
        joined = _Step(steps[-1].title, steps[0].seconds, _parts(steps), steps[0].before, steps[-1].after)
        self._done[-len(steps) :] = [joined]

    def cancel_gesture(self) -> Change | None:
        """Takes back the commands since `begin_gesture`, which cannot be redone; None where there were none."""
        steps = self._gesture_steps()
        if not steps:
            return None
        del self._done[-len(steps) :]
        self._project = steps[0].before
        return Change(_parts(steps) | Part.CURRENT)

    def _gesture_steps(self) -> list[_Step]:
        """Those since `begin_gesture`, which ends with this."""
        begun, self._gesture = self._gesture, None
        return [] if begun is None else self._done[begun:]


def _parts(steps: list[_Step]) -> Part:
    parts = Part(0)
    for step in steps:
        parts |= step.parts
    return parts
