import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.face.rotation import euler_to_matrix, matrix_to_euler

_TURN = st.floats(-3.1, 3.1)
_YAW = st.floats(-1.5, 1.5)


@given(_TURN, _YAW, _TURN)
def test_angles_survive_a_round_trip(pitch, yaw, roll) -> None:
    angles = np.array([pitch, yaw, roll])
    assert np.allclose(matrix_to_euler(euler_to_matrix(angles)), angles, atol=1e-7)


@given(_TURN, st.floats(-np.pi / 2, np.pi / 2), _TURN)
def test_matrices_are_rotations_and_survive_a_round_trip_even_at_the_pole(pitch, yaw, roll) -> None:
    R = euler_to_matrix([pitch, yaw, roll])
    assert np.allclose(R @ R.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(R) > 0
    assert np.allclose(euler_to_matrix(matrix_to_euler(R)), R, atol=1e-7)


def test_each_angle_turns_as_named() -> None:
    forward, up = np.array([0.0, 0, 1]), np.array([0.0, 1, 0])
    assert (euler_to_matrix([0.3, 0, 0]) @ forward)[1] < 0  # pitch looks down
    assert (euler_to_matrix([0, 0.3, 0]) @ forward)[0] > 0  # yaw looks to the image's right
    assert (euler_to_matrix([0, 0, 0.3]) @ up)[0] < 0  # roll tips the crown to the image's left


def test_stacks_are_turned_at_once() -> None:
    angles = np.random.default_rng(0).uniform(-1, 1, (4, 5, 3))
    matrices = euler_to_matrix(angles)
    assert matrices.shape == (4, 5, 3, 3)
    assert np.allclose(matrices[2, 3], euler_to_matrix(angles[2, 3]))
    assert np.allclose(matrix_to_euler(matrices), angles)
