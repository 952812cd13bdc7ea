"""Finding faces: MediaPipe's Face Landmarker on single pictures."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import cv2
import mediapipe
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.face import LANDMARK_COUNT
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT, BLENDSHAPE_NAMES

MOST_FACES = 8
# The landmark network sees a face at 256 px, so a face that fills a view of this size loses nothing.
_VIEW_SIDE = 1024
# Tiles of a half, a quarter and an eighth of the picture: the detector needs about a tenth of its view.
_TILE_LEVELS = 3
_SMALLEST_TILE = 160
_PART_SAME_FACE = 0.4
_OUTSIDE = 128


@dataclass(frozen=True)
class DetectedFace:
    """`landmarks` [478, 2] px (pixel centres are whole numbers), `blendshapes` [52] scores as in `BLENDSHAPE_NAMES`."""

    landmarks: FloatArray
    blendshapes: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "landmarks", frozen(self.landmarks, (LANDMARK_COUNT, 2), "landmarks"))
        object.__setattr__(self, "blendshapes", frozen(self.blendshapes, (BLENDSHAPE_COUNT,), "blendshapes"))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the landmarks in px."""
        left, top = self.landmarks.min(axis=0)
        right, bottom = self.landmarks.max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    @property
    def width(self) -> float:
        """The face's width in px."""
        left, _, right, _ = self.box
        return right - left

    @property
    def area(self) -> float:
        """The box's area in px²."""
        left, top, right, bottom = self.box
        return (right - left) * (bottom - top)

    @property
    def centre(self) -> NDArray[np.float64]:
        """The box's middle (x, y) in px."""
        left, top, right, bottom = self.box
        return np.array([left + right, top + bottom]) / 2

    def shared(self, other: "DetectedFace") -> float:
        """How much of the smaller box lies in the other, 0 to 1."""
        a, b = self.box, other.box
        wide = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
        high = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
        return wide * high / min(self.area, other.area)


class FaceDetector:
    """The Face Landmarker of `model_path` (face_landmarker.task), on single pictures; use as a context manager.

    Not for several threads at once. Raises ModelError when the model cannot be loaded.
    """

    def __init__(self, model_path: str | Path) -> None:
        path = Path(model_path)
        if not path.is_file():
            raise ModelError(f"The face landmark model {path} is missing.", "Run `dimitra models install`.")
        options = vision.FaceLandmarkerOptions(
            # The bytes are given, not the path: MediaPipe cannot open every path on Windows.
            base_options=BaseOptions(model_asset_buffer=path.read_bytes()),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=MOST_FACES,
            output_face_blendshapes=True,
        )
        try:
            with _quiet_stderr():
                landmarker = vision.FaceLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"The face landmark model {path} cannot be loaded: {error}.", "Run `dimitra models install`."
            ) from error
        self._landmarker = landmarker

    def __enter__(self) -> "FaceDetector":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Releases the model; MediaPipe complains when the interpreter ends before."""
        self._landmarker.close()

    def detect(self, pixels: NDArray[np.uint8]) -> tuple[DetectedFace, ...]:
        """All faces of a picture [H, W, 3], largest first; none: an empty tuple.

        Large pictures are searched scaled down and each face is then read again at native resolution. Half and quarter
        tiles then show smaller faces. Where nothing is found, the picture is searched with a margin (a face that
        fills it) and in tiles of an eighth.
        """
        height, width = pixels.shape[:2]
        found = self.look(pixels, (0, 0, width, height))
        if max(height, width) > _VIEW_SIDE:
            found = [self._read_again(pixels, face) for face in found]
        if not found:
            margin = max(height, width) // 4
            found = self.look(pixels, (-margin, -margin, width + margin, height + margin))
        faces = _distinct(found)
        for level in range(1, _TILE_LEVELS + 1):
            side = max(height, width) >> level
            if side < _SMALLEST_TILE or (faces and level == _TILE_LEVELS):
                break
            faces = _distinct([*faces, *self._search_tiles(pixels, side)])
        return tuple(sorted(faces, key=lambda face: -face.area))

    def _search_tiles(self, pixels: NDArray[np.uint8], side: int) -> list[DetectedFace]:
        """Faces that lie wholly within a tile of `side` px, largest first."""
        height, width = pixels.shape[:2]
        found = [(face, tile) for tile in _tiles(width, height, side) for face in self.look(pixels, tile)]
        whole = [face for face, tile in found if _within(face, tile, width, height)]
        return sorted(whole, key=lambda face: -face.area)

    def look(self, pixels: NDArray[np.uint8], window: tuple[int, int, int, int]) -> list[DetectedFace]:
        """Faces seen in a `window` (left, top, right, bottom; may reach beyond the picture) in one look, unordered.

        Landmarks are in the whole picture's pixels.
        """
        view = _cut(pixels, window)
        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=view)
        result = self._landmarker.detect(image)
        size = np.array([window[2] - window[0], window[3] - window[1]], dtype=np.float64)
        # MediaPipe's unit square spans the pixels' outer edges; a pixel's centre is half a pixel inside.
        corner = np.array(window[:2], dtype=np.float64) - 0.5
        pairs = zip(result.face_landmarks, result.face_blendshapes, strict=True)
        return [
            DetectedFace((_points(points) * size + corner).astype(np.float32), _scores(scores))
            for points, scores in pairs
        ]

    def _read_again(self, pixels: NDArray[np.uint8], face: DetectedFace) -> DetectedFace:
        """The same face seen at native resolution, or as it was where the closer look does not find it."""
        closer = self.look(pixels, window_around(face, 1.0))
        same = max(closer, key=face.shared, default=face)
        return same if same.shared(face) > _PART_SAME_FACE else face


def window_around(face: DetectedFace, margin: float) -> tuple[int, int, int, int]:
    """A square window with the face in its middle and `margin` face sizes on every side, px."""
    left, top, right, bottom = face.box
    x, y = face.centre
    half = max(right - left, bottom - top) * (0.5 + margin)
    return round(x - half), round(y - half), round(x + half), round(y + half)


def _tiles(width: int, height: int, side: int) -> Iterator[tuple[int, int, int, int]]:
    """Square windows that cover the picture, each half over its neighbour."""
    for top in _starts(height, side):
        for left in _starts(width, side):
            yield left, top, min(left + side, width), min(top + side, height)


def _starts(length: int, side: int) -> range:
    return range(0, max(1, length - side // 2), side // 2)


def _cut(pixels: NDArray[np.uint8], window: tuple[int, int, int, int]) -> NDArray[np.uint8]:
    """The window's pixels, scaled down to the view; beyond the picture, grey."""
    height, width = pixels.shape[:2]
    left, top, right, bottom = window
    inside = pixels[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    scale = min(1.0, _VIEW_SIDE / max(right - left, bottom - top))
    if scale < 1.0:
        size = (max(1, round(inside.shape[1] * scale)), max(1, round(inside.shape[0] * scale)))
        inside = cv2.resize(inside, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    if window == (0, 0, width, height):
        return np.ascontiguousarray(inside)
    view = np.full((round((bottom - top) * scale), round((right - left) * scale), 3), _OUTSIDE, dtype=np.uint8)
    place = view[round(max(0, -top) * scale) :, round(max(0, -left) * scale) :]
    inside = inside[: place.shape[0], : place.shape[1]]
    place[: inside.shape[0], : inside.shape[1]] = inside
    return view


def _points(landmarks: list[Any]) -> NDArray[np.float64]:
    return np.array([(point.x, point.y) for point in landmarks], dtype=np.float64)


def _scores(categories: list[Any]) -> FloatArray:
    by_name = {category.category_name: category.score for category in categories}
    return np.array([by_name[name] for name in BLENDSHAPE_NAMES], dtype=np.float32)


def _within(face: DetectedFace, tile: tuple[int, int, int, int], width: int, height: int) -> bool:
    """Whether no edge of the tile, other than the picture's own, cuts the face."""
    left, top, right, bottom = face.box
    return (
        (tile[0] == 0 or left > tile[0])
        and (tile[1] == 0 or top > tile[1])
        and (tile[2] == width or right < tile[2])
        and (tile[3] == height or bottom < tile[3])
    )


def _distinct(faces: list[DetectedFace]) -> list[DetectedFace]:
    """The faces in their order, without those that show a part of one before."""
    kept: list[DetectedFace] = []
    for face in faces:
        if all(face.shared(other) < _PART_SAME_FACE for other in kept):
            kept.append(face)
    return kept


@contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keeps MediaPipe's C++ start-up chatter from the terminal: it writes to file descriptor 2 past every setting."""
    if sys.stderr is None:  # a window without a console, or 2>&-: file descriptor 2 may be anything
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
