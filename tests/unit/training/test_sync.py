import dataclasses

import numpy as np
import pytest

from dimitra_studio.motion.ear_to_mouth import LARGEST_LAG, Offset
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.sync import is_believed, measure_sync, mended

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
    late = tuple(_late(clip, lag) for clip, lag in zip(made, lags, strict=True))
    found = measure_sync(late, SHAPE)
    assert [found[f"c{n}"].lag for n in range(10)] == lags
    # Taken out, nothing is left to find.
    again = measure_sync(tuple(mended(clip, found[clip.facts.name]) for clip in late), SHAPE)
    assert all(offset.lag == 0 for offset in again.values())


def test_short_clips_are_not_judged(clips) -> None:
    made = tuple(clips.one(f"c{n}", frames=150 if n else 30, seed=n, speaker=f"s{n}") for n in range(5))
    assert set(measure_sync(made, SHAPE)) == {"c1", "c2", "c3", "c4"}


@pytest.mark.parametrize(
    ("offset", "believed"),
    [(_offset(0.1, 0.8, 3), True), (_offset(0.8, 0.8, 0), False), (_offset(0.1, 0.4, 3), False),
     (_offset(0.75, 0.8, 1), False)],
)  # fmt: skip
def test_only_a_clear_lag_is_believed(clips, offset: Offset, believed: bool) -> None:
    assert is_believed(offset) is believed
    clip = clips.one(lag=1)
    assert mended(clip, offset).facts.lag == (1 + offset.lag if believed else 1)
    assert mended(clip, None) is clip
