import dataclasses

import numpy as np
import pytest

from dimitra_studio.motion.ear_to_mouth import LARGEST_LAG, Offset
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.sync import fit_ears, is_believed

SHAPE = LipShape(np.eye(64)[0], np.eye(64)[1])


def _late(clip, frames: int):
    """The same clip with its sound `frames` later."""
    features = np.roll(clip.speech.features, 2 * frames, axis=0)
    return dataclasses.replace(clip, speech=dataclasses.replace(clip.speech, features=features))


def _offset(now: float, best: float, lag: int) -> Offset:
    fits = np.zeros(2 * LARGEST_LAG + 1)
    fits[LARGEST_LAG] = now
    fits[LARGEST_LAG + lag] = best
    return Offset(fits)


def test_finds_the_lag_of_each_clip(clips) -> None:
    lags = [0, 3, -2, 0, 0, 5, 0, 0, -4, 0]
    made = [clips.one(f"c{n}", frames=150, seed=n, speaker=f"s{n}") for n in range(10)]
    late = [_late(clip, lag) for clip, lag in zip(made, lags, strict=True)]
    ears = fit_ears(late, SHAPE)
    offsets = [ears.listen(clip) for clip in late]
    assert [offset.lag for offset in offsets] == lags
    assert all(is_believed(offset) for offset in offsets if offset.lag)
    # Taken out, nothing is left to find.
    mended = [
        dataclasses.replace(clip, facts=dataclasses.replace(clip.facts, lag=lag))
        for clip, lag in zip(late, lags, strict=True)
    ]
    ears = fit_ears(mended, SHAPE)
    assert all(ears.listen(clip).lag == 0 for clip in mended)


def test_short_clips_are_not_judged(clips) -> None:
    made = [clips.one(f"c{n}", frames=150 if n else 30, seed=n, speaker=f"s{n}") for n in range(5)]
    heard = [fit_ears(made, SHAPE).listen(clip) for clip in made]
    assert [offset is None for offset in heard] == [True, False, False, False, False]


def test_nobody_is_judged_by_a_map_of_himself(clips) -> None:
    alone = clips.one(frames=150)
    assert fit_ears([alone], SHAPE).listen(alone) is None


@pytest.mark.parametrize(
    ("offset", "believed"),
    [(_offset(0.1, 0.8, 3), True), (_offset(0.8, 0.8, 0), False), (_offset(0.1, 0.4, 3), False),
     (_offset(0.75, 0.8, 1), False)],
)  # fmt: skip
def test_only_a_clear_lag_is_believed(offset: Offset, believed: bool) -> None:
    assert is_believed(offset) is believed
