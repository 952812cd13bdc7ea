"""Whether two pictures show the same person: SFace (Zhong et al. 2021, arXiv 2205.12010) through OpenCV."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import ModelError

SIDE = 112
# Where the network was taught that eyes, nose and corners of the mouth lie, px of its square.
_TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
# MediaPipe's irises, tip of the nose, corners of the mouth, from the image's left to its right.
_POINTS = [468, 473, 4, 61, 291]


class Likeness:
    """Faces to features whose cosine tells how alike they are (the same person about .9, others about .05)."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError where `path` holds no such network."""
        try:
            self._network = cv2.FaceRecognizerSF.create(str(path), "")
        except cv2.error as error:
            raise ModelError(
                f"{path} is no face recogniser that OpenCV can read.", "Run: dimitra models verify"
            ) from error

    def feature(self, picture: NDArray[np.uint8], landmarks: NDArray[np.floating]) -> FloatArray:
        """The feature [128], of length 1, of the face with `landmarks` [478, 2] px in an RGB picture."""
        matrix, _ = cv2.estimateAffinePartial2D(landmarks[_POINTS].astype(np.float32), _TEMPLATE, method=cv2.LMEDS)
        square = cv2.warpAffine(picture, matrix, (SIDE, SIDE))
        feature = np.asarray(self._network.feature(cv2.cvtColor(square, cv2.COLOR_RGB2BGR)), np.float32).ravel()
        return feature / np.linalg.norm(feature)
