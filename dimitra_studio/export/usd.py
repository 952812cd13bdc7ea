"""USD as text (.usda): a UsdSkel head with 64 blend shapes, their weights over time, and one joint that turns it."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from dimitra_studio import __version__
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.exchange import bridge
from dimitra_studio.export.formats import texture_path
from dimitra_studio.export.head_mesh import HeadMesh, shape_weights
from dimitra_studio.export.turns import positions, quaternions

_UNMOVED = 1e-6  # metres
_IDENTITY = "((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1))"


def write_usd(path: Path, motion: MotionSequence, mesh: HeadMesh) -> tuple[str, ...]:
    """Writes the head and its motion; returns notes. A texture is written beside it (`texture_path`).

    Raises InputError where it cannot be written.
    """
    motion, notes = bridge(motion)
    picture = None
    if mesh.texture is not None:
        picture = texture_path(path)
        with replacing(picture) as part:
            part.write_bytes(mesh.texture)
    text = _HEADER.format(version=__version__, fps=f"{motion.fps:.9g}", end=len(motion) - 1)
    text += 'def SkelRoot "Head" (prepend apiSchemas = ["SkelBindingAPI"])\n{\n'
    text += _SKELETON + _animation(motion, mesh) + _mesh(mesh)
    text += "".join(_material(part.name, part.colour, picture if part.shows_portrait else None) for part in mesh.parts)
    with replacing(path) as part_file:
        part_file.write_text(text + "}\n", encoding="utf-8")
    return notes


_HEADER = """#usda 1.0
(
    doc = "Made with Dimitra Studio {version}"
    defaultPrim = "Head"
    metersPerUnit = 1
    upAxis = "Y"
    timeCodesPerSecond = {fps}
    framesPerSecond = {fps}
    startTimeCode = 0
    endTimeCode = {end}
)

"""
_SKELETON = f"""    def Skeleton "Skeleton" (prepend apiSchemas = ["SkelBindingAPI"])
    {{
        uniform token[] joints = ["head"]
        uniform matrix4d[] bindTransforms = [{_IDENTITY}]
        uniform matrix4d[] restTransforms = [{_IDENTITY}]
        rel skel:animationSource = </Head/Take>
    }}
