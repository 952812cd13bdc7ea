from collections.abc import Iterator

import numpy as np
import pytest

from dimitra_studio.core.face import Camera
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.paths import resource
from dimitra_studio.engine.registry import open_registry
from dimitra_studio.face.head_model import HeadModel, load_head_model
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.landmark_shape import LandmarkShape, landmark_shape
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.normal_equations import project_points


@pytest.fixture(scope="session")
def head() -> HeadModel:
    return load_head_model()


@pytest.fixture(scope="session")
def shape(head) -> LandmarkShape:
    return landmark_shape(head)


@pytest.fixture(scope="session")
def detector() -> Iterator[FaceDetector]:
    with FaceDetector(open_registry().path("face-landmarker")) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample() -> Portrait:
    return read_portrait(resource("sample/portrait.png"))


@pytest.fixture(scope="session")
def camera() -> Camera:
    return Camera(focal=2000.0, cx=256.0, cy=250.0, width=512, height=512)


@pytest.fixture(scope="session")
def see(shape, camera):
    """Landmarks [478, 2] px of a head with identity [80], expression [64] and pose [6]."""

    def seen(identity, expression, pose):
        x = np.concatenate([identity, expression]).astype(np.float32)
        return project_points(shape.points(x), np.asarray(pose, np.float64), camera).T

    return seen
