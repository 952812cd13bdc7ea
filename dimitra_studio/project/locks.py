"""Commands that leave locked channels as they are, in whichever way they would change a take."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace

import numpy as np

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.editing.locks import differing, held_by, keeping
from dimitra_studio.project.changes import Change
from dimitra_studio.project.commands import Command
from dimitra_studio.project.document import Project, Take


@dataclass(frozen=True)
class Guarded:
    """A command, but for the channels that are `locked`: takes go on showing them as they did, edits and generated
    motion alike. New takes are as the command makes them."""

    command: Command
    locked: frozenset[int]

    @property
    def title(self) -> str:
        """As in Command."""
        return self.command.title

    def apply(self, project: Project) -> tuple[Project, Change]:  # noqa: D102 - as in Command
        after, change = self.command.apply(project)
        takes = tuple(self._kept(_known(project, take), take) for take in after.takes)
        return replace(after, takes=takes), change

    def held_back(self, project: Project) -> tuple[int, ...]:
        """The channels that the command would have changed."""
        after, _ = self.command.apply(project)
        found: set[int] = set()
        for take in after.takes:
            before = _known(project, take)
            if before is not take:
                held = held_by(before.edits, self.locked)
                found.update(differing(before.edits, take.edits, held))
                found.update(_moved(before.motion, take.motion, held))
        return tuple(sorted(found))

    def does_nothing(self, project: Project) -> bool:
        """Whether nothing of it is left."""
        after, _ = self.apply(project)
        pairs = ((_known(project, take), take) for take in after.takes)
        same = all(one.edits == other.edits and not _differ(one, other) for one, other in pairs)
        return same and replace(after, takes=project.takes) == project

    def _kept(self, before: Take, take: Take) -> Take:
        if before is take:
            return take
        held = held_by(before.edits, self.locked)
        edits, motion = keeping(before.edits, take.edits, held), kept_motion(before.motion, take.motion, held)
        return take if edits is take.edits and motion is take.motion else replace(take, edits=edits, motion=motion)


def kept_motion(before: MotionSequence, after: MotionSequence, channels: Collection[int]) -> MotionSequence:
    """The motion `after`, but on these channels `before`, in the frames that both have; `after` itself where these are
    the same."""
    moved = list(_moved(before, after, channels))
    if not moved:
        return after
    values, frames = np.array(after.values), min(len(before), len(after))
    both = np.flatnonzero(before.seen[:frames] & after.seen[:frames])
    cells = np.ix_(both, np.array(moved))
    values[cells] = before.values[cells]
    return MotionSequence(values, after.fps, after.face_model)


def _moved(before: MotionSequence, after: MotionSequence, channels: Collection[int]) -> tuple[int, ...]:
    """Those of the channels that differ where both show a face; none where the motions have other frame rates."""
    if before is after or before.fps != after.fps:
        return ()
    frames = min(len(before), len(after))
    both = before.seen[:frames] & after.seen[:frames]
    one, other = before.values[:frames][both], after.values[:frames][both]
    return tuple(channel for channel in channels if not np.array_equal(one[:, channel], other[:, channel]))


def _known(project: Project, take: Take) -> Take:
    """The take as it was; a new one as it is."""
    return next((other for other in project.takes if other.id == take.id), take)


def _differ(one: Take, other: Take) -> bool:
    """Whether anything but their edits is different."""
    return any(getattr(one, each.name) is not getattr(other, each.name) for each in fields(one) if each.name != "edits")
