"""A training run at one step: network, average, optimiser and random state, on disk and back, exactly."""

from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch.optim import AdamW

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import replacing
from dimitra_studio.motion.cmdt import CMDT


@dataclass
class TrainingState:
    """What changes while a network is trained; `average` is the exponential moving average of `network`."""

    network: CMDT
    average: CMDT
    optimiser: AdamW
    rng: np.random.Generator
    step: int = 0


def save_state(path: Path, state: TrainingState) -> None:
    """Writes the run to `path`, whole or not at all. A resumed run goes on as if it had never stopped."""
    content = {
        "network": state.network.state_dict(),
        "average": state.average.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "numpy": state.rng.bit_generator.state,
        "torch": torch.get_rng_state(),
        "step": state.step,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        torch.save(content, part)


def load_state(path: Path, state: TrainingState) -> None:
    """Fills `state` from `path`. Raises InputError where that is not a run of the same network."""
    try:
        content: dict[str, Any] = torch.load(path, weights_only=True)
        state.network.load_state_dict(content["network"])
        state.average.load_state_dict(content["average"])
        state.optimiser.load_state_dict(content["optimiser"])
        state.rng.bit_generator.state = content["numpy"]
        torch.set_rng_state(content["torch"])
        state.step = int(content["step"])
    except (OSError, RuntimeError, KeyError, IndexError, ValueError, TypeError, EOFError, UnpicklingError) as error:
        sentence = f"{path} is not a training run that can be resumed ({str(error).splitlines()[0]})."
        raise InputError(sentence, "Choose another --out folder.") from error
