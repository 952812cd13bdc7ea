"""Takes as their edits make them: what is looked at, mixed and exported."""

from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.editing.blending import BlendToTake, read_over
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.operation import Surroundings
from dimitra_studio.editing.recordings import Override, Samples
from dimitra_studio.editing.shaping import LARGEST
from dimitra_studio.editing.stack import Evaluator, evaluate
from dimitra_studio.project.blends import is_circular, led_to
from dimitra_studio.project.document import Project, Take
from dimitra_studio.project.edit_commands import ReplaceEdits

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

        `neutral` [70] is the face at rest. Takes that the edits lead to are evaluated first.
        """
        used: set[str] = set()
        found = self._find(project, take, neutral, used)
        surplus = max(len(self._entries) - _KEPT, 0)
        for oldest in [take_id for take_id in self._entries if take_id not in used][:surplus]:
            del self._entries[oldest]
        return found

    def keepers(self, project: Project, gone: Take, neutral: FloatArray) -> tuple[ReplaceEdits, ...]:
        """What keeps the other takes as they are when `gone` is deleted: edits that lead to it come to hold a copy of
        what they take from it."""
        found = []
        for take in project.takes:
            if take.id != gone.id and gone.id in led_to(take):
                around = self._surroundings(project, take, neutral, set())
                edits = tuple(
                    _kept(take, place, gone, around) if _leads_to(edit, around, gone.id) else edit
                    for place, edit in enumerate(take.edits)
                )
                found.append(ReplaceEdits(take.id, edits, f"Keep {gone.name}"))
        return tuple(found)

    def _find(self, project: Project, take: Take, neutral: FloatArray, used: set[str]) -> Take:
        if not any(edit.is_active for edit in take.edits):
            return take
        around = self._surroundings(project, take, neutral, used)
        used.add(take.id)
        entry = self._entries.pop(take.id, None)
        if entry is None or entry.take is not take or not _same(entry.surroundings, around):
            entry = _evaluated(take, around, entry)
        self._entries[take.id] = entry
        return entry.edited

    def _surroundings(self, project: Project, take: Take, neutral: FloatArray, used: set[str]) -> Surroundings:
        wanted = {
            edit.operation.take_id
            for edit in take.edits
            if isinstance(edit.operation, BlendToTake) and not is_circular(project, take.id, edit)
        }
        others = [other for other in project.takes if other.id in wanted]
        return Surroundings({other.id: self._find(project, other, neutral, used).motion for other in others}, neutral)


def _evaluated(take: Take, around: Surroundings, before: _Entry | None) -> _Entry:
    if before is not None and before.take.motion is take.motion and _same(before.surroundings, around):
        evaluator = before.evaluator
        evaluator.update(take.edits)
    else:
        evaluator = Evaluator(take.motion, take.edits, around)
    titles = [edit.title for edit in take.edits if edit.is_active]
    edited = replace(take, motion=evaluator.motion, recipe={**take.recipe, "edits": titles})
    return _Entry(take, around, evaluator, edited)


def _leads_to(edit: Edit, around: Surroundings, take_id: str) -> bool:
    """Whether it takes anything from there: an edit of a circle does not."""
    return isinstance(edit.operation, BlendToTake) and edit.operation.take_id == take_id and take_id in around.takes


def _kept(take: Take, place: int, gone: Take, around: Surroundings) -> Edit:
    """The edit at that place with a copy of what it takes from `gone`, frame by frame of its own take."""
    edit, motion = take.edits[place], take.motion
    frames = edit.support(motion.fps, len(motion))
    if not frames:
        return edit
    below = evaluate(motion, take.edits[:place], around).values[frames.start : frames.stop, list(edit.channels)]
    seconds = np.arange(frames.start, frames.stop) / motion.fps
    found = read_over(around.takes[gone.id], edit.channels, seconds, np.nan_to_num(below))
    samples = Samples(frames.start / motion.fps, motion.fps, np.clip(found, -LARGEST, LARGEST))
    return replace(edit, operation=Override(samples), name=edit.name or f"Kept of {gone.name}")


def _same(one: Surroundings, other: Surroundings) -> bool:
    return (
        np.array_equal(one.neutral, other.neutral)
        and one.takes.keys() == other.takes.keys()
        and all(motion is other.takes[take_id] for take_id, motion in one.takes.items())
    )
