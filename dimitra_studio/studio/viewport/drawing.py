"""A head as VTK draws it; imported only once the viewport is shown."""

import numpy as np
import vedo
from vtkmodules.vtkRenderingCore import vtkActor, vtkTexture

from dimitra_studio.studio.viewport.head import Surface, ViewedHead
from dimitra_studio.studio.viewport.look import Look, SceneColours
from dimitra_studio.studio.viewport.reduction import Reduced

# The photo is lit already: the lamp only hints at the shape.
_AMBIENT, _DIFFUSE = 0.78, 0.27
_CLAY_AMBIENT, _CLAY_DIFFUSE = 0.12, 0.85
_LANDMARK_SIZE = 1 / 220  # of the view's height
_TINTS, _NORMALS = "tints", "Normals"

# The fourth channel of the vertices' colours carries the photo's share. The mixture is what the lamp lights; VTK by
# itself would multiply photo and colour.
_COLOUR, _MULTIPLY = "//VTK::Color::Impl", "//VTK::TCoord::Impl"
_MIX = f"""{_COLOUR}
  vec3 photo = texture(actortexture, tcoordVCVSOutput).rgb;
  ambientColor = mix(ambientColor, ambientIntensity * photo, opacity);
  diffuseColor = mix(diffuseColor, diffuseIntensity * photo, opacity);
  opacity = 1.0;
"""


class HeadDrawing:
    """The actors of one head at its levels of detail; shows one surface and one level at a time."""

    def __init__(self, head: ViewedHead, colours: SceneColours) -> None:
        self._head = head
        self._clay = colours.clay
        self._surface = head.rest()
        self._look, self._level = Look(), 0
        self._meshes = [_mesh(head, part, self._surface) for part in head.levels]
        self._texture = self._meshes[0].actor.GetTexture()
        self._points = vedo.Points(head.landmarks(self._surface), c=colours.landmarks)
        self.style(self._look, self._level)

    @property
    def actors(self) -> list[vtkActor]:
        """What a renderer is to hold."""
        return [*(mesh.actor for mesh in self._meshes), self._points.actor]

    def show(self, surface: Surface) -> None:
        """Another frame; the same one costs nothing."""
        if surface is not self._surface:
            self._surface = surface
            self._put(surface)

    def _put(self, surface: Surface) -> None:
        part, mesh = self._head.levels[self._level], self._meshes[self._level]
        mesh.vertices = surface.vertices[part.vertices]
        mesh.pointdata[_NORMALS][:] = surface.normals[part.vertices]
        mesh.dataset.GetPointData().GetNormals().Modified()
        if self._look.landmarks:
            self._points.vertices = self._head.landmarks(surface)

    def style(self, look: Look, level: int) -> None:
        """Another look or level of detail."""
        self._look, self._level = look, level
        for index, mesh in enumerate(self._meshes):
            mesh.actor.SetVisibility(index == level)
            mesh.wireframe(look.wireframe)
            _paint(mesh, self._texture if look.textured else None, self._clay)
        self._points.actor.SetVisibility(look.landmarks)
        self._put(self._surface)

    def fit_to(self, height: float) -> None:
        """Marks that suit a view of `height` px."""
        self._points.properties.SetPointSize(max(_LANDMARK_SIZE * height, 2.0))


def _mesh(head: ViewedHead, part: Reduced, surface: Surface) -> vedo.Mesh:
    mesh = vedo.Mesh([surface.vertices[part.vertices], part.triangles])
    mesh.pointdata[_NORMALS] = surface.normals[part.vertices]
    mesh.dataset.GetPointData().SetActiveNormals(_NORMALS)
    mesh.properties.BackfaceCullingOn()
    appearance = head.appearance
    if appearance is not None:
        share = np.rint(255 * appearance.trust)[:, None].astype(np.uint8)
        mesh.pointdata[_TINTS] = np.concatenate([appearance.tints, share], axis=1)[part.vertices]
        mesh.texture(appearance.photo, tcoords=appearance.places[part.vertices], repeat=False, edge_clamp=True)
        mesh.mapper.SetScalarModeToUsePointFieldData()
        mesh.mapper.SelectColorArray(_TINTS)
        mesh.mapper.SetColorModeToDirectScalars()
        mesh.actor.ForceOpaqueOn()  # the fourth channel is no opacity
    return mesh


def _paint(mesh: vedo.Mesh, texture: vtkTexture | None, clay: tuple[float, float, float]) -> None:
    """With the photo's `texture`, or as if of `clay`."""
    mesh.actor.SetTexture(texture)
    mesh.mapper.SetScalarVisibility(texture is not None)
    shader = mesh.actor.GetShaderProperty()
    shader.ClearAllFragmentShaderReplacements()
    if texture is not None:
        shader.AddFragmentShaderReplacement(_COLOUR, True, _MIX, False)
        shader.AddFragmentShaderReplacement(_MULTIPLY, True, "", False)
    mesh.properties.SetColor(clay)
    mesh.properties.SetAmbient(_CLAY_AMBIENT if texture is None else _AMBIENT)
    mesh.properties.SetDiffuse(_CLAY_DIFFUSE if texture is None else _DIFFUSE)
