"""Renders pairs of scenes on the drawing thread, into the cache."""

import time
from collections import OrderedDict
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.requests import RendererName
from dimitra_studio.engine.cache import FrameCache
from dimitra_studio.engine.imports import import_quietly
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.renderers import Rendering, build_renderer
from dimitra_studio.studio.preview.pace import FULL, Level
from dimitra_studio.studio.preview.plan import Plan
from dimitra_studio.studio.preview.scene import Pair, Scene

if TYPE_CHECKING:
    from dimitra_studio.render.renderer import Renderer

Pictures = tuple[NDArray[np.uint8], ...]
_STINT = 50  # moments after which other jobs get their turn
_MODULES = {
    RendererName.WARP: "dimitra_studio.render.warp",
    RendererName.NEURAL: "dimitra_studio.render.neural.renderer",
    RendererName.PIRENDERER: "dimitra_studio.render.pirenderer.renderer",
}
_RENDERERS = 4  # what is shown and the three that playing falls back to


@dataclass(frozen=True)
class Drawn:
    """A moment of a pair: `pictures` [H, W, 3] of its scenes, read-only."""

    pair: Pair
    frame: int
    pictures: Pictures


@dataclass(frozen=True)
class Shown:
    """What is to be seen: `pictures` [H, W, 3] of a pair at a frame, as a `level` has them."""

    frame: int
    pictures: Pictures
    level: Level = FULL


@dataclass(frozen=True, eq=False)
class Show:
    """A pair that stands still or passes by (`way` 0, 1, -1), and the same at a lower `level` (`small`), for where
    there is no time for more."""

    full: Pair
    small: Pair
    level: Level = FULL
    way: int = 0


class Stage:
    """Keeps the renderers of the latest face at the latest sizes. Its jobs run on one thread."""

    def __init__(self, cache: FrameCache) -> None:
        self._cache = cache
        self._sitter: object = None
        self._known: set[RendererName] = set()  # whose modules are loaded
        # by size and rendering, of that sitter
        self._renderers: OrderedDict[tuple[tuple[int, int], Rendering], Renderer] = OrderedDict()

    def kept(self, pair: Pair, frame: int) -> Pictures | None:
        """A moment's pictures, where all of them are kept already."""
        pictures = tuple(self._cache.get(key) for key in pair.keys(frame))
        return None if any(each is None for each in pictures) else tuple(each for each in pictures if each is not None)

    def find(self, show: Show, frame: int) -> Shown | None:
        """What is kept of a moment. Among smaller frames a single full one would flash: it counts where the next is
        full too."""
        full = self.kept(show.full, frame)
        if show.small is show.full:
            return None if full is None else Shown(frame, full)
        following = min(max(frame + show.way, 0), len(show.full) - 1)
        if full is not None and self.kept(show.full, following) is not None:
            return Shown(frame, full)
        small = self.kept(show.small, frame)
        return None if small is None else Shown(frame, small, show.level)

    def draw(self, pair: Pair, frame: int, loader: Loader) -> Job[Drawn]:
        """One moment."""
        renderer = yield from self._set(pair.lead, loader)
        return Drawn(pair, frame, self._moment(renderer, pair, frame))

    def run(self, show: Show, plan: Plan, threads: int, loader: Loader) -> Job[bool]:
        """The moments that `plan` names and that are not there, so many `threads` at once; returns whether it may name
        more."""
        pair = show.small
        renderer = yield from self._set(pair.lead, loader)
        flying: dict[Future[Pictures], tuple[int, float]] = {}
        done = 0
        with ThreadPoolExecutor(threads, "preview") as pool:
            while done < _STINT:
                while len(flying) < threads and (frame := self._next(show, plan)) is not None:
                    flying[pool.submit(self._moment, renderer, pair, frame)] = frame, time.perf_counter()
                if not flying:
                    return False
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    _, began = flying.pop(future)
                    future.result()
                    plan.took(time.perf_counter() - began)
                    done += 1
                yield Progress("ahead", len(plan.drawn), len(pair))
        return True

    def _next(self, show: Show, plan: Plan) -> int | None:
        while (frame := plan.next()) is not None:
            if self.find(show, frame) is None:
                return frame
        return None

    def _moment(self, renderer: "Renderer", pair: Pair, frame: int) -> Pictures:
        return tuple(self._drawn(renderer, scene, each) for scene, each in pair.parts(frame))

    def _drawn(self, renderer: "Renderer", scene: Scene, frame: int) -> NDArray[np.uint8]:
        key = scene.key(frame)
        kept = self._cache.get(key)
        if kept is None:
            kept = self._cache.put(key, renderer.show(scene.values, frame))
        return kept

    def _set(self, scene: Scene, loader: Loader) -> Job["Renderer"]:
        sitter, size, rendering = scene.sitter, scene.size, scene.rendering
        if rendering.name not in self._known:
            modules = _MODULES[rendering.name]
            yield from loader.lane.call(partial(import_quietly, modules), Progress("stage", 0, 1))
            self._known.add(rendering.name)
        if sitter is not self._sitter:
            self._renderers.clear()
            self._sitter = sitter
        kind = size, rendering
        if kind not in self._renderers:
            yield Progress("stage", 0, 1)
            self._renderers[kind] = build_renderer(loader, rendering, sitter, max(size))
            while len(self._renderers) > _RENDERERS:
                self._renderers.popitem(last=False)
        self._renderers.move_to_end(kind)
        return self._renderers[kind]
