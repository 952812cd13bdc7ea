"""Trains one cMDT: diffusion loss on random windows, an average of the weights, checkpoints that resume exactly."""

import copy
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from dimitra_studio.core.channels import EXPRESSION_COUNT, POSE_NAMES, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.motion.checkpoint import MotionModel, save_model
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.cmdt import CMDT, Conditions
from dimitra_studio.motion.config import CMDTConfig, embedded, paper
from dimitra_studio.motion.jaw import jaw_share
from dimitra_studio.motion.lip_shape import measure_lips
from dimitra_studio.motion.schedule import linear_schedule
from dimitra_studio.training.dataset import (
    Batch,
    MotionWindows,
    Stretch,
    feature_statistics,
    measure_scale,
    silence_median,
    stretches_of,
)
from dimitra_studio.training.losses import masked_mean, motion_loss
from dimitra_studio.training.mirror import mirror_of
from dimitra_studio.training.recipe import TrainingRecipe
from dimitra_studio.training.state import TrainingState, load_state, save_state

_REPORT_EVERY = 100  # steps
_SAVE_EVERY = 150.0  # seconds
_VALIDATION_STEPS = (40, 140, 260, 499)
_VALIDATION_BATCHES = 2


@dataclass(frozen=True)
class TrainingData:
    """Clips to learn from and clips to be judged on."""

    train: tuple[TalkingClip, ...]
    validation: tuple[TalkingClip, ...]

    @classmethod
    def split(cls, clips: tuple[TalkingClip, ...]) -> "TrainingData":
        """By the clips' own split. Raises InputError where none are to learn from."""
        train, validation = (tuple(clip for clip in clips if clip.facts.split == name) for name in ("train", "val"))
        if not train:
            raise InputError("None of the prepared clips is of the train split.", "Prepare more of the corpus.")
        return cls(train, validation)


def config_for(group: Group, preset: str, data: TrainingData) -> CMDTConfig:
    """The preset's network for features and embeddings of the kinds that the clips have.

    Raises InputError where they are of several kinds.
    """
    kinds = {(clip.speech.feature_kind, clip.speech.features.shape[1]) for clip in data.train}
    embeddings = {(clip.speech.embedding_kind, len(clip.speech.text_embedding)) for clip in data.train}
    if len(kinds) > 1 or len(embeddings) > 1:
        raise InputError("The prepared clips were analysed with different speech models.", "Prepare them all anew.")
    (feature_kind, feature_dim), (embedding_kind, text_dim) = kinds.pop(), embeddings.pop()
    return replace(
        {"embedded": embedded, "paper": paper}[preset](group),
        feature_kind=feature_kind,
        feature_dim=feature_dim,
        embedding_kind=embedding_kind,
        text_dim=text_dim,
    )


def train_motion(
    data: TrainingData, head: HeadModel, config: CMDTConfig, recipe: TrainingRecipe, folder: Path
) -> Job[Path]:
    """Trains until `recipe.steps`, going on from `folder` where a run was stopped; returns the weights' path.

    `folder` gets `state.pt`, `log.jsonl` and `motion_<group>.safetensors` (the average). Networks run in bfloat16
    where that is the processor's own arithmetic, with parameters in float32.
    """
    torch.manual_seed(recipe.seed)
    trainer = _Trainer(data, head, config, recipe)
    state, path = trainer.state, folder / f"motion_{config.group}.safetensors"
    if (folder / "state.pt").exists():
        load_state(folder / "state.pt", state)
    saved, losses = time.monotonic(), []
    while state.step < recipe.steps:
        losses.append(trainer.advance())
        yield Progress(f"train {config.group}", state.step, recipe.steps)
        if state.step % _REPORT_EVERY == 0:
            _log(folder, {"step": state.step, "loss": float(np.mean(losses)), **trainer.judge()})
            losses = []
        if state.step == recipe.steps or time.monotonic() - saved > _SAVE_EVERY:
            save_state(folder / "state.pt", state)
            save_model(path, trainer.model())
            saved = time.monotonic()
    if not path.exists():
        save_model(path, trainer.model())
    return path


