"""A photograph-like picture of the face model itself, from any side: no portrait of a real person is needed for it."""

from pathlib import Path

import numpy as np
from PIL import Image

from dimitra_studio.core.face import Camera
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.face.morph import neutral, place, project, vertex_normals
from dimitra_studio.render.raster import Window, interpolate, rasterise

SKIN, EYEBALL, IRIS, WALL = (205, 150, 125), (230, 230, 230), (40, 30, 25), (120, 130, 150)


def draw_head(path: Path, yaw: float) -> None:
    """Draws the mean head, turned by `yaw` radians, at 512 x 512 px."""
    model = load_head_model()
    placed = place(neutral(model, np.zeros(80)), [0, yaw, 0, 0, 0, 0], model)
    uv, depth = project(placed, Camera(1500, 256, 256, 512, 512))
    light = np.array([0.3, 0.4, 0.86], np.float32)
    shade = np.clip(0.35 + 0.65 * (vertex_normals(placed, model.triangles) @ light), 0, 1)[:, None]
    colours = np.tile(np.array(SKIN, np.float32), (len(placed), 1))
    eyes = np.unique(model.triangles[model.region("eye_left", "eye_right")])
    colours[eyes] = EYEBALL
    colours[eyes[model.mean[eyes, 2] > model.mean[eyes, 2].max() - 0.03]] = IRIS
    raster = rasterise(uv, depth, model.triangles, Window(0, 0, 512, 512))
    picture = interpolate(raster, model.triangles, colours * shade)
    picture[~raster.covered] = WALL
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(path)
