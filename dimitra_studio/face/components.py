"""The 64 expression components of the open head model, in the order of the motion channels.

13 articulators move the lips (paired shapes summed), four signed differences (left minus right) skew them; the rest are
ARKit's other shapes by name and twelve of MakeHuman's muscle units.
"""

# Each articulator as the ARKit shapes that it sums.
ARTICULATORS: dict[str, tuple[str, ...]] = {
    "jawOpen": ("jawOpen",),
    "jawForward": ("jawForward",),
    "mouthClose": ("mouthClose",),
    "mouthFunnel": ("mouthFunnel",),
    "mouthPucker": ("mouthPucker",),
    "mouthRollLower": ("mouthRollLower",),
    "mouthRollUpper": ("mouthRollUpper",),
    "mouthLowerDown": ("mouthLowerDownLeft", "mouthLowerDownRight"),
    "mouthUpperUp": ("mouthUpperUpLeft", "mouthUpperUpRight"),
    "mouthStretch": ("mouthStretchLeft", "mouthStretchRight"),
    "mouthPress": ("mouthPressLeft", "mouthPressRight"),
    "mouthShrugLower": ("mouthShrugLower",),
    "tongueOut": ("tongueOut",),
}
# Each as (ARKit shape added, ARKit shape taken away).
ASYMMETRIES: dict[str, tuple[str, str]] = {
    f"{name}Asym": (f"{name}Left", f"{name}Right")
    for name in ("mouthLowerDown", "mouthUpperUp", "mouthStretch", "mouthPress")
}
ARKIT_REST: tuple[str, ...] = (
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawLeft", "jawRight", "mouthDimpleLeft",
    "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthLeft", "mouthRight", "mouthShrugUpper",
    "mouthSmileLeft", "mouthSmileRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
MUSCLE_UNITS: tuple[str, ...] = (
    "neck-platysma", "nose-compression", "nose-depression", "nose-left-dilatation", "nose-right-dilatation",
    "mouth-compression", "mouth-corner-puller", "mouth-eversion", "mouth-elevation", "mouth-depression",
    "mouth-parling", "mouth-upward-retraction",
)  # fmt: skip
COMPONENT_NAMES: tuple[str, ...] = (
    *ARTICULATORS,
    *ASYMMETRIES,
    *ARKIT_REST,
    *(f"mh_{name}" for name in MUSCLE_UNITS),
)
COMPONENT_INDEX: dict[str, int] = {name: index for index, name in enumerate(COMPONENT_NAMES)}
