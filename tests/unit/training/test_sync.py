import dataclasses

import numpy as np
import pytest

from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.sync import Sync, measure_sync, mended

SHAPE = LipShape(np.eye(64)[0], np.eye(64)[1])


def _late(clip, frames: int):
    """The same clip with its sound `frames` later."""
    features = np.roll(clip.speech.features, 2 * frames, axis=0)
    return dataclasses.replace(clip, speech=dataclasses.replace(clip.speech, features=features))


def test_finds_the_lag_of_each_clip(clips) -> None:
    lags = [0, 3, -2, 0, 0, 5, 0, 0, -4, 0]
    made = [clips.one(f"c{n}", frames=150, seed=n, speaker=f"s{n}") for n in range(10)]
    late = tuple(_late(clip, lag) for clip, lag in zip(made, lags, strict=True))
    found = measure_sync(late, SHAPE)
    assert [found[f"c{n}"].lag for n in range(10)] == lags
    # Taken out, nothing is left to find.
    again = measure_sync(tuple(mended(clip, found[clip.facts.name]) for clip in late), SHAPE)
    assert all(sync.lag == 0 for sync in again.values())


def test_short_clips_are_not_judged(clips) -> None:
    made = tuple(clips.one(f"c{n}", frames=150 if n else 30, seed=n, speaker=f"s{n}") for n in range(5))
    assert set(measure_sync(made, SHAPE)) == {"c1", "c2", "c3", "c4"}


@pytest.mark.parametrize(
    ("sync", "believed"),
    [(Sync(0.1, 0.8, 3), True), (Sync(0.8, 0.8, 0), False), (Sync(0.1, 0.4, 3), False), (Sync(0.75, 0.8, 1), False)],
)
def test_only_a_clear_lag_is_believed(clips, sync: Sync, believed: bool) -> None:
    assert sync.believed is believed
    clip = clips.one(lag=1)
    assert mended(clip, sync).facts.lag == (1 + sync.lag if believed else 1)
    assert mended(clip, None) is clip
