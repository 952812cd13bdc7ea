"""Undo and redo over whole documents: they share what did not change, so that most steps cost a few words of memory.

There is no limit to the steps, but one to the memory that they alone hold.
"""

from dataclasses import dataclass, replace

from dimitra_studio.project.changes import Change, Part
from dimitra_studio.project.commands import Command
from dimitra_studio.project.document import Project
from dimitra_studio.project.held import bytes_only_in

BUDGET = 1 << 30  # bytes: 250 deleted takes of ten minutes


@dataclass(frozen=True)
class _Step:
    """What was done, the moment (seconds) at which the playhead stood, and the documents before and after; `held` bytes
    are there for the sake of undoing it alone."""

    title: str
    seconds: float
    parts: Part
    before: Project
    after: Project
    held: int


class UndoStack:
    """Holds the document; every change of it goes through here."""

    def __init__(self, project: Project, budget: int = BUDGET, *, saved: bool = True) -> None:
        """`budget` bytes may be held for the sake of undoing; `saved`: whether `project` stands on the disk."""
        self._project = project
        self._saved = project if saved else None
        self._budget, self._held = budget, 0
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._gesture: int | None = None
        self._undone_before: list[_Step] = []  # when the gesture began

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
    def held(self) -> int:
        """Bytes that are there for the sake of undoing alone."""
        return self._held

    @property
    def steps(self) -> int:
        """How many can be undone."""
        return len(self._done)

    @property
    def in_gesture(self) -> bool:
        """Whether a drag goes on."""
        return self._gesture is not None

    @property
    def is_saved(self) -> bool:
        """Whether the document is the one that was saved last, but for which take is shown."""
        return self._saved is not None and replace(self._project, current=None) == replace(self._saved, current=None)

    def mark_saved(self, project: Project) -> None:
        """`project` stands on the disk now; the document may have moved on while it was written."""
        self._saved = project

    def do(self, command: Command, seconds: float = 0.0) -> Change:
        """Applies the command as a step that can be undone."""
        after, change = command.apply(self._project)
        self._add(command.title, seconds, change.parts, self._project, after)
        self._undone.clear()
        self._forget_oldest()
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
        self._held -= step.held
        self._project = step.before
        return Change(step.parts | Part.CURRENT), step.seconds

    def redo(self) -> tuple[Change, float] | None:
        """Does the step again that was undone last, as `undo`."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self._done.append(step)
        self._held += step.held
        self._project = step.after
        return Change(step.parts | Part.CURRENT), step.seconds

    def begin_gesture(self) -> None:
        """From here to `end_gesture` all commands become one step: a drag of many small moves."""
        self._gesture, self._undone_before = len(self._done), list(self._undone)

    def end_gesture(self) -> None:
        """Joins the commands since `begin_gesture`."""
        steps = self._gesture_steps()
        if len(steps) < 2:
            return
        self._drop_last(len(steps))
        self._add(steps[-1].title, steps[0].seconds, _parts(steps), steps[0].before, steps[-1].after)
        self._forget_oldest()

    def cancel_gesture(self) -> Change | None:
        """Takes back the commands since `begin_gesture`, which cannot be redone; what could be redone before can be
        again. None where there were none."""
        steps, undone = self._gesture_steps(), self._undone_before
        if not steps:
            return None
        self._drop_last(len(steps))
        self._undone = undone
        self._project = steps[0].before
        return Change(_parts(steps) | Part.CURRENT)

    def _add(self, title: str, seconds: float, parts: Part, before: Project, after: Project) -> None:
        step = _Step(title, seconds, parts, before, after, bytes_only_in(before, after))
        self._done.append(step)
        self._held += step.held

    def _drop_last(self, count: int) -> None:
        self._held -= sum(step.held for step in self._done[-count:])
        del self._done[-count:]

    def _forget_oldest(self) -> None:
        """Keeps to the budget, but for the last step and for a gesture that is going on."""
        while self._gesture is None and self._held > self._budget and len(self._done) > 1:
            self._held -= self._done.pop(0).held

    def _gesture_steps(self) -> list[_Step]:
        """Those since `begin_gesture`, which ends with this."""
        begun, self._gesture = self._gesture, None
        return [] if begun is None else self._done[begun:]


def _parts(steps: list[_Step]) -> Part:
    parts = Part(0)
    for step in steps:
        parts |= step.parts
    return parts
