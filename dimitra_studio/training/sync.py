"""Which training clips' sound is late, by how much: a linear ear-to-mouth map listens to each.

The map is fitted on other speakers' clips; where its prediction fits a clip's own gap much better some frames later or
earlier, that is the clip's lag. Only clips to learn from may be mended so: on clips that models are judged by it would
flatter whatever listens.
"""

from dataclasses import replace

import numpy as np

from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.ear_to_mouth import Offset, fit_ear_to_mouth
from dimitra_studio.motion.lip_shape import LipShape

_FOLDS = 5
_SHORTEST = 40  # frames
# A lag is believed when it explains the clip well and clearly better than no lag.
_LEAST_FIT, _LEAST_GAIN = 0.5, 0.08


def measure_sync(clips: tuple[TalkingClip, ...], lips: LipShape) -> dict[str, Offset]:
    """Every clip of at least 40 tracked frames by its name; lags count from what `facts.lag` says already."""
    long = [clip for clip in clips if clip.motion.seen.sum() >= _SHORTEST]
    speakers = sorted({clip.facts.speaker for clip in long})
    order = np.random.default_rng(0).permutation(len(speakers))
    fold = {speaker: int(place) % _FOLDS for speaker, place in zip(speakers, order, strict=True)}
    found = {}
    for turn in range(_FOLDS):
        others = [clip for clip in long if fold[clip.facts.speaker] != turn]
        if not others:
            continue
        ear = fit_ear_to_mouth(others, lips)
        for clip in long:
            if fold[clip.facts.speaker] == turn:
                gap = lips.gap_of(clip.motion.components)
                found[clip.facts.name] = ear.offset(clip.voice().features, gap)
    return found


def is_believed(offset: Offset) -> bool:
    """Whether a lag is to be taken out."""
    return offset.lag != 0 and offset.best >= _LEAST_FIT and offset.best - offset.now >= _LEAST_GAIN


def mended(clip: TalkingClip, offset: Offset | None) -> TalkingClip:
    """The clip with its lag corrected where that is believed."""
    if offset is None or not is_believed(offset):
        return clip
    return replace(clip, facts=replace(clip.facts, lag=clip.facts.lag + offset.lag))
