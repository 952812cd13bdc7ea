"""The mean head, photographed from the front: its image's left half red, its right half green."""

import numpy as np
import pytest

from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.head_model import HeadModel, load_head_model
from dimitra_studio.face.morph import landmark_points, place, project
from dimitra_studio.studio.viewport.head import ViewedHead

SIZE = 512
LEFT, RIGHT = (200, 60, 60), (60, 200, 60)


@pytest.fixture(scope="session")
def sides() -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """The colours of the photo's halves."""
    return LEFT, RIGHT


@pytest.fixture(scope="session")
def head_model() -> HeadModel:
    return load_head_model()


@pytest.fixture(scope="session")
def front_fit(head_model) -> FaceFit:
    camera = Camera(1200, SIZE / 2, SIZE / 2, SIZE, SIZE)
    landmarks, _ = project(place(landmark_points(head_model, head_model.mean), np.zeros(6), head_model), camera)
    return FaceFit(np.zeros(80), np.zeros(64), np.zeros(6), camera, landmarks, 0.0)


@pytest.fixture(scope="session")
def front_portrait() -> Portrait:
    pixels = np.empty((SIZE, SIZE, 3), np.uint8)
    pixels[:, : SIZE // 2], pixels[:, SIZE // 2 :] = LEFT, RIGHT
    return Portrait(pixels, "halves.png", "0" * 64)


@pytest.fixture(scope="session")
def viewed_head(head_model, front_fit, front_portrait) -> ViewedHead:
    return ViewedHead(head_model, front_fit, front_portrait)
