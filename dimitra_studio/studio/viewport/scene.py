"""One head, or two beside each other, before one camera; imported only once the viewport is shown."""

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkRenderingCore import vtkRenderer

from dimitra_studio.studio.viewport.drawing import HeadDrawing
from dimitra_studio.studio.viewport.framing import Framing
from dimitra_studio.studio.viewport.head import Surface, ViewedHead
from dimitra_studio.studio.viewport.look import Look, SceneColours
from dimitra_studio.studio.viewport.orbit import Orbit
from dimitra_studio.studio.viewport.window import OffscreenWindow


class HeadScene:
    """Draws a head, and where the look says so the previous take's to its left, as pictures."""

    def __init__(self, window: OffscreenWindow, colours: SceneColours) -> None:
        self._window = window
        self._colours = colours
        self._current, self._previous = self._stages = (_Stage(colours), _Stage(colours))
        for stage in self._stages:
            window.add(stage.renderer)
        self._head: ViewedHead | None = None
        self._look, self._level = Look(), 0
        self.orbit = Orbit()

    def set_head(self, head: ViewedHead | None) -> None:
        """Another person, or nobody."""
        self._head = head
        self._current.hold(None if head is None else HeadDrawing(head, self._colours))
        self._previous.hold(None)
        self._style()

    def recolour(self, colours: SceneColours) -> None:
        """Other colours."""
        self._colours = colours
        for stage in self._stages:
            stage.renderer.SetBackground(*colours.background)
        self.set_head(self._head)

    def show(self, surface: Surface | None, previous: Surface | None) -> None:
        """Another frame; `previous` is the one of the take beside."""
        for stage, shown in zip(self._stages, (surface, previous), strict=True):
            if stage.drawing is not None and shown is not None:
                stage.drawing.show(shown)

    def restyle(self, look: Look, level: int) -> None:
        """Another look or level of detail."""
        if (look, level) != (self._look, self._level):
            self._look, self._level = look, level
            self._style()

    def draw(self, width: int, height: int) -> NDArray[np.uint8]:
        """The picture [height, width, 3], its lowest row first."""
        split = 0.5 if self._look.beside else 0.0
        self._current.renderer.SetViewport(split, 0, 1, 1)
        self._previous.renderer.SetViewport(0, 0, max(split, 0.001), 1)
        self._previous.renderer.SetDraw(self._look.beside)
        if self._head is not None:
            for stage in self._stages:
                stage.aim(self.orbit, self._head.framing, (width * (1 - split), height))
        return self._window.draw(width, height)

    def close(self) -> None:
        """Leaves the window empty, without graphics memory."""
        for stage in self._stages:
            stage.hold(None)
            self._window.remove(stage.renderer)
        self._window.finish()

    def _style(self) -> None:
        if self._look.beside and self._head is not None and self._previous.drawing is None:
            self._previous.hold(HeadDrawing(self._head, self._colours))
        for stage in self._stages:
            if stage.drawing is not None:
                stage.drawing.style(self._look, self._level)


class _Stage:
    """A renderer, its camera and at most one head."""

    def __init__(self, colours: SceneColours) -> None:
        self.renderer = vtkRenderer()
        self.renderer.SetBackground(*colours.background)
        self.drawing: HeadDrawing | None = None

    def hold(self, drawing: HeadDrawing | None) -> None:
        """Another head, or none."""
        self.renderer.RemoveAllViewProps()
        self.drawing = drawing
        for actor in () if drawing is None else drawing.actors:
            self.renderer.AddActor(actor)

    def aim(self, orbit: Orbit, framing: Framing, size: tuple[float, float]) -> None:
        """Looks at the head; `size` is this view's, px."""
        camera = self.renderer.GetActiveCamera()
        camera.SetFocalPoint(*orbit.centre(framing.centre))
        camera.SetPosition(*orbit.position(framing.centre, framing.distance))
        camera.SetViewUp(*orbit.axes()[1])
        camera.SetViewAngle(framing.view_angle(*size))
        self.renderer.ResetCameraClippingRange()
        if self.drawing is not None:
            self.drawing.fit_to(size[1])
