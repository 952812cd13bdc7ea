"""A trained cMDT on disk: one safetensors file that says everything about itself."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.channels import EXPRESSION_COUNT, Group
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.scale import ChannelScale

FORMAT = "dimitra-motion 1"
_HINT = "Run: dimitra models verify"


@dataclass(frozen=True)
class MotionModel:
    """A cMDT ready to generate: the network in eval mode, its channels' names and scale, their median [C] in silence
    (`rest`), the face model whose components it writes, and the facts of its training. `jaw_share` [51] is what a lips
    model was trained with (see jaw.py); zeros elsewhere."""

    network: CMDT
    scale: ChannelScale
    channel_names: tuple[str, ...]
    rest: FloatArray
    jaw_share: FloatArray = field(default_factory=lambda: np.zeros(EXPRESSION_COUNT, dtype=np.float32))
    face_model: str = "open-head"
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        channels = self.config.channels
        object.__setattr__(self, "rest", frozen(self.rest, (channels,), "rest"))
        object.__setattr__(self, "jaw_share", frozen(self.jaw_share, (EXPRESSION_COUNT,), "jaw share"))
        if len(self.scale.mean) != channels or len(self.channel_names) != channels:
            raise ValueError(f"scale or names do not have the {channels} channels of {self.group}")

    @property
    def config(self) -> CMDTConfig:
        """The network's."""
        return self.network.config

    @property
    def group(self) -> Group:
        """The channels it writes."""
        return self.config.group


def save_model(path: Path, model: MotionModel) -> None:
    """Writes `model` to `path`, parameters as fp16; the file appears whole or not at all."""
    parameters = dict(model.network.named_parameters())
    tensors = {
        name: (tensor.half() if name in parameters else tensor.float()).contiguous().cpu()
        for name, tensor in model.network.state_dict().items()
    }
    scale = {name: getattr(model.scale, name).tolist() for name in ("mean", "std", "low", "high")}
    metadata = {
        "format": FORMAT,
        "config": json.dumps(model.config.as_dict()),
        "scale": json.dumps(scale),
        "channel_names": json.dumps(model.channel_names),
        "rest": json.dumps(model.rest.tolist()),
        "jaw_share": json.dumps(model.jaw_share.tolist()),
        "face_model": model.face_model,
        "facts": json.dumps(model.facts),
    }
    make_folder(path.parent)
    with replacing(path) as part:
        # safetensors' own save_file leaves a file that only its owner may read.
        part.write_bytes(save(tensors, metadata))


def load_model(path: Path, device: torch.device | str = "cpu", mend: str = _HINT) -> MotionModel:
    """The model in `path`, in fp32 on `device`. Raises ModelError, with this `mend`, where it is missing, damaged or
    not one of ours."""
    try:
        with safe_open(path, framework="pt", device="cpu") as archive:
            metadata = archive.metadata() or {}
            tensors = {name: archive.get_tensor(name).float() for name in archive.keys()}  # noqa: SIM118 - no dict
        return _assemble(metadata, tensors, device)
    except FileNotFoundError as error:
        raise ModelError(f"The motion model {path} is missing.", mend) from error
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise ModelError(f"The motion model {path} cannot be read: {_sentence(error)}.", mend) from error


def _assemble(metadata: dict[str, str], tensors: dict[str, torch.Tensor], device: torch.device | str) -> MotionModel:
    if metadata.get("format") != FORMAT:
        raise ValueError(f"its format is {metadata.get('format', 'unknown')}, expected {FORMAT}")
    network = CMDT(CMDTConfig.from_dict(json.loads(metadata["config"])))
    network.load_state_dict(tensors)
    network.requires_grad_(requires_grad=False)
    scale = {name: np.asarray(values) for name, values in json.loads(metadata["scale"]).items()}
    return MotionModel(
        network=network.to(device).eval(),
        scale=ChannelScale(**scale),
        channel_names=tuple(json.loads(metadata["channel_names"])),
        rest=np.asarray(json.loads(metadata["rest"])),
        jaw_share=np.asarray(json.loads(metadata["jaw_share"])),
        face_model=metadata["face_model"],
        facts=json.loads(metadata["facts"]),
    )


def _sentence(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
