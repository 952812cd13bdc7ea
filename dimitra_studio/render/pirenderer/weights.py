"""PIRenderer's weights: read from the file that the user has, kept as safetensors, which execute nothing."""

import pickle
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from dimitra_studio.core.errors import ModelError
from dimitra_studio.render.pirenderer.network import PUBLISHED, PIRenderer, Sizes

# A training's snapshot holds several; the averaged generator is the one that was published to be used.
_GENERATORS = ("net_G_ema", "net_G")
_DISTRIBUTED = "module."
_WIDTH = "mapping_net.first.0.bias"  # one number for each channel of the descriptor
_HINT = "Give the published snapshot (a .pt file) itself."


def read_published(path: Path, known: tuple[Sizes, ...] = PUBLISHED) -> PIRenderer:
    """The network with the weights in a user's file: a snapshot of the published training, or a state dict alone.

    Raises ModelError where the file is missing, damaged, or holds other things. Nothing in it is executed.
    """
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ModelError(f"There is no PIRenderer file {path}.", _HINT) from error
    except (pickle.UnpicklingError, RuntimeError, ValueError, LookupError, TypeError, EOFError, OSError) as error:
        raise ModelError(
            f"{path} holds no weights that can be read without running code from it.",
            "Where you trust it, write its generator alone: torch.save(snapshot['net_G_ema'], FILE).",
        ) from error
    return _network(path, _generator(loaded), known)


def to_bytes(network: PIRenderer) -> bytes:
    """The weights as a safetensors file: the same bytes for the same weights."""
    return save({name: tensor.contiguous() for name, tensor in sorted(network.state_dict().items())})


def load_pirenderer(path: Path, device: torch.device | str = "cpu", known: tuple[Sizes, ...] = PUBLISHED) -> PIRenderer:
    """The network in a file that `to_bytes` made, on `device`. Raises ModelError where it is missing or damaged."""
    try:
        state = load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"The kept PIRenderer file {path} cannot be read.", "Install pirenderer again.") from error
    return _network(path, state, known).to(device)


def _network(path: Path, state: Any, known: tuple[Sizes, ...]) -> PIRenderer:
    """The network of the size that the state has, in eval mode."""
    try:
        width = len(state[_WIDTH])
        network = PIRenderer(next(sizes for sizes in known if sizes.descriptor == width))
        network.load_state_dict(state)
        if not all(bool(tensor.isfinite().all()) for tensor in network.state_dict().values()):
            raise ValueError("not finite")
    except (RuntimeError, TypeError, LookupError, AttributeError, ValueError, StopIteration) as error:
        raise ModelError(
            f"{path} is not PIRenderer's published face model: its layers have other names, sizes or no numbers.", _HINT
        ) from error
    return network.requires_grad_(requires_grad=False).eval()


def _generator(loaded: Any) -> Any:
    """The generator's state dict, with the names that a network on one machine has; else what was loaded."""
    for name in _GENERATORS:
        if isinstance(loaded, dict) and name in loaded:
            loaded = loaded[name]
            break
    if not isinstance(loaded, dict) or not all(isinstance(tensor, Tensor) for tensor in loaded.values()):
        return None
    return {str(name).removeprefix(_DISTRIBUTED): tensor for name, tensor in loaded.items()}
