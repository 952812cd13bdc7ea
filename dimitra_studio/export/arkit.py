"""ARKit's 52 face shapes and the head model's 64 components: the one written as the other.

A lip shape's left and right are its articulator plus and minus its left-right difference, so the 52 shapes and the
first 52 components say the same without loss. The last twelve, MakeHuman's muscle units, have no ARKit shape.
"""

from collections.abc import Sequence

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.export.exchange import components_like
from dimitra_studio.face.components import ARKIT_REST, ARTICULATORS, ASYMMETRIES, COMPONENT_INDEX, COMPONENT_NAMES

# In the order of Live Link Face.
SHAPES: tuple[str, ...] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawRight", "jawLeft", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthRight", "mouthLeft", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight", "mouthRollLower", "mouthRollUpper",
    "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft",
    "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft", "browDownRight", "browInnerUp",
    "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "noseSneerLeft",
    "noseSneerRight", "tongueOut",
)  # fmt: skip
OTHERS: tuple[str, ...] = COMPONENT_NAMES[len(SHAPES) :]
_SHAPE_INDEX = {name: index for index, name in enumerate(SHAPES)}
# Below this a muscle unit is not seen.
_UNSEEN = 0.02


def _mixing() -> FloatArray:
    """Shapes [52] per component [64]."""
    mixing = np.zeros((len(SHAPES), COMPONENT_COUNT), np.float32)
    for name, parts in (*ARTICULATORS.items(), *((name, (name,)) for name in ARKIT_REST)):
        for part in parts:
            mixing[_SHAPE_INDEX[part], COMPONENT_INDEX[name]] = 1
    for name, (left, right) in ASYMMETRIES.items():
        mixing[_SHAPE_INDEX[left], COMPONENT_INDEX[name]] = 1
        mixing[_SHAPE_INDEX[right], COMPONENT_INDEX[name]] = -1
    return mixing


_MIXING = _mixing()
# Each shape's share in each component: rows of `_MIXING` are orthogonal up to their length of 1 or 2.
_UNMIXING = _MIXING.T / np.maximum(np.square(_MIXING).sum(axis=0), 1)[:, None]


def shapes_of(components: FloatArray) -> FloatArray:
    """ARKit's shapes [T, 52] of components [T, 64]."""
    shapes: FloatArray = components @ _MIXING.T
    return shapes


def components_of(shapes: FloatArray) -> FloatArray:
    """Components [T, 64] of ARKit's shapes [T, 52]; the muscle units are 0."""
    components: FloatArray = shapes @ _UNMIXING.T
    return components


def lost_note(components: FloatArray, format_name: str) -> tuple[str, ...]:
    """A note that names the muscle units that move and that a format of ARKit's shapes has no place for."""
    moving = np.abs(components[:, len(SHAPES) :]).max(axis=0) > _UNSEEN
    names = [name.removeprefix("mh_") for name, moves in zip(OTHERS, moving, strict=True) if moves]
    return (f"{format_name} has no place for {len(names)} muscle units that move: {_few(names)}.",) if names else ()


def components_named(names: Sequence[str], values: FloatArray) -> tuple[FloatArray, tuple[str, ...], tuple[str, ...]]:
    """Components [T, 64] of columns `values` [T, N] that bear ARKit's names or the head model's own, in any case; and
    the names that mean nothing here, and ARKit's and the model's own that were missing (0 was taken).

    A component of the model's own name adds to what ARKit's shapes say of it.
    """
    ours = {name.lower(): index for name, index in COMPONENT_INDEX.items() if name not in _SHAPE_INDEX}
    arkit = {name.lower(): index for name, index in _SHAPE_INDEX.items()}
    shapes, components = np.zeros((len(values), len(SHAPES)), np.float32), components_like(len(values))
    unknown, found = list[str](), set[str]()
    for name, column in zip(names, values.T, strict=True):
        key = name.lower()
        if key in arkit:
            shapes[:, arkit[key]] = column
        elif key in ours:
            components[:, ours[key]] = column
        else:
            unknown.append(name)
            continue
        found.add(key)
    # The lips' own names come with all 64; the muscle units may stand beside ARKit's shapes.
    own_lips = found & set(ours) - {name.lower() for name in OTHERS}
    expected = COMPONENT_NAMES if own_lips else SHAPES
    missing = tuple(name for name in expected if name.lower() not in found)
    return components + components_of(shapes), tuple(unknown), missing


def naming_notes(unknown: Sequence[str], missing: Sequence[str]) -> tuple[str, ...]:
    """What `components_named` could not use or find, for the user."""
    notes = []
    if unknown:
        notes.append(f"{len(unknown)} curves mean nothing here and were left out: {_few(unknown)}.")
    if missing:
        notes.append(f"{len(missing)} shapes are not in the file and stay at rest: {_few(missing)}.")
    return tuple(notes)


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" and others" if len(names) > 5 else "")
