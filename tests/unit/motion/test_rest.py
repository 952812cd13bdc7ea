import numpy as np
import pytest

from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.lip_shape import measure_lips
from dimitra_studio.motion.rest import closed_no_further, rest_lips, rest_weight, settle, shut


def test_a_long_silence_rests_and_speech_never_does() -> None:
    silent = np.array([False] * 30 + [True] * 40 + [False] * 30)
    weight = rest_weight(silent)
    assert weight[~silent].max() < 0.05
    assert weight[45:55].min() > 0.99
    assert np.abs(np.diff(weight)).max() < 0.25


def test_a_short_pause_is_left_to_the_network() -> None:
    assert rest_weight(np.array([False] * 20 + [True] * 10 + [False] * 20)).max() == 0


def test_silence_at_the_ends_rests_to_the_very_end() -> None:
    weight = rest_weight(np.array([True] * 30 + [False] * 30 + [True] * 30))
    assert weight[0] > 0.99
    assert weight[-1] > 0.99


def test_silence_throughout_rests_throughout() -> None:
    np.testing.assert_allclose(rest_weight(np.ones(40, dtype=bool)), 1.0, atol=1e-6)


def test_lips_at_rest_are_the_portraits_but_closed() -> None:
    names = ("jawOpen", "mouthPress", "mouthLowerDown")
    first, silence = np.array([0.4, 0.2, 0.01]), np.array([0.05, 0.0, 0.1])
    np.testing.assert_allclose(rest_lips(first, silence, names), [0.05, 0.2, 0.01], atol=1e-6)


def test_settled_lips_hold_still() -> None:
    lips = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    rest = np.array([0.1, -0.1], dtype=np.float32)
    weight = rest_weight(np.array([False] * 20 + [True] * 40))
    settled = settle(lips, weight, rest)
    np.testing.assert_allclose(settled[40:], np.broadcast_to(rest, (20, 2)), atol=1e-5)
    np.testing.assert_array_equal(settled[:15], lips[:15])


def test_lips_close_no_further_than_the_jaw_is_open() -> None:
    lips = np.array([[0.2, 0.5, 0.9], [0.4, 0.1, 0.9], [-0.1, 0.3, 0.9]], dtype=np.float32)
    ruled = closed_no_further(lips, ("jawOpen", "mouthClose", "mouthPress"))
    np.testing.assert_allclose(ruled, [[0.2, 0.2, 0.9], [0.4, 0.1, 0.9], [-0.1, 0.0, 0.9]], atol=1e-6)
    np.testing.assert_array_equal(closed_no_further(lips, ("a", "b", "c")), lips)


@pytest.fixture(scope="module")
def gap() -> np.ndarray:
    return measure_lips(load_head_model()).gap


def face(**components: float) -> np.ndarray:
    values = np.zeros(64, dtype=np.float32)
    for name, value in components.items():
        values[COMPONENT_NAMES.index(name)] = value
    return values


def closing(gap: np.ndarray, values: np.ndarray) -> tuple[float, float, np.ndarray]:
    """The gap before and after, as the renderer sees them, and the lips after."""
    lips = shut(values[:13], values, gap, COMPONENT_NAMES[:13])
    gaps = []
    for each in (values[:13], lips):
        whole = np.concatenate((closed_no_further(each[None], COMPONENT_NAMES[:13])[0], values[13:]))
        gaps.append(float(whole @ gap))
    return *gaps, lips


@pytest.mark.parametrize(
    "components",
    [{"jawOpen": 0.4}, {"jawOpen": 0.3, "mouthClose": 0.1},
     {"jawOpen": 0.1, "mouthUpperUp": 0.5, "mouthLowerDown": 0.3},
     {"mouthUpperUp": 0.6, "mouthPress": 0.2}, {"jawOpen": 0.2, "mouthClose": 0.2, "mouthShrugUpper": 0.5},
     {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.6, "mouthUpperUp": 0.4, "jawOpen": 0.2},
     {"jawOpen": 0.1, "mh_mouth-upward-retraction": 0.2}],
)  # fmt: skip
def test_parted_lips_meet_at_rest(gap, components) -> None:
    before, after, lips = closing(gap, face(**components))
    assert before > 0.02
    assert -0.015 - 1e-6 < after < 0
    # Only what parts lips is moved, and never beyond a closed mouth.
    kept = [n for n, name in enumerate(COMPONENT_NAMES[:13]) if name not in
            ("jawOpen", "mouthClose", "mouthFunnel", "mouthLowerDown", "mouthUpperUp")]  # fmt: skip
    np.testing.assert_array_equal(lips[kept], face(**components)[kept])
    assert lips[COMPONENT_NAMES.index("jawOpen")] >= -0.08 - 1e-6


def test_lips_that_meet_are_left_alone(gap) -> None:
    for components in ({}, {"mouthPress": 0.4}, {"jawOpen": 0.3, "mouthClose": 0.3}):
        values = face(**components)
        np.testing.assert_allclose(closing(gap, values)[2], values[:13], atol=1e-6)


def test_what_cannot_be_closed_stays_a_little_open(gap) -> None:
    before, after, _ = closing(gap, face(**{"mh_mouth-upward-retraction": 1.0}))
    assert 0 < after < before


def test_a_face_of_which_nothing_is_known_is_left_alone() -> None:
    values = face(jawOpen=0.4)
    np.testing.assert_array_equal(
        shut(values[:13], values, np.zeros(64, np.float32), COMPONENT_NAMES[:13]), values[:13]
    )
    lips = np.array([0.3, 0.2], dtype=np.float32)
    np.testing.assert_array_equal(shut(lips, lips, np.ones(2, np.float32), ("a", "b")), lips)
