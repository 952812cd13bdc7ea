"""Whether the mouth fits the sound, by the project's own listener: a linear map from speech features to lip gap.

As in SyncNet's protocol (Chung and Zisserman 2016) the offset is where the fit over lags is best, the confidence how
far it stands out of their median; the fit is a correlation, so more is better. No network of ours judges itself.
"""

import numpy as np

from dimitra_studio.evaluation.curves import STILL
from dimitra_studio.evaluation.evidence import NOTHING, Evidence, weighted
from dimitra_studio.evaluation.pair import Pair
from dimitra_studio.motion.ear_to_mouth import EarToMouth, Offset


def sync_offset(pair: Pair, ear: EarToMouth) -> Evidence:
    """|Frames| by which sound and mouth are apart where they fit best, 6 at most."""
    found = _offset(pair, ear)
    return NOTHING if found is None else weighted(abs(found.lag), pair.frames)


def sync_confidence(pair: Pair, ear: EarToMouth) -> Evidence:
    """Best correlation over lags of -6 to 6 frames minus their median (no unit)."""
    found = _offset(pair, ear)
    return NOTHING if found is None else weighted(found.confidence, pair.frames)


def _offset(pair: Pair, ear: EarToMouth) -> Offset | None:
    """None for a mouth that does not move: it fits nothing."""
    if not pair.known.any() or pair.found.gap[pair.known].std() < STILL:
        return None
    return ear.offset(pair.heard.voice.features, np.where(pair.known, pair.found.gap, np.float32(np.nan)))
