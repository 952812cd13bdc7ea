"""Expressions with a name, laid over what the face does."""

import secrets
from dataclasses import dataclass

from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToNeutral
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.macros import both, channel_of
from dimitra_studio.editing.shaping import Offset

_BLEND = 0.3  # seconds: faces take that long to change their mood


@dataclass(frozen=True)
class Expression:
    """Components and how far each goes; the mouth is left enough room to speak."""

    title: str
    components: tuple[tuple[str, float], ...]

    def edit(self, span: TimeRange, amount: float = 1.0, blend: float = _BLEND) -> Edit:
        """A new edit that lays it over a stretch; `amount` says how strongly."""
        return Edit(
            secrets.token_hex(4),
            Offset(tuple(weight for _, weight in self.components)),
            tuple(channel_of(name) for name, _ in self.components),
            span, blend, blend, amount, name=self.title,
        )  # fmt: skip


# All but the happy one take some of a portrait's own smile away: a smiling face with angry brows looks sly, not angry.
EXPRESSIONS: tuple[Expression, ...] = (
    Expression("Happy", (
        *both("mouthSmile", 0.3), *both("cheekSquint", 0.6), *both("mouthDimple", 0.2), *both("eyeSquint", 0.35),
        *both("mouthFrown", -0.25), ("mouthStretch", 0.2), *both("browOuterUp", 0.2),
    )),
    Expression("Surprised", (
        ("browInnerUp", 1.1), *both("browOuterUp", 1.0), *both("eyeWide", 0.7), ("jawOpen", 0.1),
        *both("mouthSmile", -0.3),
    )),
    Expression("Sad", (
        ("browInnerUp", 1.0), *both("browOuterUp", -0.4), *both("mouthFrown", 0.55), *both("mouthSmile", -0.45),
        *both("eyeBlink", 0.2), ("mouthShrugLower", 0.3), *both("cheekSquint", -0.2),
    )),
    Expression("Serious", (
        *both("browDown", 0.6), *both("mouthSmile", -0.4), *both("mouthFrown", 0.2), *both("eyeSquint", 0.15),
        ("mouthPress", 0.15), *both("cheekSquint", -0.2),
    )),
    Expression("Angry", (
        *both("browDown", 1.2), *both("noseSneer", 0.5), *both("eyeSquint", 0.4), *both("mouthSmile", -0.5),
        *both("mouthFrown", 0.4), ("mouthPress", 0.25),
    )),
    Expression("Afraid", (
        ("browInnerUp", 1.2), *both("eyeWide", 0.8), *both("mouthSmile", -0.45), *both("mouthFrown", 0.35),
        ("mouthStretch", 0.3), ("mouthShrugLower", 0.15),
    )),
    Expression("Disgusted", (
        *both("noseSneer", 1.0), *both("browDown", 0.7), *both("mouthSmile", -0.4),
        *both("eyeSquint", 0.4), *both("mouthFrown", 0.3),
    )),
    Expression("Doubtful", (
        ("browOuterUpLeft", 1.1), ("browInnerUp", 0.3), ("browDownRight", 0.9), ("mouthDimpleRight", 0.4),
        *both("mouthSmile", -0.3), ("mouthRight", 0.25), ("eyeSquintRight", 0.3),
    )),
)  # fmt: skip


def calm(span: TimeRange, amount: float = 1.0, blend: float = _BLEND) -> Edit:
    """A new edit that brings all but lips and lids to rest."""
    lids = [channel_of(name) for name, _ in both("eyeBlink", 1.0)]
    channels = tuple(each for each in range(CHANNEL_COUNT)[Group.EXPRESSION.columns] if each not in lids)
    return Edit(secrets.token_hex(4), BlendToNeutral(), channels, span, blend, blend, amount, name="Neutral")
