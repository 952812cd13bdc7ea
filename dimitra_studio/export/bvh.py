"""The head's movement as BVH: one joint, position in centimetres and rotation in degrees.

The channels Zrotation, Yrotation, Xrotation are roll, yaw and pitch: R = Rz Ry Rx, as in the studio; x to the subject's
left, y up, z forward.
"""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_COUNT
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.exchange import (
    MOST_FRAMES,
    Imported,
    assemble,
    bridge,
    checked_rate,
    checked_values,
    components_like,
    read_text,
    unreadable,
)
from dimitra_studio.face.rotation import matrix_to_euler

_CENTIMETRES = 10.0  # in a decimetre
_HEADER = """HIERARCHY
ROOT Head
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation Xrotation
  End Site
  {
    OFFSET 0 15 0
  }
}
MOTION
Frames: %d
Frame Time: %.9f
"""
_MEND = "Export it again as BVH with a joint called Head."
_MOST_JOINTS = 2000


def write_bvh(path: Path, motion: MotionSequence) -> tuple[str, ...]:
    """Writes the head's pose; returns notes. Raises InputError where it cannot be written."""
    motion, notes = bridge(motion)
    pose = motion.pose.astype(np.float64)
    rows = np.concatenate([pose[:, 3:] * _CENTIMETRES, np.degrees(pose[:, [2, 1, 0]])], axis=1)
    lines = "\n".join(" ".join(f"{value:.6f}" for value in row) for row in rows)
    with replacing(path) as part:
        part.write_text(_HEADER % (len(motion), 1 / motion.fps) + lines + "\n", encoding="ascii")
    return (*notes, "BVH holds the head's movement alone, not the face's.")


def read_bvh(path: Path) -> Imported:
    """The head's pose of a BVH file, the face at rest: the joint called Head, else the first.

    The rotation is the joint's own against its parent. Raises InputError for anything else.
    """
    words = read_text(path, "BVH file").split()
    joints, place = _joints(path, words)
    if words[place + 1 : place + 2] != ["Frames:"] or [word.lower() for word in words[place + 3 : place + 5]] != [
        "frame",
        "time:",
    ]:
        raise unreadable(path, "its MOTION part does not begin with Frames and Frame Time", _MEND)
    count, gap = _number(path, words, place + 2), _number(path, words, place + 5)
    if not (1 <= count <= MOST_FRAMES and count == int(count)) or gap <= 0:
        raise unreadable(path, f"it claims {count:g} frames of {gap:g} s", _MEND)
    # Frame Time is rounded: 0.04 and 0.033333 mean 25 and 30.
    fps = 1 / gap if abs(1 / gap - round(1 / gap)) > 0.01 else float(round(1 / gap))
    width = sum(len(channels) for _, channels in joints)
    content = words[place + 6 :]
    if len(content) != count * width:
        raise unreadable(
            path, f"it holds {len(content)} numbers, {int(count)} frames of {width} channels need another count"
        )
    try:
        table = np.array(content, np.float64).reshape(int(count), width)
    except ValueError as error:
        raise unreadable(path, "its frames hold something that is no number", _MEND) from error
    chosen = next((index for index, (name, _) in enumerate(joints) if name.lower().endswith("head")), 0)
    start = sum(len(channels) for _, channels in joints[:chosen])
    pose = _pose(path, joints[chosen][1], table[:, start : start + len(joints[chosen][1])])
    note = f"Only the head's movement ({joints[chosen][0]}) was read; the face stays at rest."
    return Imported(assemble(components_like(len(pose)), pose, checked_rate(path, fps)), (note,))


def _joints(path: Path, words: list[str]) -> tuple[list[tuple[str, list[str]]], int]:
    """Names and channels of the joints that have channels, in the order of the columns; and where MOTION stands."""
    if not words or words[0].upper() != "HIERARCHY" or "MOTION" not in words:
        raise unreadable(path, "it is not a BVH file", _MEND)
    end = words.index("MOTION")
    joints, name = list[tuple[str, list[str]]](), "root"
    for index, word in enumerate(words[:end]):
        if word in ("ROOT", "JOINT"):
            name = words[index + 1]
        elif word == "CHANNELS":
            count = _number(path, words, index + 1)
            channels = words[index + 2 : index + 2 + int(min(max(count, 0), 6))]
            if not channels or len(channels) != count or not all(_is_channel(channel) for channel in channels):
                raise unreadable(path, f"the channels of its joint {name[:40]} are not BVH's", _MEND)
            joints.append((name[:40], channels))
    if not joints or len(joints) > _MOST_JOINTS:
        raise unreadable(path, "it has no joint with channels", _MEND)
    return joints, end


def _is_channel(word: str) -> bool:
    return word[:1] in ("X", "Y", "Z") and word[1:] in ("rotation", "position")


def _pose(path: Path, channels: list[str], columns: NDArray[np.float64]) -> FloatArray:
    turn, moved = Rotation.identity(len(columns)), np.zeros((len(columns), 3))
    if not np.isfinite(columns).all():
        raise unreadable(path, "its frames hold numbers that are not finite", _MEND)
    for channel, column in zip(channels, columns.T, strict=True):
        if channel.endswith("rotation"):
            turn = turn * Rotation.from_euler(channel[0].lower(), column[:, None], degrees=True)
        else:
            moved[:, "XYZ".index(channel[0])] = column / _CENTIMETRES
    pose = np.concatenate([matrix_to_euler(turn.as_matrix()), moved], axis=1).reshape(-1, POSE_COUNT)
    return checked_values(path, pose, "the head's movement")


def _number(path: Path, words: list[str], index: int) -> float:
    try:
        value = float(words[index])
    except (IndexError, ValueError) as error:
        raise unreadable(path, "a number is missing in its header", _MEND) from error
    if not math.isfinite(value):
        raise unreadable(path, "a number in its header is not finite", _MEND)
    return value