class _Trainer:
    """The network being trained and what it is fed with."""

    def __init__(self, data: TrainingData, head: HeadModel, config: CMDTConfig, recipe: TrainingRecipe) -> None:
        group, self._recipe, self._data = config.group, recipe, data
        stretches = stretches_of(data.train, recipe.shares)
        # The lips' components are symmetric by construction: mirrored they are the same clip again.
        mirror = None if group is Group.LIPS else mirror_of(head.component_names)
        self._scale = measure_scale(stretches, group, mirror)
        self._names = (*head.component_names, *POSE_NAMES)[group.columns]
        self._rest = silence_median(stretches, group)
        lips = measure_lips(head) if group is Group.LIPS else None
        self._share = np.zeros(EXPRESSION_COUNT, np.float32) if lips is None else jaw_share(lips)
        self._windows = MotionWindows(stretches, config, self._scale, mirror=mirror, lips=lips)
        self._schedule = linear_schedule()
        self._shape = _shape_measures(head, group, self._scale.std, stretches)
        judged = stretches_of(data.validation, recipe.shares) if data.validation else ()
        self._validation = _validation(MotionWindows(judged, config, self._scale, lips=lips)) if judged else ()
        network = CMDT(config)
        mean, std = feature_statistics(stretches)
        network.conditions.feature_mean.copy_(torch.from_numpy(mean))
        network.conditions.feature_std.copy_(torch.from_numpy(std))
        optimiser = torch.optim.AdamW(
            network.parameters(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=recipe.weight_decay, fused=True
        )
        self.state = TrainingState(network, copy.deepcopy(network), optimiser, np.random.default_rng(recipe.seed))

    def advance(self) -> float:
        """One update; returns its loss."""
        recipe, state = self._recipe, self.state
        batch = self._blended(self._someone_else(self._windows.draw(recipe.batch, state.rng)))
        given = self._degraded(batch.conditions)
        steps = torch.from_numpy(state.rng.integers(0, len(self._schedule), size=recipe.batch))
        noisy = self._schedule.diffuse(batch.clean, torch.randn_like(batch.clean), steps)
        for group in state.optimiser.param_groups:
            group["lr"] = recipe.rate_at(state.step)
        state.network.train()
        with _autocast():
            predicted = state.network(noisy, steps, given)
        loss = motion_loss(
            predicted.float(),
            batch.clean,
            given.mask,
            given.starts,
            weights=recipe.loss,
            shape=self._shape,
            closed=batch.closed,
        )
        state.optimiser.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(state.network.parameters(), recipe.clip)
        state.optimiser.step()
        keep = recipe.ema_at(state.step)
        with torch.no_grad():
            torch._foreach_lerp_(list(state.average.parameters()), list(state.network.parameters()), 1 - keep)
        state.step += 1
        return float(loss.detach())

    def _someone_else(self, batch: Batch) -> Batch:
        """Windows moved with their first frames by one offset each, which leaves the lips' gap and width alone."""
        clean, given = batch.clean, batch.conditions
        offset = torch.randn(len(clean), clean.shape[-1]) * self._recipe.person_jitter
        if self._shape is not None:
            offset = offset - offset @ self._shape @ torch.linalg.pinv(self._shape)
        moved = clean + offset[:, None] * given.mask[..., None]
        return replace(batch, clean=moved, conditions=replace(given, first=given.first + offset))

    def _blended(self, batch: Batch) -> Batch:
        """Some windows mixed with the one nearest in length; what only one of the two has is then absent."""
        given = batch.conditions
        order = given.mask.sum(dim=1).argsort(stable=True)
        partner = torch.empty_like(order)
        partner[order] = order.roll(1)
        chosen = torch.from_numpy(self.state.rng.random(len(order)) < self._recipe.mixed)
        own = torch.where(chosen, torch.from_numpy(self.state.rng.uniform(0.5, 1.0, len(order))).float(), 1.0)

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

    def _degraded(self, given: Conditions) -> Conditions:
        """Noise on the features, and conditions dropped at random."""
        recipe, size = self._recipe, len(given.present)
        noise = torch.randn_like(given.features) * recipe.feature_noise
        noise += torch.randn_like(given.features[:, :1]) * recipe.feature_shift
        noise *= self.state.network.conditions.feature_std
        chances = (recipe.drop_features, recipe.drop_phonemes, recipe.drop_text, recipe.drop_first)
        kept = self.state.rng.random((size, 4)) >= np.array(chances)
        kept[:, :3] &= self.state.rng.random((size, 1)) >= recipe.drop_speech
        return replace(given, features=given.features + noise, present=given.present & torch.from_numpy(kept))

    @torch.inference_mode()
    def judge(self) -> dict[str, float]:
        """Validation error of the average: mean squared x0 error in standard deviations at a few diffusion steps."""
        network = self.state.average.eval()
        generator = torch.Generator().manual_seed(0)
        errors: dict[str, float] = {}
        for step in _VALIDATION_STEPS:
            found = []
            for batch in self._validation:
                steps = torch.full((len(batch.clean),), step)
                noise = torch.randn(batch.clean.shape, generator=generator)
                with _autocast():
                    clean = network(self._schedule.diffuse(batch.clean, noise, steps), steps, batch.conditions)
                error = (clean.float() - batch.clean).square().mean(dim=-1)
                found.append(float(masked_mean(error, batch.conditions.mask)))
            errors[f"validation_{step}"] = float(np.mean(found))
        return errors

    def model(self) -> MotionModel:
        """The average, ready to be saved."""
        clips, recipe = self._data.train, self._recipe
        facts = {
            "steps": self.state.step,
            "clips": len(clips),
            "speakers": len({clip.facts.speaker for clip in clips}),
            "minutes": round(sum(clip.motion.duration for clip in clips) / 60, 1),
            "recipe": asdict(recipe),
        }
        return MotionModel(self.state.average.eval(), self._scale, self._names, self._rest, self._share, facts=facts)


def _shape_measures(head: HeadModel, group: Group, std: np.ndarray, stretches: tuple[Stretch, ...]) -> Tensor | None:
    """Lip gap and width as maps [C, 2] of normalised channels, each in standard deviations of its own."""
    if group is not Group.LIPS:
        return None
    lips = measure_lips(head)
    values = np.concatenate([stretch.values for stretch in stretches])
    columns = [
        measure[group.columns] * std / (values[:, group.columns] @ measure[group.columns]).std()
        for measure in (lips.gap, lips.width)
    ]
    return torch.from_numpy(np.stack(columns, axis=1).astype(np.float32))


def _validation(windows: MotionWindows) -> tuple[Batch, ...]:
    rng = np.random.default_rng(0)
    return tuple(windows.draw(32, rng) for _ in range(_VALIDATION_BATCHES))


def _autocast() -> torch.autocast:
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=_bfloat16_is_native())


def _bfloat16_is_native() -> bool:
    return bool(torch.cpu._is_avx512_bf16_supported())


def _log(folder: Path, entry: dict[str, float]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")
