"""Every operation there is, by its name in files."""

from types import MappingProxyType

from dimitra_studio.editing.blending import BlendToBase, BlendToNeighbour, BlendToNeutral, BlendToTake, Ease
from dimitra_studio.editing.brush import EraseBrush, Sculpt, SmoothBrush
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.operation import Operation
from dimitra_studio.editing.recordings import Override, PuppetRecording
from dimitra_studio.editing.shaping import Clamp, Hold, MirrorFace, Noise, Offset, ScaleAboutMean, Shear
from dimitra_studio.editing.smoothing import ButterworthSmooth, GaussianSmooth
from dimitra_studio.editing.timing import Stretch, TimeShift

OPERATIONS: tuple[type[Operation], ...] = (
    Offset, ScaleAboutMean, Shear, GaussianSmooth, ButterworthSmooth, BlendToNeighbour, BlendToNeutral, BlendToBase,
    BlendToTake, Ease, TimeShift, Stretch, Clamp, Noise, Hold, MirrorFace, Keys, Sculpt, SmoothBrush, EraseBrush,
    PuppetRecording, Override,
)  # fmt: skip
BY_KIND = MappingProxyType({operation.kind: operation for operation in OPERATIONS})
