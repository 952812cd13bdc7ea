"""PIRenderer's published weights, read from the user's own file."""

import pickle
from pathlib import Path
from typing import Any

import torch

from dimitra_studio.core.errors import ModelError
from dimitra_studio.render.pirenderer.network import PIRenderer, Sizes

# A training's snapshot holds several; the averaged generator is the one that was published to be used.
_GENERATORS = ("net_G_ema", "net_G")
_DISTRIBUTED = "module."


def load_pirenderer(path: Path, sizes: Sizes | None = None) -> PIRenderer:
    """The network with the weights in `path`: a snapshot of the published training, or a state dict alone.

    Raises ModelError where the file is missing, damaged, or holds other things. Nothing in it is executed.
    """
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ModelError(f"There is no PIRenderer file {path}.", "Give the path of the published snapshot.") from error
    except (pickle.UnpicklingError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise ModelError(
            f"{path} holds no weights that can be read without running code from it.",
            "Where you trust it, write its generator alone: torch.save(snapshot['net_G_ema'], FILE).",
        ) from error
    network = PIRenderer(sizes)
    try:
        network.load_state_dict(_generator(loaded))
    except (RuntimeError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{path} is not PIRenderer's published face model: its layers have other names or sizes.",
            "Give the path of the published snapshot.",
        ) from error
    return network.requires_grad_(requires_grad=False).eval()


def _generator(loaded: Any) -> dict[str, torch.Tensor]:
    """The generator's state dict, with the names that a network on one machine has."""
    for name in _GENERATORS:
        if isinstance(loaded, dict) and name in loaded:
            loaded = loaded[name]
            break
    return {name.removeprefix(_DISTRIBUTED): tensor for name, tensor in loaded.items()}
