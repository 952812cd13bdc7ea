import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.mirror import mirror_of
from dimitra_studio.face.morph import deform
from dimitra_studio.face.rotation import euler_to_matrix

MIRROR = mirror_of(COMPONENT_NAMES)


def _one(name: str) -> np.ndarray:
    values = np.zeros(70, dtype=np.float32)
    values[COMPONENT_NAMES.index(name)] = 1.0
    return values


def test_twice_is_the_same_face() -> None:
    values = np.random.default_rng(0).normal(size=(9, 70)).astype(np.float32)
    np.testing.assert_array_equal(MIRROR(MIRROR(values)), values)


def test_lips_are_symmetric() -> None:
    lips = np.zeros(70, dtype=np.float32)
    lips[Group.LIPS.columns] = np.arange(13)
    np.testing.assert_array_equal(MIRROR(lips), lips)


@pytest.mark.parametrize(
    ("name", "other", "sign"),
    [("eyeBlinkLeft", "eyeBlinkRight", 1), ("mouthLeft", "mouthRight", 1), ("browInnerUp", "browInnerUp", 1),
     ("mouthPressAsym", "mouthPressAsym", -1), ("mh_nose-left-dilatation", "mh_nose-right-dilatation", 1)],
)  # fmt: skip
def test_sides_change_place(name: str, other: str, sign: int) -> None:
    np.testing.assert_array_equal(MIRROR(_one(name)), sign * _one(other))


def test_the_mesh_is_mirrored() -> None:
    """What counts in the end: the deformed head's mirror image is the head deformed by the mirrored components."""
    model = load_head_model()
    points = model.landmark_vertices[:, 0]
    # Vertex pairs across the middle, found on the neutral head.
    flipped = model.mean * (-1, 1, 1)
    partner = np.array([np.argmin(((flipped - model.mean[point]) ** 2).sum(axis=1)) for point in points])
    paired = np.abs(flipped[partner] - model.mean[points]).max(axis=1) < 2e-3
    assert paired.mean() > 0.9
    values = np.zeros(70, dtype=np.float32)
    values[:64] = np.random.default_rng(1).uniform(0, 0.3, 64)
    one = deform(model, model.mean, values[:64])
    other = deform(model, model.mean, MIRROR(values)[:64])
    difference = np.abs(one[points] - other[partner] * (-1, 1, 1)).max(axis=1)[paired]
    assert np.median(difference) < 3e-3
    assert np.percentile(difference, 95) < 0.02
    unmirrored = np.abs(one[points] - one[partner] * (-1, 1, 1)).max(axis=1)[paired]
    assert np.percentile(unmirrored, 95) > 3 * np.percentile(difference, 95)


def test_the_pose_is_mirrored() -> None:
    pose = np.zeros(70, dtype=np.float32)
    pose[Group.POSE.columns] = [0.1, 0.2, 0.3, 1.0, 2.0, 3.0]
    mirrored = MIRROR(pose)[Group.POSE.columns]
    flip = np.diag([-1.0, 1.0, 1.0])
    expected = flip @ euler_to_matrix(pose[64:67]) @ flip
    np.testing.assert_allclose(euler_to_matrix(mirrored[:3]), expected, atol=1e-6)
    np.testing.assert_array_equal(mirrored[3:], [-1.0, 2.0, 3.0])


def test_names_without_their_other_side_are_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        mirror_of((*COMPONENT_NAMES[:-1], "onlyLeft"))
    with pytest.raises(ValueError, match="63"):
        mirror_of(COMPONENT_NAMES[:-1])
