"""A take made of parts of two others: the lips of one, the head of another."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.project.document import Take

_LONGEST_NAME = 80  # letters

# Gives lips [T, 13] as far apart as they were: from them, the expression [T, 51] that they come over, and the one that
# they were made for. That is `motion.jaw.give_back` with its share.
HoldGap = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]


def mixed(base: Take, shown: Take, other: Take, groups: Iterable[Group], hold: HoldGap) -> Take:
    """A new take: `groups` of channels of `other`, the rest and all else of `base`; as long as the shorter one.

    `shown` is `base` as its edits make it, `other` comes as its own make it: what was seen of both is seen again. What
    is taken becomes motion of the new take, so that nothing which happens to `other` later changes it; edits of `base`
    stay edits where nothing was taken over them. Where lips come over another take's expression, `hold` moves them so
    that lips that met still meet. Raises InputError where the two are of different face models or frame rates.
    """
    groups = tuple(groups)
    one, two = shown.motion, other.motion
    if (one.face_model, one.fps) != (two.face_model, two.fps):
        raise InputError(
            f"{base.name} and {other.name} do not fit together: they have different face models or frame rates.",
            "Generate both with this version.",
        )
    values = np.array(base.motion.values[: min(len(one), len(two))])
    for group in groups:
        values[:, group.columns] = two.values[: len(values), group.columns]
    taken = set(groups)
    if (Group.LIPS in groups) != (Group.EXPRESSION in groups):
        lips_of, face_of = (two, one) if Group.LIPS in groups else (one, two)
        lips, under = (lips_of.values[: len(values), each.columns] for each in (Group.LIPS, Group.EXPRESSION))
        values[:, Group.LIPS.columns] = hold(lips, face_of.values[: len(values), Group.EXPRESSION.columns], under)
        taken.add(Group.LIPS)
    free = [channel for group in Group if group not in taken for channel in range(CHANNEL_COUNT)[group.columns]]
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
        edits=tuple(kept for edit in base.edits if (kept := edit.only(free)) is not None),
    )


def _shortened(name: str) -> str:
    """Mixes of mixes have names within names."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
