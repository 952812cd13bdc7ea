"""A take made of parts of two others: the lips of one, the head of another."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.document import Take

_LONGEST_NAME = 80  # letters

# Gives lips [T, 13] as far apart as they were: from them, the expression [T, 51] that they come over, and the one that
# they were made for. That is `motion.jaw.give_back` with its share.
HoldGap = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]


def mixed(base: Take, other: Take, groups: Iterable[Group], hold: HoldGap) -> Take:
    """A new take: `groups` of channels from `other`, the rest and all else from `base`; as long as the shorter one.

    Where lips come over another take's expression, `hold` moves them so that lips that met still meet. Raises
    InputError where the two are of different face models or frame rates.
    """
    groups = tuple(groups)
    one, two = base.motion, other.motion
    if (one.face_model, one.fps) != (two.face_model, two.fps):
        raise InputError(
            f"{base.name} and {other.name} do not fit together: they have different face models or frame rates.",
            "Generate both with this version.",
        )
    values = np.array(one.values[: min(len(one), len(two))])
    for group in groups:
        values[:, group.columns] = two.values[: len(values), group.columns]
    if (Group.LIPS in groups) != (Group.EXPRESSION in groups):
        lips_of = two if Group.LIPS in groups else one
        under = lips_of.values[: len(values), Group.EXPRESSION.columns]  # the expression that the lips were made for
        lips, expression = values[:, Group.LIPS.columns], values[:, Group.EXPRESSION.columns]
        values[:, Group.LIPS.columns] = hold(lips, expression, under)
    return replace(
        base,
        id=secrets.token_hex(4),
        name=_shortened(f"{base.name} + {', '.join(groups)} of {other.name}"),
        motion=MotionSequence(values, one.fps, one.face_model),
        created=datetime.now(UTC),
        starred=False,
        note="",
        speech=other.speech if Group.LIPS in groups else base.speech,
        recipe={**base.recipe, "mixed": {str(group): dict(other.recipe) for group in groups}},
    )


def _shortened(name: str) -> str:
    """Mixes of mixes have names within names."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
