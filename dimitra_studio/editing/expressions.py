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


EXPRESSIONS: tuple[Expression, ...] = (
    Expression("Happy", (*both("mouthSmile", 0.6), *both("cheekSquint", 0.5), *both("eyeSquint", 0.2))),
    Expression(
        "Surprised", (("browInnerUp", 0.8), *both("browOuterUp", 0.7), *both("eyeWide", 0.7), ("jawOpen", 0.12)),
    ),
    Expression(
        "Sad", (("browInnerUp", 0.7), *both("mouthFrown", 0.5), *both("eyeBlink", 0.15), ("mouthShrugLower", 0.2)),
    ),
    Expression("Serious", (*both("browDown", 0.35), ("mouthPress", 0.1), *both("eyeSquint", 0.2))),
    Expression("Angry", (*both("browDown", 0.8), *both("noseSneer", 0.4), *both("eyeSquint", 0.35))),
    Expression("Afraid", (("browInnerUp", 0.8), *both("eyeWide", 0.6), ("mouthStretch", 0.3))),
    Expression("Disgusted", (*both("noseSneer", 0.8), *both("browDown", 0.4), ("mouthUpperUp", 0.25))),
    Expression("Doubtful", (("browOuterUpLeft", 0.7), ("browDownRight", 0.5), ("mouthDimpleRight", 0.4))),
)  # fmt: skip


def calm(span: TimeRange, amount: float = 1.0, blend: float = _BLEND) -> Edit:
    """A new edit that brings all but lips and lids to rest."""
    lids = [channel_of(name) for name, _ in both("eyeBlink", 1.0)]
    channels = tuple(each for each in range(CHANNEL_COUNT)[Group.EXPRESSION.columns] if each not in lids)
    return Edit(secrets.token_hex(4), BlendToNeutral(), channels, span, blend, blend, amount, name="Neutral")
