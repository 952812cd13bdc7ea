"""VTK's window that nobody sees; imported only once the viewport is shown."""

import os
import sys
from functools import cache
from typing import Any

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 - registers what draws
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkLogger, vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow


class NoGraphicsError(Exception):
    """This machine cannot draw in three dimensions; the text says what was tried."""


class OffscreenWindow:
    """A render window without a place on the screen. One is enough for a process: see `shared_window`."""

    def __init__(self) -> None:
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_ERROR)  # what it cannot do is told in the window
        if sys.platform == "linux" and not os.environ.get("DISPLAY"):
            # VTK would first look for an X server, and complain.
            os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
        self._window = vtkRenderWindow()
        self._window.SetOffScreenRendering(True)
        self._window.SetMultiSamples(0)  # with software GL it halves the speed
        self._buffer: Any = vtkUnsignedCharArray()  # a buffer to Python, which its stubs do not say

    def start(self) -> None:
        """Makes the context that `check` looks at, if there can be one."""
        self._window.Initialize()
        self._window.MakeCurrent()

    def check(self) -> None:
        """Raises NoGraphicsError where nothing can be drawn."""
        self.start()
        # A window without a context says that it supports OpenGL, and drawing in it ends the process.
        if not (self._window.IsCurrent() and self._window.SupportsOpenGL()):
            raise NoGraphicsError(f"{self._window.GetClassName()} found no OpenGL 3.2")

    def add(self, renderer: vtkRenderer) -> None:
        """Draws what `renderer` holds."""
        self._window.AddRenderer(renderer)

    def remove(self, renderer: vtkRenderer) -> None:
        """Draws it no longer."""
        self._window.RemoveRenderer(renderer)

    def draw(self, width: int, height: int) -> NDArray[np.uint8]:
        """The picture [height, width, 3], its lowest row first; valid until the next one is drawn."""
        self._window.SetSize(width, height)
        self._window.Render()
        self._window.GetPixelData(0, 0, width - 1, height - 1, 0, self._buffer, 0)
        picture: NDArray[np.uint8] = np.frombuffer(self._buffer, np.uint8).reshape(height, width, 3)
        return picture

    def finish(self) -> None:
        """Gives the graphics memory back; drawing again takes it anew."""
        self._window.Finalize()


@cache
def shared_window() -> OffscreenWindow:
    """The process's one window: VTK's later ones are less sure to work than its first."""
    return OffscreenWindow()
