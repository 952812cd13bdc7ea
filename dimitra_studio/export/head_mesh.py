"""The head as a mesh with 64 shapes, as animation programs take it: metres, about the point that the head turns on."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT, IDENTITY_COUNT
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.morph import deform, neutral, place, project, vertex_normals

METRES = 0.1  # a decimetre
_LARGEST_TEXTURE = 2048  # px; what game engines take without asking
_JPEG_QUALITY = 92
_MOUTH_CLOSE, _JAW_OPEN = COMPONENT_INDEX["mouthClose"], COMPONENT_INDEX["jawOpen"]


@dataclass(frozen=True)
class MeshPart:
    """Triangles [F, 3] of one material: its linear `colour` (r, g, b), and whether it shows the portrait."""

    name: str
    triangles: NDArray[np.int32]
    colour: tuple[float, float, float]
    shows_portrait: bool


@dataclass(frozen=True)
class HeadMesh:
    """`vertices` and `normals` [V, 3] at rest and what each of 64 components adds (`shapes` [64, V, 3]), in metres
    about the head's pivot; `uv` [V, 2] (0..1 from the portrait's upper left corner) and the portrait as a JPEG, or
    None."""

    vertices: FloatArray
    normals: FloatArray
    shapes: FloatArray
    shape_names: tuple[str, ...]
    parts: tuple[MeshPart, ...]
    uv: FloatArray | None = None
    texture: bytes | None = None


_PARTS = (
    ("skin", ("skin", "ears"), (0.6, 0.38, 0.3), True),
    ("eyes", ("eye_left", "eye_right"), (0.85, 0.85, 0.85), True),
    ("teeth", ("teeth_upper", "teeth_lower"), (0.8, 0.76, 0.68), False),
    ("tongue", ("tongue",), (0.45, 0.13, 0.13), False),
    ("mouth", ("mouth_bag",), (0.2, 0.04, 0.04), False),
)


def build_mesh(model: HeadModel, fit: FaceFit | None = None, portrait: Portrait | None = None) -> HeadMesh:
    """The mean head, or the one that was fitted to a portrait, with the portrait as its texture where it is given.

    A blink's shape closes these lids exactly. A texture comes from the one picture: what it does not show, such as the
    back of the head, bears the colours that lie before it.
    """
    rest = neutral(model, np.zeros(IDENTITY_COUNT) if fit is None else fit.identity)
    shapes = np.array(model.expression)
    for lid in model.lids:
        alone = np.zeros(COMPONENT_COUNT, np.float32)
        alone[lid.blink] = 1
        shapes[lid.blink] = deform(model, rest, alone) - rest
    uv, texture = (None, None) if fit is None or portrait is None else _texture(model, rest, fit, portrait)
    return HeadMesh(
        ((rest - model.pivot) * METRES).astype(np.float32),
        vertex_normals(rest, model.triangles),
        (shapes * METRES).astype(np.float32),
        model.component_names,
        tuple(
            MeshPart(name, model.triangles[model.region(*regions)], colour, shows)
            for name, regions, colour, shows in _PARTS
        ),
        uv,
        texture,
    )


def shape_weights(motion: MotionSequence) -> FloatArray:
    """The shapes' weights [T, 64]: the components, but mouthClose counts up to jawOpen only, as in the studio."""
    weights = np.array(motion.components)
    weights[:, _MOUTH_CLOSE] = np.minimum(weights[:, _MOUTH_CLOSE], np.maximum(weights[:, _JAW_OPEN], 0))
    return weights


def _texture(model: HeadModel, rest: FloatArray, fit: FaceFit, portrait: Portrait) -> tuple[FloatArray, bytes]:
    """Where each vertex lies in the portrait (its face as it is there), and the portrait's file."""
    seen, _ = project(place(deform(model, rest, fit.expression), fit.pose, model), fit.camera)
    width, height = portrait.size
    uv = ((seen + 0.5) / (width, height)).astype(np.float32)
    picture = Image.fromarray(portrait.pixels)
    picture.thumbnail((_LARGEST_TEXTURE, _LARGEST_TEXTURE))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=_JPEG_QUALITY)
    return uv.clip(0, 1), stream.getvalue()
