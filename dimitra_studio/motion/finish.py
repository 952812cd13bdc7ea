"""From what a network writes to the face's own channels, and back.

What comes out of the sampler is in standard deviations, about an origin, of a person only roughly known. Here it is
brought to the portrait's face, kept within what faces do, at rest in silence, and scaled.
"""

from dataclasses import dataclass

import numpy as np

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.channels import Group
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.frames import anchored, origin, persistence, steadied
from dimitra_studio.motion.lids import LIDS, blinking, unblinking
from dimitra_studio.motion.rest import closed_no_further, settle


@dataclass(frozen=True)
class Finish:
    """How one group of a take is finished.

    `first` [C] is the portrait's face, `rest` [C] the face at rest, `settled` [T] how far each frame is drawn to it,
    `strength` scales the distance from it; lids blink whole at every strength but 0.
    """

    model: MotionModel
    first: FloatArray
    rest: FloatArray
    settled: FloatArray
    strength: float = 1.0

    def __post_init__(self) -> None:
        for name, length in (("first", len(self.model.rest)), ("rest", len(self.model.rest)), ("settled", None)):
            object.__setattr__(self, name, frozen(getattr(self, name), (length,), name))

    def apply(self, normal: FloatArray, begin: int = 0, starts: bool = True) -> FloatArray:
        """Channels [N, C] in standard deviations to the face's own, from frame `begin` of the take on.

        Where the part `starts` the take, its first frame becomes the portrait's.
        """
        group, names = self.model.group, self.model.channel_names
        base = origin(group, self.first)
        values = steadied(group, names, self.model.scale.restore(normal))
        if starts:
            values = anchored(values, self.first - base, persistence(group, names, len(values), MOTION_FPS))
        values = self.model.scale.within(values, self.first - base) + base
        if group is Group.EXPRESSION:
            values = blinking(values, self.first, names, starts)
        if group is Group.LIPS:
            values = closed_no_further(values, names)
        values = settle(values, self.settled[begin : begin + len(values)], self.rest)
        return np.asarray(self.rest + self._strengths() * (values - self.rest), dtype=np.float32)

    def undo(self, values: FloatArray) -> FloatArray:
        """What the network would have written for the face's channels [N, C]: the inverse of `apply`.

        Only scale, origin, lids and strength are undone. Motion that is smooth, within range and at rest in silence
        is so in what the network learned from, too; a strength of 0 leaves nothing to undo and counts as 1.
        """
        group, names = self.model.group, self.model.channel_names
        values = np.asarray(self.rest + (values - self.rest) / (self._strengths() if self.strength else 1.0))
        if group is Group.EXPRESSION:
            values = unblinking(values, self.first, names)
        return self.model.scale.normalise(values - origin(group, self.first))

    def _strengths(self) -> FloatArray:
        whole = np.isin(self.model.channel_names, LIDS) & (self.strength > 0)
        return np.where(whole, np.float32(1.0), np.float32(self.strength))
