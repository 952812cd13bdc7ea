"""Whether lips meet where the language says so, and only there.

A phone's gap is the least inner-lip gap from a frame before it to a frame after: aligners and cameras are a frame
off. A still closed mouth closes on every p; what tells is that other phones stay open.
"""

import numpy as np

from dimitra_studio.core.speech import UNSPOKEN, Phoneme
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.evaluation.evidence import Evidence, Numbers, pairs
from dimitra_studio.evaluation.pair import Pair

BILABIAL = ("P", "B", "M")
# Inter-ocular distances below which lips count as closed: the usual threshold, and a stricter one that leaves trackers'
# remains of closed lips only.
CLOSED, TIGHT = 0.03, 0.02
_BESIDE = 1  # frames


def closed_bilabials(pair: Pair) -> Evidence:
    """Share of p, b, m whose least gap is below 3 % IOD (a phone is a vote)."""
    return _closed(pair, CLOSED, bilabial=True)


def closed_others(pair: Pair) -> Evidence:
    """Share of all other phones whose least gap is below 3 % IOD: false closures."""
    return _closed(pair, CLOSED, bilabial=False)


def tight_bilabials(pair: Pair) -> Evidence:
    """Share of p, b, m whose least gap is below 2 % IOD."""
    return _closed(pair, TIGHT, bilabial=True)


def tight_others(pair: Pair) -> Evidence:
    """Share of all other phones whose least gap is below 2 % IOD."""
    return _closed(pair, TIGHT, bilabial=False)


def least_gaps(pair: Pair) -> Evidence:
    """Area under the ROC curve with which the least gap tells p, b, m from all other phones (no unit; 0.5: chance, and
    about what a mouth that never moves gets)."""
    return pairs(*_least(pair))


def _closed(pair: Pair, below: float, *, bilabial: bool) -> Evidence:
    gaps, kinds = _least(pair)
    closed = gaps[kinds == bilabial] < below
    return pairs(closed, np.ones(len(closed)))


def _least(pair: Pair) -> tuple[Numbers, Numbers]:
    """Least gap [n] of every phone seen in full, and 1 where it is bilabial [n]."""
    spoken = [phone for phone in pair.heard.phones if phone.symbol not in UNSPOKEN]
    told = [(_span(phone, len(pair.known)), phone.symbol in BILABIAL) for phone in spoken]
    kept = [(frames, kind) for frames, kind in told if frames.start < frames.stop and pair.known[frames].all()]
    gaps = np.array([pair.found.gap[frames].min() for frames, _ in kept], dtype=np.float64)
    return gaps, np.array([kind for _, kind in kept], dtype=np.float64)


def _span(phone: Phoneme, frames: int) -> slice:
    first = int(np.floor(phone.start * MOTION_FPS)) - _BESIDE
    last = int(np.ceil(phone.end * MOTION_FPS)) + _BESIDE
    return slice(min(max(first, 0), frames), max(min(last, frames), 0))