"""


def _animation(motion: MotionSequence, mesh: HeadMesh) -> str:
    """Joint and weights over time, a time code a frame."""
    turns = quaternions(motion.pose)[:, [3, 0, 1, 2]]  # USD writes the real part first
    samples = {
        "float[] blendShapeWeights": [_numbers(row) for row in shape_weights(motion)],
        "quatf[] rotations": [f"[{_tuples(row[None])}]" for row in turns],
        "float3[] translations": [f"[{_tuples(row[None])}]" for row in positions(motion.pose)],
    }
    text = '    def SkelAnimation "Take"\n    {\n'
    text += f"        uniform token[] blendShapes = [{_quoted(mesh.shape_names)}]\n"
    text += '        uniform token[] joints = ["head"]\n        half3[] scales = [(1, 1, 1)]\n'
    for name, rows in samples.items():
        keys = ",\n".join(f"            {index}: {row}" for index, row in enumerate(rows))
        text += f"        {name}.timeSamples = {{\n{keys}\n        }}\n"
    return text + "    }\n"


def _mesh(mesh: HeadMesh) -> str:
    triangles = np.concatenate([part.triangles for part in mesh.parts])
    names = [_prim(name) for name in mesh.shape_names]
    low, high = mesh.vertices.min(axis=0), mesh.vertices.max(axis=0)
    text = '    def Mesh "Face" (prepend apiSchemas = ["SkelBindingAPI", "MaterialBindingAPI"])\n    {\n'
    text += f"        int[] faceVertexCounts = {_numbers(np.full(len(triangles), 3))}\n"
    text += f"        int[] faceVertexIndices = {_numbers(triangles.reshape(-1))}\n"
    text += f"        point3f[] points = [{_tuples(mesh.vertices)}]\n"
    text += f'        normal3f[] normals = [{_tuples(mesh.normals)}] (interpolation = "vertex")\n'
    text += f"        float3[] extent = [{_tuples(np.stack([low, high]))}]\n"
    text += '        uniform token subdivisionScheme = "none"\n        uniform bool doubleSided = 1\n'
    text += '        uniform token subsetFamily:materialBind:familyType = "partition"\n'
    if mesh.uv is not None:
        upwards = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1)  # USD counts from the lower edge
        text += f'        texCoord2f[] primvars:st = [{_tuples(upwards)}] (interpolation = "vertex")\n'
    text += f"        uniform token[] skel:blendShapes = [{_quoted(mesh.shape_names)}]\n"
    text += f"        rel skel:blendShapeTargets = [{', '.join(f'</Head/Face/{name}>' for name in names)}]\n"
    text += "        rel skel:skeleton = </Head/Skeleton>\n"
    for kind, value in (("int[] primvars:skel:jointIndices", 0), ("float[] primvars:skel:jointWeights", 1)):
        text += f'        {kind} = [{value}] (elementSize = 1; interpolation = "constant")\n'
    start = 0
    for part in mesh.parts:
        text += _subset(part.name, np.arange(start, start + len(part.triangles)))
        start += len(part.triangles)
    return text + "".join(_shape(name, shape) for name, shape in zip(names, mesh.shapes, strict=True)) + "    }\n"


def _subset(name: str, faces: ArrayLike) -> str:
    return f"""        def GeomSubset "{name}" (prepend apiSchemas = ["MaterialBindingAPI"])
        {{
            uniform token elementType = "face"
            uniform token familyName = "materialBind"
            int[] indices = {_numbers(faces)}
            rel material:binding = </Head/{name}_material>
        }}
"""


def _shape(name: str, shape: np.ndarray) -> str:
    moved = np.flatnonzero(np.abs(shape).max(axis=1) > _UNMOVED)
    return f"""        def BlendShape "{name}"
        {{
            uniform vector3f[] offsets = [{_tuples(shape[moved])}]
            uniform int[] pointIndices = {_numbers(moved)}
        }}
"""


def _material(name: str, colour: tuple[float, float, float], picture: Path | None) -> str:
    here = f"/Head/{name}_material"
    paint, readers = f"color3f inputs:diffuseColor = {colour}", ""
    if picture is not None:
        paint = f"color3f inputs:diffuseColor.connect = <{here}/Portrait.outputs:rgb>"
        readers = f"""        def Shader "Places"
        {{
            uniform token info:id = "UsdPrimvarReader_float2"
            string inputs:varname = "st"
            float2 outputs:result
        }}
        def Shader "Portrait"
        {{
            uniform token info:id = "UsdUVTexture"
            asset inputs:file = @./{picture.name}@
            float2 inputs:st.connect = <{here}/Places.outputs:result>
            color3f outputs:rgb
        }}
"""
    return f"""    def Material "{name}_material"
    {{
        token outputs:surface.connect = <{here}/Surface.outputs:surface>
        def Shader "Surface"
        {{
            uniform token info:id = "UsdPreviewSurface"
            {paint}
            float inputs:roughness = 0.7
            token outputs:surface
        }}
{readers}    }}
"""


def _prim(name: str) -> str:
    """A name that USD takes for a prim."""
    return re.sub(r"\W", "_", name, flags=re.ASCII)


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _numbers(values: ArrayLike) -> str:
    return "[" + ", ".join(f"{value:.7g}" for value in np.asarray(values).tolist()) + "]"


def _tuples(rows: np.ndarray) -> str:
    """Rows [N, width] as `(a, b), (c, d)`."""
    pattern = "(" + ", ".join(["%.7g"] * rows.shape[1]) + ")"
    return ", ".join([pattern] * len(rows)) % tuple(np.asarray(rows, np.float64).reshape(-1).tolist())
