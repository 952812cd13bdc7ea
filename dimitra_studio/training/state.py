"""A training run at one step: network, average, optimiser and the best average so far, on disk and back, exactly."""

from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor
from torch.optim import AdamW

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.training.fingerprint import difference
from dimitra_studio.training.recipe import TrainingRecipe

LATEST, STEADY = "state.pt", "steady.pt"
_MEND = "Give what it was begun with, or choose another --out folder."


@dataclass(frozen=True)
class Best:
    """The average of `step` and its validation `score`."""

    step: int
    score: float
    weights: dict[str, Tensor]


@dataclass
class TrainingState:
    """What changes while a network is trained; `average` is the exponential moving average of `network`, `loss` the
    running mean of its loss, `steps` the length of the run that was planned when it was saved."""

    network: CMDT
    average: CMDT
    optimiser: AdamW
    loss: Tensor
    steps: int
    step: int = 0
    best: Best | None = None


def save_state(path: Path, state: TrainingState, run: dict[str, Any]) -> None:
    """Writes the run to `path`, whole or not at all; `run` is its fingerprint. A resumed run goes on as if it had never
    stopped: what is random in a step depends on the step alone."""
    best = state.best
    content = {
        "run": run,
        "network": state.network.state_dict(),
        "average": state.average.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "loss": state.loss,
        "steps": state.steps,
        "step": state.step,
        "best": best and {"step": best.step, "score": best.score, "weights": best.weights},
    }
    make_folder(path.parent)
    with replacing(path) as part:
        torch.save(content, part)


def load_state(path: Path, state: TrainingState, run: dict[str, Any]) -> None:
    """Fills `state` from `path`. Raises InputError where that is no run, or one with another fingerprint than `run`."""
    try:
        content: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
        if other := difference(content["run"], run):
            raise InputError(f"The run in {path.parent} was begun with {other}.", _MEND)
        state.network.load_state_dict(content["network"])
        state.average.load_state_dict(content["average"])
        state.optimiser.load_state_dict(content["optimiser"])
        state.loss.copy_(content["loss"])
        state.steps, state.step = int(content["steps"]), int(content["step"])
        state.best = Best(**content["best"]) if content["best"] else None
    except (OSError, RuntimeError, LookupError, ValueError, TypeError, EOFError, UnpicklingError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        sentence = f"{path} is not a training run that can be resumed ({reason})."
        raise InputError(sentence, "Choose another --out folder.") from error


def resume(folder: Path, state: TrainingState, run: dict[str, Any], recipe: TrainingRecipe) -> str:
    """Fills `state` with where the run in `folder` can go on to `recipe.steps` as if it had been planned so, which is
    nowhere in a cool-down towards another end. Returns what the user should know; nothing changes without a run.

    Raises InputError where the run is another one, or is beyond every such place.
    """
    there = [folder / name for name in (LATEST, STEADY) if (folder / name).exists()]
    for path in there:
        load_state(path, state, run)
        planned, state.steps = state.steps, recipe.steps
        if path.name == LATEST and planned == recipe.steps:
            return ""
        if planned == recipe.steps or state.step <= min(recipe.steady, recipe.steady_of(planned)):
            return f"The run goes on from step {state.step} and ends with step {recipe.steps}."
    if there:
        sentence = f"The run in {folder} has done too much to end with step {recipe.steps}."
        raise InputError(sentence, "Choose more steps, or another --out folder.")
    return ""
