"""What a repairing network is made of."""

from dataclasses import asdict, dataclass
from typing import Any

from dimitra_studio.render.neural.part import Part


@dataclass(frozen=True)
class RepairConfig:
    """Sizes of a network that repairs a `part` in a square of `extent` eye distances, `side` samples (a multiple of 8).

    `widths` are the channels at the half, quarter and eighth of the side, `residuals` the blocks at the eighth,
    `descriptor` what the motion is told in.
    """

    part: Part
    extent: float
    side: int
    widths: tuple[int, int, int]
    residuals: int = 3
    descriptor: int = 128

    def __post_init__(self) -> None:
        if self.side % 8 or self.side < 32 or self.extent <= 0 or min(self.widths) < 4 or self.residuals < 1:
            raise ValueError(f"a repair of {self.side} samples with {self.widths} channels cannot be built")

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as `from_dict` reads them."""
        return asdict(self) | {"part": str(self.part), "widths": list(self.widths)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RepairConfig":
        """Raises ValueError, TypeError or KeyError where a value is missing or makes no sense."""
        first, second, third = (int(width) for width in values["widths"])
        return cls(**(values | {"part": Part(values["part"]), "widths": (first, second, third)}))


# 1.6 eye distances show the mouth wide open, with the shadow of the lower lip; 3.4 the face from brows to chin.
SMALL = (
    RepairConfig(Part.MOUTH, 1.6, 160, (32, 64, 128)),
    RepairConfig(Part.FACE, 3.4, 192, (24, 48, 96)),
)
LARGE = (
    RepairConfig(Part.MOUTH, 1.6, 192, (48, 112, 192), residuals=6, descriptor=256),
    RepairConfig(Part.FACE, 3.4, 256, (48, 96, 192), residuals=6, descriptor=256),
)
