"""What rendered frames are judged by, frame by frame: signal, look, person, landmarks, flicker."""

from dataclasses import dataclass, fields
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.evaluation.likeness import Likeness
from dimitra_studio.evaluation.picture_scores import (
    Box,
    eyes_box,
    face_box,
    flicker,
    landmark_distance,
    mouth_box,
    psnr,
    ssim,
)
from dimitra_studio.face.landmark_sets import eye_distance
from dimitra_studio.face.landmarks import FaceDetector

Pixels = NDArray[np.uint8]
_PSNR_LIMIT = 60.0  # equal pictures would count as infinitely good


class Look(Protocol):
    """How different two pictures [H, W, 3] look; 0 for the same."""

    def __call__(self, picture: Pixels, truth: Pixels) -> float: ...  # noqa: D102 - the class says it


@dataclass(frozen=True)
class FrameScores:
    """In the boxes of face, mouth and eyes: PSNR (dB, at most 60), SSIM, and `look`, shift-tolerant LPIPS times 100
    (less is better). `csim`: cosine of the person's features with the portrait's. `m_lmd`, `f_lmd`: distance of lips'
    and all landmarks detected anew, percent of the eye distance. `flicker`: error of the change to the next frame in
    the face's box, grey levels. NaN for what could not be measured."""

    face_psnr: float
    face_ssim: float
    face_look: float
    mouth_psnr: float
    mouth_ssim: float
    mouth_look: float
    eyes_psnr: float
    eyes_look: float
    csim: float
    m_lmd: float
    f_lmd: float
    flicker: float

    @property
    def is_detected(self) -> bool:
        """Whether a face was found in the rendered frame."""
        return bool(np.isfinite(self.f_lmd))


NAMES = tuple(field.name for field in fields(FrameScores))


@dataclass(frozen=True)
class Pair:
    """Two neighbouring frames as rendered and as they truly are, and the true `landmarks` [478, 2] of the first."""

    rendered: tuple[Pixels, Pixels]
    truth: tuple[Pixels, Pixels]
    landmarks: FloatArray


class FrameJudges:
    """Judges frames of one clip after the other; `look` and `likeness` where their networks are at hand."""

    def __init__(self, detector: FaceDetector, look: Look | None, likeness: Likeness | None) -> None:
        self.detector, self._look, self._likeness = detector, look, likeness

    def person(self, picture: Pixels, landmarks: FloatArray) -> FloatArray | None:
        """Features of the person in a picture; None where nobody can tell persons apart."""
        return None if self._likeness is None else self._likeness.feature(picture, landmarks)

    def judge(self, pair: Pair, person: FloatArray | None) -> FrameScores:
        """Scores of the pair's first frame; `person` is the portrait's."""
        picture, truth = pair.rendered[0], pair.truth[0]
        face, mouth, eyes = (box(pair.landmarks, truth) for box in (face_box, mouth_box, eyes_box))
        found = self.detector.detect(picture)
        m_lmd, f_lmd, csim = (float("nan"),) * 3
        if found:
            unit = float(eye_distance(pair.landmarks))
            m_lmd, f_lmd = landmark_distance(found[0].landmarks, pair.landmarks, unit)
            csim = self.likeness_of(picture, found[0].landmarks, person)
        return FrameScores(
            _psnr(picture, truth, face), ssim(picture[face], truth[face]), self._looks(picture, truth, face),
            _psnr(picture, truth, mouth), ssim(picture[mouth], truth[mouth]), self._looks(picture, truth, mouth),
            _psnr(picture, truth, eyes), self._looks(picture, truth, eyes),
            csim, m_lmd, f_lmd, flicker(pair.rendered, pair.truth, face),
        )  # fmt: skip

    def likeness_of(self, picture: Pixels, landmarks: FloatArray, person: FloatArray | None) -> float:
        """Cosine of the features of a face with those of `person`."""
        own = None if person is None else self.person(picture, landmarks)
        return float("nan") if own is None or person is None else float(own @ person)

    def _looks(self, picture: Pixels, truth: Pixels, box: Box) -> float:
        return float("nan") if self._look is None else 100 * self._look(picture[box], truth[box])


def mean_scores(scores: list[FrameScores]) -> FrameScores:
    """The mean of each score over what could be measured."""
    rows = np.array([[getattr(score, name) for name in NAMES] for score in scores])
    means = [float(np.nanmean(column)) if np.isfinite(column).any() else float("nan") for column in rows.T]
    return FrameScores(*means)


def enlarged(picture: Pixels, side: int) -> Pixels:
    """A picture whose shorter side is at least `side` px, for networks that need room."""
    factor = side / min(picture.shape[:2])
    if factor <= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)


def _psnr(picture: Pixels, truth: Pixels, box: Box) -> float:
    return min(psnr(picture[box], truth[box]), _PSNR_LIMIT)
