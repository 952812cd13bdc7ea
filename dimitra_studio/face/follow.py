"""One face followed through a video: landmarks frame by frame, in one pass over the pictures."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import LANDMARK_COUNT
from dimitra_studio.core.timebase import MOTION_FPS, frame_count
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT
from dimitra_studio.face.landmark_track import LandmarkTrack, resample_track
from dimitra_studio.face.landmarks import DetectedFace, FaceDetector, window_around
from dimitra_studio.face.video import VideoFile

# The searched window leaves this many face sizes on every side, and moves when the face has moved a third of that.
_MARGIN, _SLACK = 1.0, 0.33
# The followed face may move this many face sizes from frame to frame, and change its size by this factor.
_REACH, _GROWTH = 0.6, 1.6
# Lost for this long, the face may be anywhere, and a thorough search is worth its time twice a second.
_PATIENCE = 12
# Lost for longer than this, another place or size is as likely, as after a cut.
_FORGET = 25


def follow_face(
    path: str | Path, detector: FaceDetector, face: int = 0, fps: float | None = MOTION_FPS
) -> Job[LandmarkTrack]:
    """Detects face number `face` (0 = the largest where it is first seen) in every frame of a video.

    The track is at `fps` (None: the video's own rate), resampled from all frames by `resample_track`.

    Raises InputError when the video cannot be read, shows no face, or never as many as asked for.
    """
    follower = Follower(detector, face)
    landmarks: list[FloatArray] = []
    blendshapes: list[FloatArray] = []
    starts: list[float] = []
    with VideoFile(path) as video:
        info, name = video.info, video.name
        for index, (start, pixels) in enumerate(video.read_timed()):
            seen = follower.find(pixels)
            starts.append(start)
            landmarks.append(_NOTHING if seen is None else seen.landmarks)
            blendshapes.append(_NO_SCORES if seen is None else seen.blendshapes)
            yield Progress("detect", index + 1, max(info.count(), index + 1))
    if follower.most == 0:
        raise InputError(f"No face was found in {name}.", "Use a video in which a face is seen from the front.")
    if not follower.started:
        raise InputError(
            f"{name} never shows more than {follower.most} at once, so there is no face {face}.",
            f"Choose 0 to {follower.most - 1}.",
        )
    size = (info.width, info.height)
    track = LandmarkTrack(np.stack(landmarks), np.stack(blendshapes), info.fps, size, follower.most)
    if fps is None:
        return track
    moments = np.array(starts) + 0.5 / info.fps
    return resample_track(track, moments, frame_count(starts[-1] + 1 / info.fps, fps), fps)


class Follower:
    """Picks one face in picture after picture; holds where it was last."""

    def __init__(self, detector: FaceDetector, face: int = 0) -> None:
        if face < 0:
            raise InputError(f"There is no face {face}.", "Faces are counted from 0, the largest.")
        self.most = 0
        self._detector = detector
        self._face = face
        self._last: DetectedFace | None = None
        self._window: tuple[int, int, int, int] | None = None
        self._lost = 0

    @property
    def started(self) -> bool:
        """Whether the face was seen yet."""
        return self._last is not None

    def find(self, pixels: NDArray[np.uint8]) -> DetectedFace | None:
        """The face in the next picture [H, W, 3]; None where it is not seen."""
        chosen = self._start(pixels) if self._last is None else self._next(pixels, self._last)
        if chosen is None:
            self._lost += 1
            return None
        self._lost = 0
        self._last = chosen
        return chosen

    def _start(self, pixels: NDArray[np.uint8]) -> DetectedFace | None:
        if self._lost % _PATIENCE:
            found = tuple(sorted(self._look(pixels, None), key=lambda face: -face.area))
        else:
            found = self._detector.detect(pixels)
        self.most = max(self.most, len(found))
        return found[self._face] if len(found) > self._face else None

    def _next(self, pixels: NDArray[np.uint8], last: DetectedFace) -> DetectedFace | None:
        # Cheapest first; the grey margin of the last window shows a face that fills the picture.
        for window in dict.fromkeys((self._searched(pixels, last), None, window_around(last, _MARGIN))):
            near = _nearest(self._look(pixels, window), last, self._lost)
            if near is not None:
                return near
        if self._lost % _PATIENCE == _PATIENCE - 1:
            return _nearest(list(self._detector.detect(pixels)), last, self._lost)
        return None

    def _look(self, pixels: NDArray[np.uint8], window: tuple[int, int, int, int] | None) -> list[DetectedFace]:
        height, width = pixels.shape[:2]
        return self._detector.look(pixels, window or (0, 0, width, height))

    def _searched(self, pixels: NDArray[np.uint8], last: DetectedFace) -> tuple[int, int, int, int] | None:
        """The window to search; None: the whole picture, where a window would not be much smaller.

        It is held still while the face stays near its middle: moving with it, it would make the landmarks tremble.
        """
        height, width = pixels.shape[:2]
        left, top, right, bottom = fresh = window_around(last, _MARGIN)
        if right - left > 0.7 * max(width, height):
            self._window = None
            return None
        held = self._window
        if held is not None:
            side = held[2] - held[0]
            moved = np.abs(np.array(held) - np.array(fresh)).max()
            if moved < _SLACK * _MARGIN / (1 + 2 * _MARGIN) * side:
                return held
        self._window = (left, top, right, bottom)
        return self._window


_NOTHING = np.full((LANDMARK_COUNT, 2), np.nan, dtype=np.float32)
_NO_SCORES = np.full(BLENDSHAPE_COUNT, np.nan, dtype=np.float32)


def _nearest(found: list[DetectedFace], last: DetectedFace, lost: int) -> DetectedFace | None:
    """The face that can be the one seen `lost` frames before the previous one; after long, the most alike."""
    if not found:
        return None

    def distance(face: DetectedFace) -> float:
        return float(np.linalg.norm(face.centre - last.centre)) / last.width + abs(math.log(face.width / last.width))

    near = min(found, key=distance)
    if lost > _FORGET:
        return near
    reach = _REACH * (1 + 0.2 * lost)
    apart = float(np.linalg.norm(near.centre - last.centre)) / last.width
    alike = max(near.width / last.width, last.width / near.width)
    return near if apart < reach and alike < _GROWTH * (1 + 0.05 * lost) else None
