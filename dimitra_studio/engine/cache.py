"""Rendered frames, kept in memory as long as they fit, found again by what they show.

They are not kept on disk, nor packed: measured on the warp's frames, PNG halves them and costs a third of the time that
rendering takes, and JPEG, which is small and quick, gives back another picture.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.arrays import frozen
from dimitra_studio.core.channels import CHANNEL_COUNT
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.engine.renderers import Rendering

_DIGEST = 16  # bytes: two of 2^64 frames would have to meet by chance


@dataclass(frozen=True)
class FrameKey:
    """What a frame shows, as a digest: portrait, fit, renderer, size and motion values."""

    digest: bytes


class FrameKeys:
    """Keys for the frames of one portrait, rendered in one way.

    `size` is the frames' (width, height) in px.
    """

    def __init__(self, portrait: Portrait, fit: FaceFit, rendering: Rendering, size: tuple[int, int]) -> None:
        self._scene = hashlib.blake2b(digest_size=_DIGEST)
        self._reach = rendering.reach
        named = repr((portrait.sha256, rendering.key, size, fit.face_model, astuple(fit.camera)))
        self._scene.update(named.encode())
        for array in (fit.identity, fit.expression, fit.pose, fit.landmarks):
            self._scene.update(array.tobytes())

    def of(self, values: ArrayLike, frame: int) -> FrameKey:
        """The key of frame `frame` of the motion `values` [T, 70]. Raises ValueError for another shape."""
        digest = self._scene.copy()
        motion = np.asarray(values, np.float32)
        rows = np.clip(np.arange(frame - self._reach, frame + self._reach + 1), 0, len(motion) - 1)
        digest.update(frozen(motion[rows], (len(rows), CHANNEL_COUNT), "motion values").tobytes())
        return FrameKey(digest.digest())


@dataclass(frozen=True)
class CacheCounts:
    """How the cache does: frames and bytes that it holds, requests that it met and that it missed."""

    frames: int
    bytes: int
    hits: int
    misses: int


class FrameCache:
    """At most `budget` bytes of frames [H, W, 3] uint8; the least recently used go first. Thread safe."""

    def __init__(self, budget: int) -> None:
        self._frames: OrderedDict[FrameKey, NDArray[np.uint8]] = OrderedDict()
        self._lock = threading.Lock()
        self._budget = budget
        self._bytes = self._hits = self._misses = 0

    def get(self, key: FrameKey) -> NDArray[np.uint8] | None:
        """The frame, read-only; None where it is not kept."""
        with self._lock:
            frame = self._frames.get(key)
            if frame is None:
                self._misses += 1
                return None
            self._hits += 1
            self._frames.move_to_end(key)
            return frame

    def put(self, key: FrameKey, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Keeps a read-only copy of the frame, where the budget has room for one so large, and returns it."""
        kept = frame.copy()
        kept.setflags(write=False)
        with self._lock:
            self._forget(key)
            if kept.nbytes <= self._budget:
                self._shrink_to(self._budget - kept.nbytes)
                self._frames[key] = kept
                self._bytes += kept.nbytes
        return kept

    def resize(self, budget: int) -> None:
        """Another budget in bytes; what no longer fits is forgotten."""
        with self._lock:
            self._budget = budget
            self._shrink_to(budget)

    def clear(self) -> None:
        """Forgets every frame."""
        with self._lock:
            self._shrink_to(0)

    @property
    def counts(self) -> CacheCounts:
        """How it does at the moment."""
        with self._lock:
            return CacheCounts(len(self._frames), self._bytes, self._hits, self._misses)

    def _shrink_to(self, size: int) -> None:
        while self._bytes > max(size, 0):
            self._forget(next(iter(self._frames)))

    def _forget(self, key: FrameKey) -> None:
        frame = self._frames.pop(key, None)
        if frame is not None:
            self._bytes -= frame.nbytes
