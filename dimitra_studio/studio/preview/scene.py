"""What the preview shows: a face, a take as it can be shown on it, a size. No Qt."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import frame_at
from dimitra_studio.engine.cache import FrameKey, FrameKeys
from dimitra_studio.engine.playable import bridge_gaps, centre_pose, with_pose
from dimitra_studio.engine.renderers import WARP, Rendering
from dimitra_studio.render.safe_pose import ease_pose

if TYPE_CHECKING:
    from dimitra_studio.engine.pipeline import Sitter

_ROOM = 1.7  # the face's square over its landmarks
_SMALLEST = 64  # px, the renderer's least


@dataclass(frozen=True, eq=False)
class Scene:
    """A face and the motion [T, 70] that it shows, in frames of `size` (width, height) px; `warning` says what of the
    motion is shown otherwise than it is, `eased` which frames that concerns."""

    sitter: "Sitter"
    values: FloatArray
    fps: float
    size: tuple[int, int]
    rendering: Rendering
    keys: FrameKeys
    warning: str
    eased: frozenset[int]

    def __len__(self) -> int:
        return len(self.values)

    def frame_at(self, seconds: float) -> int:
        """The frame that is shown at a moment."""
        return min(max(frame_at(seconds, self.fps), 0), len(self) - 1)

    def key(self, frame: int) -> FrameKey:
        """Under which a frame is kept."""
        return self.keys.of(self.values, frame)

    def drawn(self, longer_side: int, rendering: Rendering) -> "Scene":
        """The same in frames whose longer side is so many px, drawn in another way."""
        size = _frame_size(self.sitter.portrait.size, longer_side)
        keys = FrameKeys(self.sitter.portrait, self.sitter.fit, rendering, size)
        return replace(self, size=size, rendering=rendering, keys=keys)


@dataclass(frozen=True, eq=False)
class Pair:
    """What is seen at once: a scene, and perhaps another of the same face and size at the same moments."""

    lead: Scene
    other: Scene | None = None

    def __len__(self) -> int:
        return len(self.lead)

    def parts(self, frame: int) -> tuple[tuple[Scene, int], ...]:
        """The scenes, and which of its frames each shows at the lead's `frame`."""
        if self.other is None:
            return ((self.lead, frame),)
        return (self.lead, frame), (self.other, self.other.frame_at((frame + 0.5) / self.lead.fps))

    def keys(self, frame: int) -> tuple[FrameKey, ...]:
        """Under which the pictures of a moment are kept."""
        return tuple(scene.key(each) for scene, each in self.parts(frame))

    def drawn(self, longer_side: int, rendering: Rendering) -> "Pair":
        """The same in frames whose longer side is so many px, drawn in another way."""
        other = self.other.drawn(longer_side, rendering) if self.other else None
        return Pair(self.lead.drawn(longer_side, rendering), other)


@dataclass(frozen=True)
class Square:
    """A part of a picture, px: what a small picture of the take shows."""

    left: int
    top: int
    side: int


def face_square(scene: Scene) -> Square:
    """The face with some room around it, within the scene's frames."""
    portrait_width, _ = scene.sitter.portrait.size
    points = scene.sitter.fit.landmarks * (scene.size[0] / portrait_width)
    low, high = points.min(axis=0), points.max(axis=0)
    side = min(round(float((high - low).max()) * _ROOM), *scene.size)
    left, top = (
        min(max(round(float(centre) - side / 2), 0), whole - side)
        for centre, whole in zip((low + high) / 2, scene.size, strict=True)
    )
    return Square(left, top, side)


def side_for_face(sitter: "Sitter", side: int) -> int:
    """The longer side of frames in which the face's square is about `side` px, at most the portrait's own."""
    points = sitter.fit.landmarks
    face = float((points.max(axis=0) - points.min(axis=0)).max()) * _ROOM
    return max(min(round(max(sitter.portrait.size) * side / max(face, 1.0)), max(sitter.portrait.size)), _SMALLEST)


def set_scene(
    sitter: "Sitter", motion: MotionSequence | None, own: bool, longer_side: int, rendering: Rendering = WARP
) -> Scene:
    """The scene of a take, or of the face as it is (None); `own` says that the take was made for this portrait."""
    size = _frame_size(sitter.portrait.size, longer_side)
    keys = FrameKeys(sitter.portrait, sitter.fit, rendering, size)
    if motion is None:
        rest = np.concatenate((sitter.fit.expression, sitter.fit.pose))[None]
        return Scene(sitter, rest, 1.0, size, rendering, keys, "", frozenset())
    shown, gaps = bridge_gaps(motion)
    if not own:
        shown = centre_pose(shown, sitter.fit.pose)
    eased = ease_pose(shown.pose, sitter.fit.pose)
    warning = " ".join(filter(None, (gaps, eased.describe())))
    shown = with_pose(shown, eased.pose)
    return Scene(sitter, shown.values, shown.fps, size, rendering, keys, warning, frozenset(eased.frames.tolist()))


def _frame_size(portrait: tuple[int, int], longer_side: int) -> tuple[int, int]:
    width, height = portrait
    scale = longer_side / max(portrait)
    return max(round(width * scale), 1), max(round(height * scale), 1)
