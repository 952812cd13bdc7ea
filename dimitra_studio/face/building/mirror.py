"""Left and right are alike: pairs landmarks across the face and makes their places symmetric."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment


def pair_landmarks(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each of the points [n, 3] the one across x = 0, itself on the midline [n]; pairs are mutual."""
    mirrored = points * (-1, 1, 1)
    distance = np.linalg.norm(points[:, None] - mirrored[None], axis=2)
    _, partner = linear_sum_assignment(distance + distance.T)
    mutual: NDArray[np.int64] = np.where(partner[partner] == np.arange(len(points)), partner, distance.argmin(axis=1))
    return mutual


def symmetrise(points: NDArray[np.float64], partner: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean of `points` [n, 3] and their partners' mirror images."""
    mean: NDArray[np.float64] = (points + points[partner] * (-1, 1, 1)) / 2
    return mean
