"""A trained repairing network on disk: one safetensors file that says everything about itself."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.network import RepairNetwork

FORMAT = "dimitra-repair 2"
_HINT = "Run: dimitra models verify"


@dataclass(frozen=True)
class RepairModel:
    """A network ready to repair, in eval mode, and the facts of its training."""

    network: RepairNetwork
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> RepairConfig:
        """The network's."""
        return self.network.config


def save_repair(path: Path, model: RepairModel) -> None:
    """Writes `model` to `path` in fp16; the file appears whole or not at all."""
    tensors = {name: tensor.half().contiguous().cpu() for name, tensor in model.network.state_dict().items()}
    metadata = {
        "format": FORMAT,
        "config": json.dumps(model.config.as_dict()),
        "facts": json.dumps(model.facts),
    }
    make_folder(path.parent)
    with replacing(path) as part:
        part.write_bytes(save(tensors, metadata))


def load_repair(path: Path, device: torch.device | str = "cpu") -> RepairModel:
    """The model in `path`, in fp32 on `device`. Raises ModelError where it is missing, damaged or not one of ours."""
    try:
        with safe_open(path, framework="pt", device="cpu") as archive:
            metadata = archive.metadata() or {}
            tensors = {name: archive.get_tensor(name).float() for name in archive.keys()}  # noqa: SIM118 - no dict
        if metadata.get("format") != FORMAT:
            raise ValueError(f"its format is {metadata.get('format', 'unknown')}, expected {FORMAT}")
        network = RepairNetwork(RepairConfig.from_dict(json.loads(metadata["config"])))
        network.load_state_dict(tensors)
        facts = json.loads(metadata["facts"])
    except FileNotFoundError as error:
        raise ModelError(f"The renderer's model {path} is missing.", _HINT) from error
    except (SafetensorError, OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise ModelError(f"The renderer's model {path} cannot be read: {reason}.", _HINT) from error
    network.requires_grad_(requires_grad=False)
    return RepairModel(network.to(device, memory_format=torch.channels_last).eval(), facts)  # type: ignore[call-overload] # torch's stubs lack the two together
