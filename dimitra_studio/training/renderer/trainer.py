"""A repairing network that is being trained: one update, and the run on disk and back, exactly."""

import copy
import json
from dataclasses import asdict
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Adam

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.render.neural.network import Repair, RepairNetwork
from dimitra_studio.render.neural.weights import RepairModel
from dimitra_studio.render.perceptual import PerceptualDistance
from dimitra_studio.training.fingerprint import difference
from dimitra_studio.training.renderer.batches import PairShelf, RepairBatch
from dimitra_studio.training.renderer.critic import Critic, critic_loss, fooling_loss
from dimitra_studio.training.renderer.losses import glimpse, repair_loss
from dimitra_studio.training.renderer.recipe import RepairRecipe

_BETAS = (0.5, 0.99)
_LOSS_MEMORY = 0.01  # the running mean of the loss forgets so much a step
_MEND = "Give what it was begun with, or choose another --out folder."


class RepairTrainer:
    """Updates a network and its average on the pairs of a shelf; all chance of a step comes from (seed, step)."""

    def __init__(
        self,
        shelf: PairShelf,
        config: RepairConfig,
        recipe: RepairRecipe,
        perceptual: PerceptualDistance | None,
        device: torch.device | str = "cpu",
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe, self.step = recipe, 0
        self._shelf, self.device = shelf, device
        self.look = None if perceptual is None else perceptual.to(device)
        self.network = RepairNetwork(config).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload] # torch's stubs lack the two together
        self.average = copy.deepcopy(self.network).requires_grad_(requires_grad=False).eval()
        self.critic = Critic().to(device)
        self._optimiser = Adam(self.network.parameters(), recipe.rate, _BETAS)
        self._critic_optimiser = Adam(self.critic.parameters(), recipe.rate, _BETAS)
        self.loss = torch.zeros((), device=device)

    def begin(self, model: RepairModel) -> None:
        """Starts with other weights than chance's. Raises InputError where they are of another network."""
        config = self.network.config
        if model.config != config:
            raise InputError(
                f"These weights are of a {model.config.part} of {model.config.side} samples, the pairs are for "
                f"{config.part} of {config.side}.",
                "Give weights that were trained on such pairs.",
            )
        for network in (self.network, self.average):
            network.load_state_dict(model.network.state_dict())

    def advance(self) -> None:
        """One update."""
        recipe, step = self.recipe, self.step
        chance = np.random.default_rng([recipe.seed, step])
        batch = self._shelf.draw(recipe.twos, chance).on(self.device)
        for optimiser in (self._optimiser, self._critic_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = recipe.rate_at(step)
        look = None if self.look is None else glimpse(self.look, chance)
        with torch.autocast(torch.device(self.device).type, torch.bfloat16, enabled=recipe.half):
            repair, out = repaired(self.network, batch)
            loss = repair_loss(out, repair, batch, recipe.weights, look)
            if recipe.is_criticised(step):
                self._update_critic(out, batch)
                loss = loss + recipe.weights.adversarial * fooling_loss(self.critic, out, batch.warped)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call] # torch's own stub is untyped
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), recipe.clip)
        self._optimiser.step()
        self._follow(recipe.ema_at(step))
        share = 1.0 if step == 0 else _LOSS_MEMORY
        self.loss += share * (loss.detach() - self.loss)
        self.step += 1

    def save(self, path: Path, run: dict[str, Any]) -> None:
        """Writes the run to `path`, whole or not at all; `run` is what must be the same for it to go on."""
        make_folder(path.parent)
        with replacing(path) as part:
            torch.save({"run": run, "step": self.step, "loss": self.loss, **self._states()}, part)

    def resume(self, path: Path, run: dict[str, Any]) -> None:
        """Goes on from `path`. Raises InputError where that is no such run, or one with other settings than `run`."""
        try:
            content: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
            if other := difference(content["run"], run):
                raise InputError(f"The run in {path.parent} was begun with {other}.", _MEND)
            for name, part in self._parts().items():
                part.load_state_dict(content[name])
            self.loss.copy_(content["loss"])
            self.step = int(content["step"])
        except (OSError, RuntimeError, LookupError, ValueError, TypeError, EOFError, UnpicklingError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            sentence = f"{path} is not a training run that can be resumed ({reason})."
            raise InputError(sentence, "Choose another --out folder.") from error

    def _update_critic(self, out: Tensor, batch: RepairBatch) -> None:
        self._critic_optimiser.zero_grad()
        critic_loss(self.critic, out, batch.truth, batch.warped).backward()  # type: ignore[no-untyped-call] # as above
        self._critic_optimiser.step()

    @torch.no_grad()
    def _follow(self, kept: float) -> None:
        for average, current in zip(self.average.parameters(), self.network.parameters(), strict=True):
            average.lerp_(current, 1 - kept)

    def _parts(self) -> dict[str, Any]:
        return {
            "network": self.network,
            "average": self.average,
            "critic": self.critic,
            "optimiser": self._optimiser,
            "critic_optimiser": self._critic_optimiser,
        }

    def _states(self) -> dict[str, Any]:
        return {name: part.state_dict() for name, part in self._parts().items()}


def repaired(network: RepairNetwork, batch: RepairBatch) -> tuple[Repair, Tensor]:
    """What the network does to a batch, and what comes out [B, 3, S, S]."""
    features = network.source(batch.source)
    repair = network(batch.seen, batch.places, features, batch.motion).held(batch.departure)
    return repair, repair.apply(batch.warped)


def run_of(config: RepairConfig, recipe: RepairRecipe, clips: tuple[str, ...]) -> dict[str, Any]:
    """What must be the same for a stopped run to go on, in plain values."""
    told = asdict(recipe)
    for judging in ("judge_every", "judged"):  # looks on
        del told[judging]
    weights = {f"weight of {name}": value for name, value in told.pop("weights").items()}
    network = {f"network {name}": value for name, value in config.as_dict().items()}
    plain: dict[str, Any] = json.loads(json.dumps({**told, **weights, **network, "clips": len(clips)}))
    return plain
