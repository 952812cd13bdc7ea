"""The mean head and the 64 expression components on the control cage."""

import itertools

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.face.building.cage import Cage
from dimitra_studio.face.building.source import AnnyData
from dimitra_studio.face.components import ARKIT_REST, ARTICULATORS, ASYMMETRIES, MUSCLE_UNITS

PEOPLES = ("african", "asian", "caucasian")
GENDERS = ("female", "male")


class CageTargets:
    """MakeHuman's and ARKit's morph targets, read once each and cut to the cage: offsets [C, 3], dm."""

    def __init__(self, data: AnnyData, cage: Cage, base_count: int) -> None:
        self._data = data
        self._cage = cage
        self._base_count = base_count
        self._read: dict[str, NDArray[np.float64]] = {}

    def list(self, folder: str) -> tuple[str, ...]:
        """Names of the targets in a folder of MakeHuman's."""
        return self._data.list_targets(folder)

    def target(self, name: str) -> NDArray[np.float64]:
        """A MakeHuman target by its path below the targets' folder."""
        if name not in self._read:
            self._read[name] = self._data.read_target(name, self._base_count)[self._cage.source]
        return self._read[name]

    def arkit(self, name: str) -> NDArray[np.float64]:
        """An ARKit shape."""
        return self._data.read_face_unit(name, self._base_count)[self._cage.source]


def average_head(base: NDArray[np.float64], targets: CageTargets) -> NDArray[np.float64]:
    """The young adult midway between MakeHuman's three peoples and two genders [C, 3]."""
    people = [targets.target(f"macrodetails/{p}-{g}-young") for p, g in itertools.product(PEOPLES, GENDERS)]
    build = [targets.target(f"macrodetails/universal-{g}-young-averagemuscle-averageweight") for g in GENDERS]
    average: NDArray[np.float64] = base + np.mean(people, axis=0) + np.mean(build, axis=0)
    return average


def read_expressions(targets: CageTargets) -> NDArray[np.float64]:
    """Offsets of the 64 components [64, C, 3], as drawn; `repairs` mends them."""
    summed = [np.sum([targets.arkit(name) for name in names], axis=0) for names in ARTICULATORS.values()]
    skewed = [targets.arkit(left) - targets.arkit(right) for left, right in ASYMMETRIES.values()]
    single = [targets.arkit(name) for name in ARKIT_REST]
    muscles = [
        np.mean([targets.target(f"expression/units/{people}/{unit}") for people in PEOPLES], axis=0)
        for unit in MUSCLE_UNITS
    ]
    return np.stack([*summed, *skewed, *single, *muscles])
