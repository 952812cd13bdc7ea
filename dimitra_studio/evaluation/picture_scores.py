"""How close a rendered picture is to the true one, box by box."""

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.face.landmark_sets import EYE_LEFT, EYE_RIGHT, LIPS_INNER, LIPS_OUTER

Pixels = NDArray[np.uint8]
Box = tuple[slice, slice]
# Wang et al. 2004, "Image quality assessment: from error visibility to structural similarity".
_SSIM_SIGMA, _SSIM_C1, _SSIM_C2 = 1.5, (0.01 * 255) ** 2, (0.03 * 255) ** 2
_LIPS = sorted({*LIPS_OUTER, *LIPS_INNER})
_EYES = sorted({*EYE_LEFT, *EYE_RIGHT})
# Shares of the landmarks' box added on every side.
_FACE_MARGIN, _MOUTH_MARGIN, _EYES_MARGIN = 0.05, 0.25, 0.25


def psnr(picture: Pixels, truth: Pixels) -> float:
    """Peak signal to noise ratio, dB; infinite for equal pictures."""
    error = float(np.mean((picture.astype(np.float64) - truth) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(255**2 / error))


def ssim(picture: Pixels, truth: Pixels) -> float:
    """Structural similarity of the luminance, Gaussian window of sigma 1.5 (Wang et al. 2004)."""
    a, b = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float64) for image in (picture, truth))
    mean_a, mean_b = _blur(a), _blur(b)
    variance_a, variance_b = _blur(a * a) - mean_a**2, _blur(b * b) - mean_b**2
    covariance = _blur(a * b) - mean_a * mean_b
    similarity = ((2 * mean_a * mean_b + _SSIM_C1) * (2 * covariance + _SSIM_C2)) / (
        (mean_a**2 + mean_b**2 + _SSIM_C1) * (variance_a + variance_b + _SSIM_C2)
    )
    return float(similarity.mean())


def landmark_distance(
    landmarks: NDArray[np.floating], truth: NDArray[np.floating], eye_distance: float
) -> tuple[float, float]:
    """Mean distance of lips' and of all landmarks [478, 2], percent of the eye distance (M-LMD and F-LMD)."""
    off = 100 * np.linalg.norm(landmarks - truth, axis=1) / eye_distance
    return float(off[_LIPS].mean()), float(off.mean())


def face_box(landmarks: NDArray[np.floating], picture: Pixels) -> Box:
    """The landmarks [478, 2] with a margin, inside the picture."""
    return _box(landmarks, _FACE_MARGIN, picture)


def mouth_box(landmarks: NDArray[np.floating], picture: Pixels) -> Box:
    """The lips' landmarks with a margin, inside the picture."""
    return _box(landmarks[_LIPS], _MOUTH_MARGIN, picture)


def eyes_box(landmarks: NDArray[np.floating], picture: Pixels) -> Box:
    """Both eyes' landmarks with a margin, inside the picture."""
    return _box(landmarks[_EYES], _EYES_MARGIN, picture)


def flicker(pictures: tuple[Pixels, Pixels], truth: tuple[Pixels, Pixels], box: Box) -> float:
    """Mean error of the change from one picture to the next in a box, grey levels: what trembles or lags."""
    change, true = (each[1][box].astype(np.float64) - each[0][box].astype(np.float64) for each in (pictures, truth))
    return float(np.abs(change - true).mean())


def _box(points: NDArray[np.floating], margin: float, picture: Pixels) -> Box:
    low, high = points.min(axis=0), points.max(axis=0)
    grown = margin * (high - low)
    left, top = np.maximum(np.floor(low - grown), 0).astype(int)
    right, bottom = np.ceil(high + grown).astype(int) + 1
    return slice(top, min(bottom, picture.shape[0])), slice(left, min(right, picture.shape[1]))


def _blur(image: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.GaussianBlur(image, (11, 11), _SSIM_SIGMA), np.float64)
