"""A portrait and a voice, decoded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen, frozen_like


@dataclass(frozen=True)
class Portrait:
    """A picture as sRGB `pixels` [H, W, 3] uint8, upright; `name` for messages, `sha256` of the file.

    `notes` say what was done to make it so (laid on grey where it was transparent, reduced from 16 bits ...).
    """

    pixels: NDArray[np.uint8]
    name: str
    sha256: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", frozen_like(self.pixels, np.uint8, (None, None, 3), "portrait pixels"))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class AudioClip:
    """A voice as the analysis hears it: mono `samples` [N] float32 in [-1, 1] at `rate` Hz.

    `notes` say what was done to make it usable (mixed down, DC removed, clipped peaks found ...).
    """

    samples: FloatArray
    rate: int
    name: str
    sha256: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", frozen(self.samples, (None,), "audio samples"))

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate
