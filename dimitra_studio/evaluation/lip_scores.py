"""How well generated lips follow the voice, against the tracked truth.

All gaps are inter-ocular distances, measured on the mesh (motion.lip_shape).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.speech import Phoneme
from dimitra_studio.core.timebase import MOTION_FPS

BILABIAL = ("P", "B", "M")
OPEN_VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "EY", "OW")
# Lips nearer than this are closed: what trackers leave of closed lips.
CLOSED_GAP = 0.02
# A closure may be seen a little before or after the aligned phone.
_SLACK = 0.04
_SHORTEST = 12
_LEAST_MOTION = 0.005
_LEAST_SILENCE = 5


@dataclass(frozen=True)
class LipCurves:
    """Gap and width [T] of one clip in frames where the truth is known; NaN elsewhere."""

    gap: FloatArray
    width: FloatArray


@dataclass(frozen=True)
class LipScores:
    """One clip's scores; NaN where the clip cannot tell.

    `closure` is the share of p, b, m with closed lips, `false_closure` that of open vowels at their middle;
    `silence_spread` and `silence_gap` are the gap's deviation and mean in silence, `jitter` and `range` ratios to the
    truth's.
    """

    frames: int
    gap_correlation: float
    width_correlation: float
    closure: float
    false_closure: float
    silence_spread: float
    silence_gap: float
    jitter: float
    range: float


def score_lips(
    found: LipCurves, truth: LipCurves, phonemes: tuple[Phoneme, ...], silent: NDArray[np.bool_]
) -> LipScores:
    """Scores of `found` against `truth`; `phonemes` in the motion's own time, `silent` [T]."""
    known = np.isfinite(truth.gap)
    gap, true_gap = found.gap[known], truth.gap[known]
    quiet = known & silent
    spoken = [phone for phone in phonemes if phone.symbol in BILABIAL]
    open_mouthed = [phone for phone in phonemes if phone.symbol in OPEN_VOWELS]
    enough = quiet.sum() >= _LEAST_SILENCE
    return LipScores(
        frames=int(known.sum()),
        gap_correlation=_correlation(gap, true_gap),
        width_correlation=_correlation(found.width[known], truth.width[known]),
        closure=_closed_share(found.gap, known, spoken, _SLACK),
        false_closure=_closed_share(found.gap, known, [_middle(phone) for phone in open_mouthed], 0.0),
        silence_spread=float(found.gap[quiet].std()) if enough else np.nan,
        silence_gap=float(found.gap[quiet].mean()) if enough else np.nan,
        jitter=_ratio(_jerk(gap), _jerk(true_gap)),
        range=_ratio(float(gap.std()), float(true_gap.std())),
    )


def mean_scores(scores: list[LipScores]) -> dict[str, float]:
    """Means over clips, each weighted by its frames; clips that cannot tell are left out of that column."""
    means = {}
    for name in LipScores.__dataclass_fields__:
        values = np.array([getattr(score, name) for score in scores], dtype=np.float64)
        weights = np.array([score.frames for score in scores], dtype=np.float64)
        told = np.isfinite(values)
        means[name] = float(np.average(values[told], weights=weights[told])) if told.any() else float("nan")
    means["frames"] = float(sum(score.frames for score in scores))
    return means


def _correlation(found: FloatArray, truth: FloatArray) -> float:
    """Pearson's r; zero for a curve that does not move, NaN where the truth does not."""
    if len(truth) < _SHORTEST or truth.std() < _LEAST_MOTION:
        return float("nan")
    if found.std() < 1e-6:
        return 0.0
    return float(np.corrcoef(found, truth)[0, 1])


def _middle(phone: Phoneme) -> Phoneme:
    """The moment in the middle: a vowel's edges may still be closed from its neighbour."""
    centre = (phone.start + phone.end) / 2
    return replace(phone, start=centre, end=centre + 1e-6)


def _closed_share(gap: FloatArray, known: NDArray[np.bool_], phones: list[Phoneme], slack: float) -> float:
    """The share of phones in which, or `slack` seconds beside which, the lips close."""
    closed = []
    for phone in phones:
        first = max(int(np.floor((phone.start - slack) * MOTION_FPS)), 0)
        last = min(int(np.ceil((phone.end + slack) * MOTION_FPS)), len(gap))
        if first < last and known[first:last].all():
            closed.append(float(gap[first:last].min()) < CLOSED_GAP)
    return float(np.mean(closed)) if closed else float("nan")


def _jerk(gap: FloatArray) -> float:
    return float(np.abs(np.diff(gap, n=2)).mean()) if len(gap) > 2 else float("nan")


def _ratio(found: float, truth: float) -> float:
    return found / truth if truth > _LEAST_MOTION / 10 else float("nan")
