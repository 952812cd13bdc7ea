"""The linear maps between the head model's 70 channels and Deng's coefficients, measured on clips whose true
coefficients are known (`packaging/fit_deng_map.py`).

Deng's channels here are those that move a face: 64 expression, 3 angles (rad), 3 translation, and 3 of the crop in
which their networks see the face (scale, x, y in px of a 256 px picture). The maps know no face at rest: theirs is a
mean one.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENTS
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.files import DAMAGE
from dimitra_studio.core.paths import resource

EXPRESSIONS, ANGLES, TRANSLATION, CROP = slice(0, 64), slice(64, 67), slice(67, 70), slice(70, 73)
DENG_COUNT = 73


@dataclass(frozen=True)
class LinearMap:
    """`slope` [I, O], `offset` [O]; `r2` [O] is how much of each output's movement it explained for people it had not
    seen (1 = all, 0 or less = none; NaN where nothing moved), `spread` [O] how much (standard deviation) it moved."""

    slope: FloatArray
    offset: FloatArray
    r2: FloatArray
    spread: FloatArray

    def __call__(self, values: FloatArray) -> FloatArray:
        """Outputs [T, O] of `values` [T, I]."""
        mapped: FloatArray = values @ self.slope + self.offset
        return mapped

    def score(self, channels: slice) -> float:
        """Mean R² of the `channels`, each weighted by how much it moves."""
        r2, weight = self.r2[channels], np.square(self.spread[channels])
        known = np.isfinite(r2)
        return float(np.average(r2[known], weights=weight[known]))


@dataclass(frozen=True)
class DengMap:
    """Both ways: 70 channels to 73, and 73 to 70."""

    to_deng: LinearMap
    from_deng: LinearMap

    def describe(self) -> str:
        """What to expect of it, in sentences."""
        there, back, angles = (
            line.score(part)
            for line, part in ((self.to_deng, EXPRESSIONS), (self.from_deng, COMPONENTS), (self.to_deng, ANGLES))
        )
        return (
            "Deng's face model is reached by a linear map that knows people it was not fitted to only in part: "
            f"R² {there:.2f} of the expression's movement on the way there, {back:.2f} on the way back, "
            f"{angles:.2f} of the head's angles. Expect a likeness, not the same face."
        )


@cache
def load_deng_map(path: Path | None = None) -> DengMap:
    """The map in `path`, or the one that comes with the studio. Raises ModelError where it cannot be read."""
    path = resource("deng_map.npz") if path is None else path
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return DengMap(
            _line(arrays, "to_deng", (CHANNEL_COUNT, DENG_COUNT)),
            _line(arrays, "from_deng", (DENG_COUNT, CHANNEL_COUNT)),
        )
    except DAMAGE as error:
        raise ModelError(f"The map {path} cannot be read: {error}.", "Install the studio again.") from error


def _line(arrays: dict[str, FloatArray], name: str, shape: tuple[int, int]) -> LinearMap:
    line = LinearMap(*(arrays[f"{name}_{part}"] for part in ("slope", "offset", "r2", "spread")))
    if line.slope.shape != shape or any(part.shape != shape[1:] for part in (line.offset, line.r2, line.spread)):
        raise ValueError(f"its {name} has other shapes")
    return line
