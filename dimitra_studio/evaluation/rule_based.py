"""The rule-based peer: OpenFaceFX (MIT, PyPI openfacefx) makes curves of the same phones, our head wears them.

Its dominance functions blend fifteen visemes, its own ARKit preset turns them into blendshapes. The open head's
components are ARKit's shapes, paired ones summed, so that the curves are taken by name and nothing is fitted.
"""

from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import LIP_COUNT
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.speech import UNSPOKEN, Phoneme
from dimitra_studio.core.timebase import MOTION_FPS, frame_starts
from dimitra_studio.evaluation.pair import hear_clip
from dimitra_studio.evaluation.takes import first_frame
from dimitra_studio.face.components import ARTICULATORS, ASYMMETRIES, COMPONENT_NAMES
from dimitra_studio.motion.clips import TalkingClip

# It thins its curves to key frames; none is thinned away.
_EXACT = 1e-6
# What else moves a mouth: it rests where the peer does not move it.
_MOUTH = ("mouth", "jaw", "cheekPuff", "mh_mouth")


def has_peer() -> bool:
    """Whether openfacefx is installed (the extra `peers`)."""
    return find_spec("openfacefx") is not None


def ruled(clip: TalkingClip) -> list[FloatArray]:
    """One take [T, 70]: a mouth with its shapes alone, everything else still; none where no phones are known."""
    phones = hear_clip(clip).phones
    if not phones:
        return []
    values = np.repeat(first_frame(clip)[None], len(clip.motion), axis=0)
    curves = components_of(rule_curves(phones, len(values)))
    for index, name in enumerate(COMPONENT_NAMES):
        if index < LIP_COUNT or name in curves or name.startswith(_MOUTH):
            values[:, index] = curves.get(name, 0.0)
    return [values]


def rule_curves(phones: tuple[Phoneme, ...], frames: int) -> dict[str, NDArray[np.float64]]:
    """OpenFaceFX's ARKit curves [frames], 0 to 1, by name, for phones in the motion's own time.

    It makes them at our frame rate, of which it seals the lips in one frame of every p, b and m at least. Its frames
    are moments, ours last: its moments are the middles of ours.

    Raises InputError where it is not installed.
    """
    if not has_peer():
        raise InputError("The rule-based peer is not installed.", "Install it: pip install 'dimitra-studio[peers]'")
    from openfacefx import PhonemeSegment, generate_from_alignment  # noqa: PLC0415 - an extra
    from openfacefx.retarget import PRESETS, retarget  # noqa: PLC0415

    moments = frame_starts(frames)
    early = 0.5 / MOTION_FPS
    segments = [
        PhonemeSegment(
            "sil" if phone.symbol in UNSPOKEN else phone.symbol, max(phone.start - early, 0), phone.end - early
        )
        for phone in phones
        if phone.end > max(phone.start, early)
    ]
    track = retarget(generate_from_alignment(segments, fps=MOTION_FPS, epsilon=_EXACT), PRESETS["arkit"])
    return {
        channel.name: np.interp(moments, [key.time for key in channel.keys], [key.value for key in channel.keys])
        for channel in track.channels
        if channel.keys
    }


def components_of(shapes: dict[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    """ARKit curves as the open head's components: pairs as their mean, and half their difference as its skew."""
    paired = {name: [shapes[part] for part in parts if part in shapes] for name, parts in ARTICULATORS.items()}
    values = {name: np.sum(parts, axis=0) / len(ARTICULATORS[name]) for name, parts in paired.items() if parts}
    for name, (left, right) in ASYMMETRIES.items():
        if left in shapes and right in shapes:
            values[name] = (shapes[left] - shapes[right]) / 2
    return values | {name: curve for name, curve in shapes.items() if name in COMPONENT_NAMES and name not in values}
