"""Places on a face that are taken hold of, where they are, and what brings them where a hand wants them. No Qt."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT, COMPONENTS, Group
from dimitra_studio.core.face import FaceFit
from dimitra_studio.editing.macros import channel_of
from dimitra_studio.editing.pose_solver import Pull, Reach, solve
from dimitra_studio.face.rotation import euler_to_matrix
from dimitra_studio.studio.edits.eye import Eye

if TYPE_CHECKING:
    from dimitra_studio.face.head_model import HeadModel
    from dimitra_studio.face.landmark_shape import LandmarkShape

_STEP = 1e-2  # of a channel, for its derivative
_MOST = 1.1  # of a component: hardly beyond what it was made for
_HALVES = 6
# Of a channel's way: one that rather moves a place towards the eye or away is not what a drag means.
_SIDEWAYS = 0.4
_FARTHEST = 0.35  # radians that a head is turned by a hand
_TURNED = -0.1  # towards the eye, as `Eye.facing` has it: what is less is behind the head; lips and nose stand out


@dataclass(frozen=True)
class Handle:
    """A place: MediaPipe's `landmark`, and the names of the channels that may move it."""

    id: str
    title: str
    landmark: int
    names: tuple[str, ...]

    @property
    def channels(self) -> tuple[int, ...]:
        """Columns of the motion."""
        return tuple(channel_of(name) for name in self.names)


def _of_both_sides(name: str, title: str, landmarks: tuple[int, int], names: tuple[str, ...]) -> tuple[Handle, ...]:
    """The place on the subject's left, then on the right; `names` that end in a side are each one's own."""
    return tuple(
        Handle(f"{name}_{side.lower()}", title, landmark, tuple(each.replace("{side}", side) for each in names))
        for side, landmark in zip(("Left", "Right"), landmarks, strict=True)
    )


HANDLES: tuple[Handle, ...] = (
    *_of_both_sides(
        "corner", "Corner of the Mouth", (291, 61),
        ("mouthSmile{side}", "mouthFrown{side}", "mouthDimple{side}", "mouth{side}", "mouthStretch"),
    ),
    Handle("upper_lip", "Upper Lip", 0, ("mouthUpperUp", "mouthShrugUpper", "mouthRollUpper")),
    Handle("lower_lip", "Lower Lip", 17, ("mouthLowerDown", "mouthShrugLower", "mouthRollLower")),
    Handle("chin", "Jaw", 152, ("jawOpen", "jawLeft", "jawRight", "jawForward")),
    *_of_both_sides("brow_inner", "Inner Brow", (336, 107), ("browInnerUp", "browDown{side}")),
    *_of_both_sides("brow_outer", "Outer Brow", (334, 105), ("browOuterUp{side}", "browDown{side}", "browInnerUp")),
    *_of_both_sides("lid", "Upper Lid", (386, 159), ("eyeBlink{side}", "eyeWide{side}")),
    Handle("nose", "Head", 4, ("yaw", "pitch")),
    Handle("crown", "Tilt of the Head", 10, ("roll", "pitch")),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class FacePoints:
    """One person's landmarks as a function of what a frame holds; `normals` [3, 478] are those of a round head, which
    has no folds, `fit` is the face in the portrait."""

    shape: "LandmarkShape"
    normals: FloatArray
    fit: FaceFit

    def points(self, values: FloatArray) -> NDArray[np.float64]:
        """Where the landmarks [3, 478] of a frame's values [70] are, dm in the space of the portrait's camera."""
        pose = values[Group.POSE.columns].astype(np.float64)
        placed: NDArray[np.float64] = euler_to_matrix(pose[:3]) @ self.shape.points(values[COMPONENTS])
        return placed + pose[3:, None]

    def seen(self, values: FloatArray, eye: Eye) -> dict[Handle, tuple[float, float]]:
        """Where the handles of a frame's values [70] are seen, px right and down; without those on the far side."""
        rows = [handle.landmark for handle in HANDLES]
        points = self.points(values)[:, rows]
        normals = euler_to_matrix(values[Group.POSE.columns][:3].astype(np.float64)) @ self.normals[:, rows]
        turned = eye.facing(normals) > _TURNED
        places = eye.seen(points).tolist()
        return {handle: (x, y) for handle, (x, y), there in zip(HANDLES, places, turned, strict=True) if there}

    def reach(
        self,
        handle: Handle,
        values: FloatArray,
        wanted: tuple[float, float],
        eye: Eye,
        *,
        fixed: Collection[int] = (),
    ) -> Reach:
        """How the handle's channels change, but for `fixed` ones, so that it goes by `wanted` px (right, down) from
        where `values` [70] have it, as an eye sees it: a Reach over the handle's channels."""
        channels = np.array(handle.channels)
        here = self.points(values)[:, [handle.landmark]]
        jacobian, sideways = np.zeros((2, len(channels))), np.zeros(len(channels))
        for column, channel in enumerate(channels):
            if channel in fixed:
                continue
            moved = values.copy()
            moved[channel] += _STEP
            there = self.points(moved)[:, [handle.landmark]]
            sideways[column] = eye.sideways(there - here)
            if sideways[column] > _SIDEWAYS:
                jacobian[:, column] = (eye.seen(there) - eye.seen(here))[0] / _STEP
        present = values[channels].astype(np.float64)
        is_pose = channels >= COMPONENT_COUNT
        lowest = np.where(
            is_pose, -_FARTHEST, np.minimum(-present, 0.0)
        )  # a corner goes up by a smile, not by less frown than none
        highest = np.where(is_pose, _FARTHEST, np.maximum(_MOST - present, 0.0))
        # Farther than it can go, hardly anything of the way is worth a channel: then nearer, until one is.
        for halved in range(_HALVES):
            way = np.asarray(wanted, np.float64) / 2**halved
            found = solve(Pull(jacobian, way, lowest, highest, sideways**2))
            if found.channels:
                break
        return found


def face_points(model: "HeadModel", fit: FaceFit) -> FacePoints:
    """The points of a face that was fitted to a portrait, on the head as it is drawn: registered to the portrait."""
    from dimitra_studio.face.landmark_shape import landmark_shape
    from dimitra_studio.face.morph import landmark_points, neutral
    from dimitra_studio.render.registration import registered_neutral

    shape, vertices = landmark_shape(model).of_person(fit.identity), registered_neutral(model, fit, fit.camera)
    shift = landmark_points(model, vertices - neutral(model, fit.identity)).T
    shape = replace(shape, mean=shape.mean + shift)
    low, high = vertices.min(axis=0) - model.pivot, vertices.max(axis=0) - model.pivot
    points = shape.points(np.zeros(COMPONENT_COUNT, np.float32))
    normals = (points - ((low + high) / 2)[:, None]) / ((high - low) ** 2)[:, None]
    return FacePoints(shape, normals / np.linalg.norm(normals, axis=0), fit)
