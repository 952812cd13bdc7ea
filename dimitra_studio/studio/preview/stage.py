"""Renders a scene's frames on the drawing thread, into the cache."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.loader import Loader
from dimitra_studio.studio.preview.scene import Scene

if TYPE_CHECKING:
    from dimitra_studio.render.renderer import Renderer


@dataclass(frozen=True)
class Drawn:
    """A frame of a scene: `pixels` [H, W, 3], read-only."""

    scene: Scene
    frame: int
    pixels: NDArray[np.uint8]


class Stage:
    """Keeps the renderer of the latest face and size. Its jobs run on one thread."""

    def __init__(self, cache: FrameCache) -> None:
        self._cache = cache
        self._set_for: tuple[object, tuple[int, int]] | None = None
        self._renderer: Renderer | None = None

    def draw(self, scene: Scene, frame: int, loader: Loader) -> Job[Drawn]:
        """One frame."""
        renderer = yield from self._set(scene, loader)
        return Drawn(scene, frame, self._drawn(renderer, scene, frame))

    def fill(self, scene: Scene, start: int, budget: int, loader: Loader) -> Job[None]:
        """The frames from `start` on, then those before it, as far as `budget` bytes reach."""
        renderer = yield from self._set(scene, loader)
        width, height = scene.size
        order = [*range(start, len(scene)), *range(start)][: budget // (width * height * 3)]
        for done, frame in enumerate(order):
            self._drawn(renderer, scene, frame)
            yield Progress("fill", done + 1, len(order))

    def _drawn(self, renderer: "Renderer", scene: Scene, frame: int) -> NDArray[np.uint8]:
        key = scene.key(frame)
        kept = self._cache.get(key)
        if kept is None:
            values = scene.values[frame]
            kept = self._cache.put(key, renderer.render(values[COMPONENTS], values[Group.POSE.columns]))
        return kept

    def _set(self, scene: Scene, loader: Loader) -> Job["Renderer"]:
        wanted = (scene.sitter, scene.size)
        if self._renderer is None or self._set_for != wanted:
            from dimitra_studio.render.warp import WarpRenderer

            yield Progress("stage", 0, 1)
            self._set_for = None
            sitter = scene.sitter
            self._renderer = WarpRenderer(sitter.portrait, sitter.fit, loader.head, max(scene.size))
            self._set_for = wanted
        return self._renderer
