import numpy as np
import pytest

from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.landmark_sets import LIP_GAP_PAIRS, eye_distance, pair_gap
from dimitra_studio.face.landmark_track import LandmarkTrack, resample_track

NOSE = 4


def moments(count, fps):
    return (np.arange(count) + 0.5) / fps


@pytest.fixture(scope="module")
def film(see):
    """30 frames a second for two seconds: an even move to the right, and a mouth that shuts in frame 20 alone."""
    open_mouth = np.zeros(64)
    open_mouth[COMPONENT_INDEX["jawOpen"]] = 0.2
    landmarks = np.stack(
        [see(np.zeros(80), 0 * open_mouth if i == 20 else open_mouth, (0, 0, 0, 0.02 * i, 0, 0)) for i in range(60)]
    )
    scores = np.tile(np.arange(60.0)[:, None] / 60, (1, BLENDSHAPE_COUNT))
    return LandmarkTrack(landmarks, scores, 30.0, (512, 512))


def test_the_same_rate_changes_nothing(film):
    same = resample_track(film, moments(60, 30), 60, 30.0)
    assert np.array_equal(same.landmarks, film.landmarks)
    assert np.array_equal(same.blendshapes, film.blendshapes)


def test_even_motion_stays_even(film):
    at_25 = resample_track(film, moments(60, 30), 50, 25.0)
    assert (len(at_25), at_25.fps) == (50, 25.0)
    step = np.diff(at_25.landmarks[1:-1, NOSE, 0])
    assert np.ptp(step) < 0.02 * step.mean()
    nearest = np.diff(film.landmarks[np.floor((np.arange(50) + 0.5) / 25 * 30).astype(int)][1:-1, NOSE, 0])
    assert np.ptp(nearest) > 0.5 * step.mean()


def test_lips_that_touch_in_one_frame_touch_still(film):
    at_25 = resample_track(film, moments(60, 30), 50, 25.0)
    gap = pair_gap(at_25.landmarks, LIP_GAP_PAIRS)
    assert gap.min() == pytest.approx(pair_gap(film.landmarks[20], LIP_GAP_PAIRS), abs=1e-3)
    assert np.median(gap) > 0.06 * eye_distance(at_25.landmarks[0])
    # The mouth moves with the head.
    middle = at_25.landmarks[:, [13, 14, 61, 291], 0].mean(axis=1) - at_25.landmarks[:, NOSE, 0]
    assert np.abs(np.diff(middle)).max() < 0.3


def test_gaps_are_not_filled(film):
    landmarks, scores = film.landmarks.copy(), film.blendshapes.copy()
    landmarks[30:40], scores[30:40] = np.nan, np.nan
    holed = LandmarkTrack(landmarks, scores, 30.0, (512, 512))
    at_25 = resample_track(holed, moments(60, 30), 50, 25.0)
    assert np.array_equal(np.flatnonzero(~at_25.seen), np.arange(25, 33))
    assert np.isfinite(at_25.landmarks[at_25.seen]).all()


def test_nothing_lies_between_the_sides_of_a_cut(film):
    landmarks = film.landmarks.copy()
    landmarks[30:] += 900
    cut = LandmarkTrack(landmarks, film.blendshapes, 30.0, (2000, 2000))
    x = resample_track(cut, moments(60, 30), 50, 25.0).landmarks[:, NOSE, 0]
    assert ((x < 500) | (x > 1100)).all()


def test_frames_of_one_moment_show_the_last_of_them(film):
    together = moments(60, 30)
    together[:10] = together[10]
    at_25 = resample_track(film, together, 50, 25.0)
    assert at_25.seen.all()
    assert np.ptp(at_25.landmarks[:9, NOSE, 0]) == 0
    assert at_25.landmarks[0, NOSE, 0] <= film.landmarks[10, NOSE, 0]


def test_one_frame_is_held(film):
    one = LandmarkTrack(film.landmarks[:1], film.blendshapes[:1], 1.0, (512, 512))
    held = resample_track(one, moments(1, 1), 25, 25.0)
    assert len(held) == 25
    assert (held.landmarks == film.landmarks[0]).all()
