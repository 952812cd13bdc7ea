"""A textured head drawn from the face model: its fit is known exactly, and every part has a colour of its own."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from dimitra_studio.core.face import Camera, FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import REGIONS, HeadModel, load_head_model
from dimitra_studio.face.landmark_shape import landmark_shape
from dimitra_studio.face.morph import deform, landmark_points, neutral, place, project
from dimitra_studio.render.raster import Window, rasterise

SKIN, INSIDE, EYE = (190, 150, 130), (230, 40, 200), (40, 200, 60)
COLOURS = {
    "mouth_bag": INSIDE,
    "teeth_upper": INSIDE,
    "teeth_lower": INSIDE,
    "tongue": INSIDE,
    "eye_left": EYE,
    "eye_right": EYE,
}


@dataclass(frozen=True)
class Sitter:
    """A picture and the parameters that made it."""

    portrait: Portrait
    fit: FaceFit

    def components(self, **changes: float) -> np.ndarray:
        """The portrait's expression with named components set."""
        values = np.array(self.fit.expression)
        for name, value in changes.items():
            values[COMPONENT_INDEX[name]] = value
        return values

    def pose(self, pitch=0.0, yaw=0.0, roll=0.0, x=0.0, y=0.0, z=0.0) -> np.ndarray:
        """The portrait's pose turned by degrees and moved by decimetres."""
        return np.array(self.fit.pose) + np.array([*np.radians([pitch, yaw, roll]), x, y, z], np.float32)


def noise(height: int, width: int, seed: int) -> np.ndarray:
    """A smooth pattern [height, width, 3] between -35 and 35, as coarse as a face's detail."""
    rough = np.random.default_rng(seed).normal(0, 1, (max(height // 6, 4), max(width // 6, 4), 3))
    pattern = cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(pattern * 18, -35, 35)


def draw_sitter(model: HeadModel, width=300, height=320, scale=1.0, centre=(0.5, 0.5), **expression: float) -> Sitter:
    """Someone before a patterned wall; `scale` 1 fills the picture's height with the head, `centre` is the face's."""
    rng = np.random.default_rng(5)
    identity = rng.normal(0, 0.4, 80).astype(np.float32)
    components = np.zeros(64, np.float32)
    for name, value in expression.items():
        components[COMPONENT_INDEX[name]] = value
    pose = np.array([0.03, -0.06, 0.02, 0, 0, 0], np.float32)
    camera = Camera(2.6 * height * scale, centre[0] * width, centre[1] * height, width, height)
    vertices = deform(model, neutral(model, identity), components)
    uv, depth = project(place(vertices, pose, model), camera)
    raster = rasterise(uv, depth, model.triangles, Window(0, 0, width, height))
    colours = np.array([COLOURS.get(name, SKIN) for name in REGIONS], float)
    picture = np.array([110.0, 140.0, 170.0]) + noise(height, width, 1)
    seen = raster.covered
    region = model.triangle_region[raster.triangle[seen]]
    plain = np.isin(region, [REGIONS.index(name) for name in COLOURS])
    picture[seen] = colours[region] + np.where(plain[:, None], 0, noise(height, width, 2)[seen])
    points = landmark_points(model, vertices)
    landmarks, _ = project(place(points, pose, model), camera)
    fit = FaceFit(identity, components, pose, camera, landmarks, 0.0)
    return Sitter(Portrait(np.clip(picture, 0, 255).astype(np.uint8), "drawn", ""), fit)


@pytest.fixture(scope="session")
def head() -> HeadModel:
    model = load_head_model()
    landmark_shape(model)
    return model


@pytest.fixture(scope="session")
def closed(head) -> Sitter:
    """Lips closed."""
    return draw_sitter(head)


@pytest.fixture(scope="session")
def open_mouth(head) -> Sitter:
    """Lips far apart, the inside seen."""
    return draw_sitter(head, jawOpen=0.45, mouthLowerDown=0.2)


def share_like(picture: np.ndarray, colour: tuple[int, int, int], tolerance: int = 60) -> float:
    """How many pixels are close to a colour."""
    return int((np.abs(picture.astype(int) - colour).max(axis=-1) < tolerance).sum())
