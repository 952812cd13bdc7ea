"""The 70 channels of a motion sequence: 13 lips, 51 expression, 6 head pose.

The split is the papers' (arXiv 2502.17198 §3): lips and expression together are the 64
expression components of the face model, whose names the face model gives; pose is ours.
"""

from enum import StrEnum

LIP_COUNT = 13
EXPRESSION_COUNT = 51
POSE_COUNT = 6
COMPONENT_COUNT = LIP_COUNT + EXPRESSION_COUNT
CHANNEL_COUNT = COMPONENT_COUNT + POSE_COUNT
IDENTITY_COUNT = 80

# Radians, then head units (decimetres): x to the image's right, y up, z towards the viewer.
POSE_NAMES = ("pitch", "yaw", "roll", "x", "y", "z")


class Group(StrEnum):
    """A group of channels that one cMDT writes."""

    LIPS = "lips"
    EXPRESSION = "expression"
    POSE = "pose"

    @property
    def columns(self) -> slice:
        """The group's columns in `MotionSequence.values`."""
        return _COLUMNS[self]

    @property
    def width(self) -> int:
        """How many channels the group has."""
        return len(range(CHANNEL_COUNT)[self.columns])


_COLUMNS = {
    Group.LIPS: slice(0, LIP_COUNT),
    Group.EXPRESSION: slice(LIP_COUNT, COMPONENT_COUNT),
    Group.POSE: slice(COMPONENT_COUNT, CHANNEL_COUNT),
}
# All 64 expression components, lips first: the face model's order.
COMPONENTS = slice(0, COMPONENT_COUNT)
