import numpy as np
import pytest

from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT, BLENDSHAPE_NAMES
from dimitra_studio.face.components import COMPONENT_INDEX, COMPONENT_NAMES
from dimitra_studio.face.landmark_sets import (
    INNER,
    LID_GAP_PAIRS_LEFT,
    LID_GAP_PAIRS_RIGHT,
    LIP_GAP_PAIRS,
    OVAL,
    eye_distance,
    facing_away,
    pair_gap,
)
from dimitra_studio.face.observation import close_lids, close_lips, eyes_shut, lips_sealed, observe, smoothstep
from dimitra_studio.face.prior import expression_prior


@pytest.fixture
def face(see):
    """Lips 5 % of the eye distance apart."""
    expression = np.zeros(64)
    expression[COMPONENT_INDEX["jawOpen"]] = 0.12
    return see(np.zeros(80), expression, np.zeros(6))


def scores(**values):
    array = np.zeros(BLENDSHAPE_COUNT)
    for name, value in values.items():
        array[BLENDSHAPE_NAMES.index(name)] = value
    return array


def test_smoothstep():
    assert [smoothstep(value, 1, 3) for value in (0, 1, 2, 3, 9)] == [0, 0, 0.5, 1, 1]


def test_eye_distance_survives_a_lost_iris(face):
    right = float(eye_distance(face))
    wrong = face.copy()
    wrong[468:] = wrong[468]
    assert float(eye_distance(wrong)) == pytest.approx(right, rel=0.15)


def test_open_lips_stay_as_seen(face):
    iod = float(eye_distance(face))
    assert pair_gap(face, LIP_GAP_PAIRS) / iod > 0.03
    assert lips_sealed(face, iod) == 0
    assert np.array_equal(close_lips(face, 0.0), face)


def test_nearly_closed_lips_are_closed(face):
    iod = float(eye_distance(face))
    nearly = close_lips(face, 1 - 0.012 / float(pair_gap(face, LIP_GAP_PAIRS) / iod))
    assert pair_gap(nearly, LIP_GAP_PAIRS) / iod == pytest.approx(0.012, rel=0.01)
    assert lips_sealed(nearly, iod) == 1
    seen = observe(nearly, scores())
    assert pair_gap(seen.target.T, LIP_GAP_PAIRS) / iod < 1e-3
    assert seen.pair_weight[0] > 2 * observe(face, scores()).pair_weight[0]


def test_a_blink_closes_its_own_eye(face):
    shut = eyes_shut(scores(eyeBlinkLeft=0.6, eyeBlinkRight=0.2))
    assert shut == (0, 1)
    closed = close_lids(face, shut)
    left, right = pair_gap(closed, LID_GAP_PAIRS_LEFT), pair_gap(closed, LID_GAP_PAIRS_RIGHT)
    assert left == pytest.approx(0.03 * pair_gap(face, LID_GAP_PAIRS_LEFT), rel=0.01)
    assert right == pair_gap(face, LID_GAP_PAIRS_RIGHT)


@pytest.mark.parametrize(("yaw", "low", "high"), [(0.0, 0.0, 0.02), (-0.35, 0.4, 0.8), (0.7, 1.0, 2.0)])
def test_facing_away_grows_with_yaw_alone(see, yaw, low, high):
    away = [float(facing_away(see(np.zeros(80), np.zeros(64), (0.0, yaw, roll, 0, 0, 0)))) for roll in (0.0, 1.0)]
    assert low <= away[0] <= high
    assert away[1] == pytest.approx(away[0], abs=0.05)


def test_sets_cover_all_landmarks():
    assert sorted({*INNER, *OVAL}) == list(range(478))
    assert len(OVAL) == len(set(OVAL)) == 36


def test_prior_reads_scores_by_name():
    mean = expression_prior().mean(scores(jawOpen=0.5, mouthStretchLeft=0.4, mouthClose=0.5, browDownLeft=1.0))
    expected = {
        "jawOpen": 0.35,
        "mouthStretch": 0.14,
        "mouthStretchAsym": 0.14,
        "mouthClose": 0.15,
        "browDownLeft": 0.7,
    }
    for name, value in zip(COMPONENT_NAMES, mean, strict=True):
        assert value == pytest.approx(expected.get(name, 0.0), abs=1e-6), name


def test_prior_bounds_hold_rest_and_are_ordered():
    prior = expression_prior()
    assert (prior.lower <= 0).all()
    assert (prior.upper > 0).all()
    assert (prior.sigma > 0).all()
    assert prior.upper[COMPONENT_INDEX["eyeBlinkLeft"]] == 1.0
