"""The renderers that are compared, and the judges that this machine has the networks for."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.renderers import REPAIR_MODELS
from dimitra_studio.evaluation.frame_judges import FrameJudges, Look, enlarged
from dimitra_studio.evaluation.likeness import Likeness
from dimitra_studio.evaluation.render import Rivals, Show
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.render.neural.renderer import NeuralRenderer
from dimitra_studio.render.neural.tensors import colour_tensor
from dimitra_studio.render.neural.weights import load_repair
from dimitra_studio.render.perceptual import PerceptualDistance, Trunk, load_perceptual
from dimitra_studio.render.warp import WarpRenderer

_LOOK, _LIKENESS = "perceptual-vgg", "face-likeness"
_SMALLEST = 64  # px that a picture's look is judged at


def render_rivals(model: HeadModel, repairs: Sequence[Path]) -> Rivals:
    """The warp, and the warp repaired by the networks in `repairs`. Raises ModelError."""
    networks = tuple(load_repair(path) for path in repairs)

    def warp(portrait: Portrait, fit: FaceFit) -> Show:
        return WarpRenderer(portrait, fit, model).show

    def neural(portrait: Portrait, fit: FaceFit) -> Show:
        return NeuralRenderer(WarpRenderer(portrait, fit, model), networks).show

    return {"warp": warp, "neural": neural} if networks else {"warp": warp}


def shipped_repairs(loader: Loader) -> list[Path]:
    """The networks that ship with the studio. Raises ModelError."""
    return [loader.registry.path(model_id) for model_id in REPAIR_MODELS]


def open_judges(loader: Loader) -> tuple[FrameJudges, list[str]]:
    """The judges, and what is left out because an optional model is not installed."""
    missing = []
    look: Look | None = None
    likeness: Likeness | None = None
    try:
        look = PerceptualLook(load_perceptual(loader.registry.path(_LOOK), Trunk.VGG))
    except ModelError as error:
        missing.append(f"How alike pictures look is left out: {error}")
    try:
        likeness = Likeness(loader.registry.path(_LIKENESS))
    except ModelError as error:
        missing.append(f"Whether it is the same person is left out: {error}")
    return FrameJudges(loader.detector, look, likeness), missing


class PerceptualLook:
    """Shift-tolerant LPIPS of pictures."""

    def __init__(self, distance: PerceptualDistance) -> None:
        self._distance = distance

    @torch.inference_mode()
    def __call__(self, picture: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
        """0 for equal pictures [H, W, 3]."""
        one, other = (colour_tensor([enlarged(each, _SMALLEST)]) for each in (picture, truth))
        return float(self._distance(one, other))
