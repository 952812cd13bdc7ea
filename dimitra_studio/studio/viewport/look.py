"""What the viewport shows of a head."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """With the portrait's photo, as a wire mesh, with the 478 landmarks, beside the previous take."""

    textured: bool = True
    wireframe: bool = False
    landmarks: bool = False
    beside: bool = False


@dataclass(frozen=True)
class SceneColours:
    """Red, green, blue (0..1) of what is drawn."""

    background: tuple[float, float, float]
    clay: tuple[float, float, float]
    landmarks: tuple[float, float, float]
