"""A network that is being trained: what it is fed with, and one update."""

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, distributed
from torch.nn.parallel import DistributedDataParallel

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import EXPRESSION_COUNT, POSE_NAMES, Group
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.mirror import mirror_of
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.cmdt import CMDT
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.jaw import jaw_share
from dimitra_studio.motion.lip_shape import LipShape, measure_lips
from dimitra_studio.motion.schedule import linear_schedule
from dimitra_studio.training.augmentation import augmented
from dimitra_studio.training.dataset import (
    Batch,
    MotionWindows,
    feature_statistics,
    measure_scale,
    silence_median,
    stretches_of,
)
from dimitra_studio.training.evening import evened
from dimitra_studio.training.lip_mesh import mesh_form
from dimitra_studio.training.losses import motion_loss
from dimitra_studio.training.precision import mixed_precision
from dimitra_studio.training.processes import ALONE, Process
from dimitra_studio.training.recipe import TrainingRecipe
from dimitra_studio.training.state import TrainingState

_LOSS_MEMORY = 0.01  # the running mean of the loss forgets so much a step


class Trainer:
    """Updates `state.network` and its average on windows of `clips`.

    All chance of a step comes from (seed, step, rank) alone, so that a run goes on exactly from its step, and each
    process draws its own share of the batch. Of several processes the gradients are averaged: the update of the whole
    batch where all shares hold as many frames (each is averaged over its own).
    """

    def __init__(
        self,
        clips: tuple[TalkingClip, ...],
        head: HeadModel,
        config: CMDTConfig,
        recipe: TrainingRecipe,
        *,
        process: Process = ALONE,
    ) -> None:
        group, device = config.group, process.device
        self.recipe, self._process, self._share = recipe, process, process.share(recipe.batch)
        # The lips' components are symmetric by construction: mirrored they are the same clip again.
        mirror = None if group is Group.LIPS else mirror_of(head.component_names)
        self.lips = measure_lips(head) if group is Group.LIPS else None
        if self.lips and recipe.lip_deviation:
            clips = tuple(evened(clip, self.lips, recipe.lip_deviation) for clip in clips)
        stretches = stretches_of(clips, recipe.shares, recipe.variant_share)
        self.scale = measure_scale(stretches, group, mirror)
        self.windows = MotionWindows(stretches, config, self.scale, mirror=mirror, lips=self.lips)
        self._names = (*head.component_names, *POSE_NAMES)[group.columns]
        self._rest = silence_median(stretches, group)
        values = np.concatenate([stretch.values[:, group.columns] for stretch in stretches])
        self._shape = None if self.lips is None else _on(device, shape_measures(self.lips, self.scale.std, values))
        self._mesh = None if self.lips is None else _on(device, mesh_measure(mesh_form(head), self.scale.std, values))
        self._schedule = linear_schedule()
        torch.manual_seed(recipe.seed % 2**64)
        network = CMDT(config)
        mean, std = feature_statistics(stretches)
        network.conditions.feature_mean.copy_(torch.from_numpy(mean))
        network.conditions.feature_std.copy_(torch.from_numpy(std))
        network.to(device)
        # Gradients are averaged over the processes of a group, where there is one.
        self._learner = DistributedDataParallel(network) if distributed.is_initialized() else network
        optimiser = torch.optim.AdamW(
            network.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=recipe.weight_decay, fused=True
        )
        average = copy.deepcopy(network).requires_grad_(requires_grad=False)
        self.state = TrainingState(network, average, optimiser, torch.zeros((), device=device), recipe.steps)

    def advance(self) -> None:
        """One update."""
        recipe, state = self.recipe, self.state
        for group in state.optimiser.param_groups:
            group["lr"] = recipe.rate_at(state.step)
        loss = self.loss(*self.drawn(state.step))
        state.optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(state.network.parameters(), recipe.clip)
        state.optimiser.step()
        keep = recipe.ema_at(state.step)
        with torch.no_grad():
            torch._foreach_lerp_(list(state.average.parameters()), list(state.network.parameters()), 1 - keep)
            state.loss.lerp_(loss.detach(), max(_LOSS_MEMORY, 1 / (state.step + 1)))
        state.step += 1

    def drawn(self, step: int) -> tuple[Batch, np.random.Generator]:
        """This process's share of the batch of `step`, and the stream for what else is left to chance in it.

        Seeds torch's own streams, of which noise and dropout are drawn.
        """
        rng = np.random.default_rng((self.recipe.seed % 2**64, step, self._process.rank))
        torch.manual_seed(int(rng.integers(2**63)))
        batch = self.windows.draw(self._share, rng).to(self._process.device)
        spread = self.state.network.conditions.feature_std
        return augmented(batch, self.recipe, rng, spread, self._shape), rng

    def loss(self, batch: Batch, rng: np.random.Generator) -> Tensor:
        """The loss of denoising `batch` from random diffusion steps."""
        steps = torch.from_numpy(rng.integers(0, len(self._schedule), size=len(batch.clean)))
        noisy = self._schedule.diffuse(batch.clean, torch.randn_like(batch.clean), steps)
        self._learner.train()
        with mixed_precision(self._process.device):
            predicted = self._learner(noisy, steps.to(noisy.device), batch.conditions)
        return motion_loss(
            predicted.float(),
            batch.clean,
            batch.conditions.mask,
            batch.conditions.starts,
            weights=self.recipe.loss,
            shape=self._shape,
            closed=batch.closed,
            mesh=self._mesh,
        )

    def model(self, network: CMDT, facts: dict[str, object]) -> MotionModel:
        """`network` with what is needed to generate with it."""
        share = np.zeros(EXPRESSION_COUNT, np.float32) if self.lips is None else jaw_share(self.lips)
        return MotionModel(network.eval(), self.scale, self._names, self._rest, share, facts=facts)


def shape_measures(lips: LipShape, std: FloatArray, values: FloatArray) -> FloatArray:
    """Lip gap and width as maps [13, 2] of normalised channels, each in standard deviations over `values` [T, 13]."""
    columns = Group.LIPS.columns
    measures = [each[columns] * std / (values @ each[columns]).std() for each in (lips.gap, lips.width)]
    return np.asarray(np.stack(measures, axis=1), dtype=np.float32)


def mesh_measure(form: FloatArray, std: FloatArray, values: FloatArray) -> FloatArray:
    """The quadratic `form` [13, 13] for errors of normalised channels, divided by its mean over `values` [T, 13] less
    their own mean."""
    centred = values - values.mean(axis=0)
    own = np.einsum("tc,cd,td->t", centred, form, centred).mean()
    return np.asarray(form * np.outer(std, std) / own, dtype=np.float32)


def _on(device: str, values: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(values).to(device)
