import numpy as np
import pytest

from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.morph import deform
from dimitra_studio.motion.lip_shape import measure_lips


@pytest.fixture(scope="module")
def model():
    return load_head_model()


def _face(**components: float) -> np.ndarray:
    values = np.zeros((1, 64), dtype=np.float32)
    for name, value in components.items():
        values[0, COMPONENT_NAMES.index(name)] = value
    return values


def test_jaw_opens_the_mouth_and_closing_cancels_it(model) -> None:
    lips = measure_lips(model)
    opened = lips.gap_of(_face(jawOpen=0.5))[0]
    assert 0.2 < opened < 0.4  # about 55 % of the inter-ocular distance a unit
    assert abs(lips.gap_of(_face(jawOpen=0.5, mouthClose=0.5))[0]) < 0.05 * opened
    assert lips.gap_of(_face())[0] == 0


def test_smiling_widens_and_puckering_narrows(model) -> None:
    lips = measure_lips(model)
    assert lips.width_of(_face(mouthSmileLeft=1, mouthSmileRight=1))[0] > 0.1
    assert lips.width_of(_face(mouthPucker=1))[0] < -0.1


def test_agrees_with_the_deformed_mesh(model) -> None:
    lips = measure_lips(model)
    values = np.random.default_rng(0).uniform(0, 0.3, (1, 64)).astype(np.float32)
    mesh = deform(model, model.mean, values[0])
    corners = model.mouth.upper[[0, -1]]
    width = np.ptp(mesh[corners, 0]) - np.ptp(model.mean[corners, 0])
    scale = width / lips.width_of(values)[0]
    assert scale == pytest.approx(0.569, rel=0.1)  # decimetres an inter-ocular distance
