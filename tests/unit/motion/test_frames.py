import numpy as np
import pytest

from dimitra_studio.core.channels import Group
from dimitra_studio.motion.frames import anchored, origin, persistence, steadied


def test_only_translations_count_from_the_first_frame() -> None:
    pose = np.arange(1.0, 7.0, dtype=np.float32)
    assert origin(Group.POSE, pose).tolist() == [0, 0, 0, 4, 5, 6]
    assert origin(Group.LIPS, pose).tolist() == [0] * 6


@pytest.mark.parametrize(
    ("group", "name", "stays"),
    [(Group.POSE, "yaw", 1.0), (Group.EXPRESSION, "browInnerUp", 1.0), (Group.EXPRESSION, "eyeBlinkLeft", 1.0),
     (Group.EXPRESSION, "mouthSmileLeft", 0.0), (Group.LIPS, "jawOpen", 0.0)],
)  # fmt: skip
def test_the_person_stays_and_the_mouth_goes(group: Group, name: str, stays: float) -> None:
    kept = persistence(group, (name,), 100, 25.0)
    assert kept[0, 0] == 1.0
    assert kept[-1, 0] == pytest.approx(stays, abs=1e-3)


def test_anchored_motion_starts_at_the_first_frame() -> None:
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    first = np.array([1.0, 2.0, 3.0], dtype=np.float32)
    kept = persistence(Group.EXPRESSION, ("browInnerUp", "jawLeft", "mouthLeft"), 50, 25.0)
    moved = anchored(values, first, kept)
    np.testing.assert_allclose(moved[0], first, atol=1e-6)
    np.testing.assert_allclose(np.diff(moved[:, 0]), np.diff(values[:, 0]), atol=1e-6)
    np.testing.assert_allclose(moved[-1, 1:], values[-1, 1:], atol=1e-3)


def test_a_head_nods_and_does_not_tremble() -> None:
    time = np.arange(200) / 25
    nod = np.repeat(np.sin(2 * np.pi * 0.5 * time)[:, None], 6, axis=1).astype(np.float32)
    tremble = 0.1 * np.repeat(np.cos(np.pi * np.arange(200))[:, None], 6, axis=1).astype(np.float32)
    names = ("browInnerUp", "eyeBlinkLeft", "mouthLeft", "jawLeft", "eyeLookUpLeft", "mh_mouth-eversion")
    steady = steadied(Group.POSE, names, nod + tremble)
    np.testing.assert_allclose(steady[10:-10], 0.989 * nod[10:-10], atol=0.01)
    np.testing.assert_array_equal(steadied(Group.LIPS, names, tremble), tremble)
    face = np.abs(steadied(Group.EXPRESSION, names, tremble)[10:-10]).max(axis=0)
    np.testing.assert_allclose(face, [0, 0.1, 0.1, 0.1, 0, 0.1], atol=0.01)
