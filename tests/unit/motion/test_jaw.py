import numpy as np
import pytest

from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.jaw import carry, give_back, jaw_share
from dimitra_studio.motion.lip_shape import measure_lips


@pytest.fixture(scope="module")
def lips():
    return measure_lips(load_head_model())


def test_lips_alone_then_have_the_whole_faces_gap(lips) -> None:
    """With the rest of the face held as in the first frame, carrying lips part as the true face did."""
    values = np.random.default_rng(0).uniform(0, 0.3, (30, 64)).astype(np.float32)
    mouth, face = values[:, :13], values[:, 13:]
    held = np.concatenate((carry(mouth, face, face[0], jaw_share(lips)), np.repeat(face[:1], 30, axis=0)), axis=1)
    np.testing.assert_allclose(lips.gap_of(held), lips.gap_of(values), atol=1e-5)
    assert (
        np.abs(
            lips.gap_of(np.concatenate((mouth, np.repeat(face[:1], 30, axis=0)), axis=1)) - lips.gap_of(values)
        ).max()
        > 0.01
    )


def test_giving_back_undoes_carrying(lips) -> None:
    rng = np.random.default_rng(0)
    mouth, face = rng.normal(size=(5, 13)).astype(np.float32), rng.normal(size=(5, 51)).astype(np.float32)
    carried = carry(mouth, face, face[2], jaw_share(lips))
    np.testing.assert_allclose(give_back(carried, face, face[2], jaw_share(lips)), mouth, atol=1e-5)
    assert np.abs(carried - mouth).max() > 0.01
