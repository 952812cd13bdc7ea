"""What is done to windows so that a small corpus is not known by heart."""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from dimitra_studio.motion.cmdt import Conditions
from dimitra_studio.training.dataset import Batch
from dimitra_studio.training.recipe import TrainingRecipe


def augmented(
    batch: Batch, recipe: TrainingRecipe, rng: np.random.Generator, spread: Tensor, shape: Tensor | None = None
) -> Batch:
    """`batch` as a network learns from it; `spread` [F] is the features' standard deviation, `shape` [C, K] the
    measures of normalised channels that no person's face may change. Normal noise comes from torch's own stream."""
    batch = blended(someone_else(batch, recipe.person_jitter, shape), recipe.mixed, rng)
    return replace(batch, conditions=degraded(batch.conditions, recipe, rng, spread))


def someone_else(batch: Batch, amount: float, shape: Tensor | None = None) -> Batch:
    """Windows moved with their first frames by one offset each that leaves `shape`, the lips' gap and width, alone."""
    clean, given = batch.clean, batch.conditions
    offset = torch.randn_like(given.first) * amount
    if shape is not None:
        offset = offset - offset @ shape @ torch.linalg.pinv(shape)
    moved = clean + offset[:, None] * given.mask[..., None]
    return replace(batch, clean=moved, conditions=replace(given, first=given.first + offset))


def blended(batch: Batch, chance: float, rng: np.random.Generator) -> Batch:
    """Some windows mixed with the one nearest in length; what only one of the two has is then absent."""
    given = batch.conditions
    size, device = len(given.mask), given.mask.device
    order = given.mask.sum(dim=1).argsort(stable=True)
    partner = torch.empty_like(order)
    partner[order] = order.roll(1)
    chosen = torch.from_numpy(rng.random(size) < chance).to(device)
    own = torch.where(chosen, torch.from_numpy(rng.uniform(0.5, 1.0, size)).float().to(device), 1.0)

    def blend(values: Tensor) -> Tensor:
        share = own.view(-1, *[1] * (values.dim() - 1))
        return share * values + (1 - share) * values[partner]

    def both(flags: Tensor) -> Tensor:
        alone = ~chosen.view(-1, *[1] * (flags.dim() - 1))
        return flags & (flags[partner] | alone)

    mask = both(given.mask)
    mixed = Conditions(
        features=blend(given.features),
        phonemes=blend(given.phonemes),
        text=blend(given.text),
        first=blend(given.first),
        starts=both(given.starts),
        mask=mask,
        present=both(given.present),
    )
    return Batch(blend(batch.clean) * mask[..., None], mixed, both(batch.closed))


def degraded(given: Conditions, recipe: TrainingRecipe, rng: np.random.Generator, spread: Tensor) -> Conditions:
    """Noise on the features, and conditions dropped at random."""
    size = len(given.present)
    noise = torch.randn_like(given.features) * recipe.feature_noise
    noise += torch.randn_like(given.features[:, :1]) * recipe.feature_shift
    chances = (recipe.drop_features, recipe.drop_phonemes, recipe.drop_text, recipe.drop_first)
    kept = rng.random((size, 4)) >= np.array(chances)
    kept[:, :3] &= rng.random((size, 1)) >= recipe.drop_speech
    present = given.present & torch.from_numpy(kept).to(given.present.device)
    return replace(given, features=given.features + noise * spread, present=present)
