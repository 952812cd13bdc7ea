"""How different a voice's takes are: several seeds, one voice."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.evaluation.curves import variance
from dimitra_studio.evaluation.evidence import Evidence, Numbers, weighted
from dimitra_studio.motion.clips import TalkingClip

# Channels that the truth hardly moves would count for their rounding.
_LEAST_DEVIATION = 0.005


def true_deviation(clips: Sequence[TalkingClip], group: Group) -> Numbers:
    """Deviation of each channel [C] within clips, pooled; NaN for channels that do not move."""
    pooled = [variance(clip.motion.values[:, group.columns]) * clip.motion.seen.sum() for clip in clips]
    deviation = np.sqrt(np.sum(pooled, axis=0) / sum(clip.motion.seen.sum() for clip in clips))
    return np.where(deviation > _LEAST_DEVIATION, deviation, np.nan)


def diversity(takes: Sequence[FloatArray], group: Group, deviation: Numbers) -> Evidence:
    """Mean distance of two takes [T, 70]: root mean square over frames and channels of their difference in the truth's
    deviations (two unrelated motions as lively as the truth are 1.41 apart, equal ones 0)."""
    moving = np.isfinite(deviation)
    parts = [take[:, group.columns][:, moving] / deviation[moving] for take in takes]
    apart = [np.sqrt(np.mean((one - other) ** 2)) for one, other in combinations(parts, 2)]
    return weighted(np.mean(apart) if apart else np.nan, len(takes[0]))
