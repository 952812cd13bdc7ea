"""What lips do while nobody speaks: in silences of at least 0.4 s.

Natural speakers keep the mouth partly open in pauses; what users see as wrong is lips that open wider than in
speech, or flap.
"""

import numpy as np
from scipy.signal import find_peaks

from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.evaluation.evidence import Evidence, Numbers, pairs
from dimitra_studio.evaluation.pair import Pair, Performance

_PERCENT = 100.0
_OPENING = 0.02  # inter-ocular distances that an opening rises above both sides


def pause_gap(pair: Pair) -> Evidence:
    """Mean gap in pauses minus the median of the clip's own gap (% IOD; <= 0: no wider than in speech)."""
    median = np.median(pair.found.gap[pair.known]) if pair.known.any() else np.nan
    gaps = _pauses(pair, pair.found)
    return pairs([_PERCENT * (gap - median).sum() for gap in gaps], [len(gap) for gap in gaps])


def pause_spread(pair: Pair) -> Evidence:
    """Deviation of the gap within pauses, pooled (% IOD)."""
    gaps = _pauses(pair, pair.found)
    return pairs([_PERCENT**2 * gap.var() * len(gap) for gap in gaps], [len(gap) for gap in gaps])


def pause_spread_ratio(pair: Pair) -> Evidence:
    """Deviation of the gap within pauses over the truth's (no unit)."""
    found, true = _pauses(pair, pair.found), _pauses(pair, pair.truth)
    return pairs([gap.var() * len(gap) for gap in found], [gap.var() * len(gap) for gap in true])


def pause_openings(pair: Pair) -> Evidence:
    """Openings a second of pause: peaks of the gap that rise 2 % IOD above both sides (1/s)."""
    gaps = _pauses(pair, pair.found)
    openings = [len(find_peaks(gap, prominence=_OPENING)[0]) for gap in gaps]
    return pairs(openings, [len(gap) / MOTION_FPS for gap in gaps])


def _pauses(pair: Pair, performance: Performance) -> list[Numbers]:
    """The gap in each pause that was seen in full."""
    return [
        np.asarray(performance.gap[start:end], dtype=np.float64)
        for start, end in pair.heard.pauses
        if pair.known[start:end].all()
    ]
