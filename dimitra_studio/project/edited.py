"""Takes as their edits make them: what is looked at and exported."""

from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.blending import BlendToTake
from dimitra_studio.editing.operation import Surroundings
from dimitra_studio.editing.stack import Evaluator
from dimitra_studio.project.document import Project, Take

_KEPT = 4  # takes: the one that is shown, what it is compared with, and two that may come back


@dataclass(frozen=True, eq=False)
class _Entry:
    """A take of the document, and what became of it among its `surroundings`."""

    take: Take
    surroundings: Surroundings
    evaluator: Evaluator
    edited: Take


class EditedTakes:
    """Evaluates takes' edits. It keeps the last few takes, so that a drag evaluates what it changes and no more, and a
    take that did not change is the same object."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def edited(self, project: Project, take: Take, neutral: FloatArray) -> Take:
        """The take with the motion that its edits make of it, told in its recipe; the take itself where it has none.

        `neutral` [70] is the face at rest.
        """
        if not any(edit.is_active for edit in take.edits):
            return take
        around = _surroundings(project, take, neutral)
        entry = self._entries.pop(take.id, None)
        if entry is None or entry.take is not take or not _same(entry.surroundings, around):
            entry = _evaluated(take, around, entry)
        self._entries[take.id] = entry
        while len(self._entries) > _KEPT:
            del self._entries[next(iter(self._entries))]
        return entry.edited


def _evaluated(take: Take, around: Surroundings, before: _Entry | None) -> _Entry:
    if before is not None and before.take.motion is take.motion and _same(before.surroundings, around):
        evaluator = before.evaluator
        evaluator.update(take.edits)
    else:
        evaluator = Evaluator(take.motion, take.edits, around)
    titles = [edit.title for edit in take.edits if edit.is_active]
    edited = replace(take, motion=evaluator.motion, recipe={**take.recipe, "edits": titles})
    return _Entry(take, around, evaluator, edited)


def _surroundings(project: Project, take: Take, neutral: FloatArray) -> Surroundings:
    wanted = {edit.operation.take_id for edit in take.edits if isinstance(edit.operation, BlendToTake)}
    return Surroundings({other.id: other.motion for other in project.takes if other.id in wanted}, neutral)


def _same(one: Surroundings, other: Surroundings) -> bool:
    return (
        np.array_equal(one.neutral, other.neutral)
        and one.takes.keys() == other.takes.keys()
        and all(motion is other.takes[take_id] for take_id, motion in one.takes.items())
    )
