"""A voice and a portrait to a motion sequence: the three cMDTs, one after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import CHANNEL_COUNT, Group
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.cmdt import Encoded
from dimitra_studio.motion.conditions import stack, window_conditions
from dimitra_studio.motion.frames import anchored, origin, persistence, steadied
from dimitra_studio.motion.jaw import give_back
from dimitra_studio.motion.noise import TakeNoise
from dimitra_studio.motion.rest import closed_no_further, rest_lips, rest_weight, settle
from dimitra_studio.motion.samplers import Denoiser, Sample, ddim
from dimitra_studio.motion.schedule import linear_schedule, respaced
from dimitra_studio.motion.voice import Voice, hear
from dimitra_studio.motion.windows import WindowDenoiser, WindowPlan, denoise_together

DEFAULT_STEPS = 10
LIPS_TEMPERATURE = 0.5
_BATCH = 32  # windows at once
_KEPT_BATCHES = 8  # encoded conditions kept between steps: ten minutes of voice, 20 MB a minute


@dataclass(frozen=True)
class MotionModels:
    """The three cMDTs; `face_model` must agree."""

    lips: MotionModel
    expression: MotionModel
    pose: MotionModel

    def __post_init__(self) -> None:
        for group, model in self.by_group.items():
            if model.group is not group:
                raise ModelError(f"The model given for {group} writes {model.group}.", "Run: dimitra models verify")
        if len({model.face_model for model in self.by_group.values()}) > 1:
            raise ModelError("The three motion models belong to different face models.", "Run: dimitra models verify")

    @property
    def by_group(self) -> dict[Group, MotionModel]:
        """Lips, expression, pose."""
        return {Group.LIPS: self.lips, Group.EXPRESSION: self.expression, Group.POSE: self.pose}


@dataclass(frozen=True)
class MotionSettings:
    """What shapes a take beside voice, portrait and seed.

    `steps` of DDIM; `guidance` 1 follows the voice as learned, more exaggerates it; `strength` scales a group's
    distance from the face at rest (1 where not named); `temperature` scales a group's noise: towards 0 a take comes
    near what the voice makes most likely, at 1 (where not named) it is as varied as people are; `rest` is how far lips
    settle in silence, 0 to 1.
    """

    steps: int = DEFAULT_STEPS
    guidance: float = 1.0
    strength: Mapping[Group, float] = field(default_factory=dict)
    temperature: Mapping[Group, float] = field(default_factory=lambda: {Group.LIPS: LIPS_TEMPERATURE})
    rest: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.rest <= 1.0:
            raise InputError(f"The rest setting is {self.rest}.", "Choose a number from 0 to 1.")
        limit = len(linear_schedule())
        if not 1 <= self.steps <= limit:
            raise InputError(
                f"{self.steps} sampling steps are not possible.", f"Choose from 1 to {limit}; 10 is usual."
            )


def generate_motion(
    models: MotionModels,
    speech: SpeechAnalysis,
    fit: FaceFit,
    seed: int,
    settings: MotionSettings = MotionSettings(),
) -> Job[MotionSequence]:
    """Motion for the whole voice, starting at the portrait's own first frame.

    Raises ModelError where voice or face were analysed with other models than the cMDTs were trained with.
    """
    voice = hear(speech)
    values = np.empty((len(voice), CHANNEL_COUNT), dtype=np.float32)
    total = len(models.by_group) * settings.steps
    for model in models.by_group.values():
        _check(model, speech, fit)
    for index, (group, model) in enumerate(models.by_group.items()):
        first = _first_frame(group, fit)
        for sample in sample_group(model, voice, first, seed, settings):
            yield Progress("motion", index * settings.steps + sample.done, total)
        values[:, group.columns] = finished(model, voice, first, sample, settings)
    values[:, Group.LIPS.columns] = give_back(
        values[:, Group.LIPS.columns],
        values[:, Group.EXPRESSION.columns],
        _first_frame(Group.EXPRESSION, fit),
        models.lips.jaw_share,
    )
    return MotionSequence(values, MOTION_FPS, models.lips.face_model)


def sample_group(
    model: MotionModel, voice: Voice, first: FloatArray, seed: int, settings: MotionSettings
) -> Iterator[Sample]:
    """One group's sampling steps; `first` [C] is its values in the first frame."""
    schedule = linear_schedule()
    denoise = whole_denoiser(model, voice, first, settings.guidance)
    temperature = settings.temperature.get(model.group, 1.0)
    noise = TakeNoise(seed, model.group, len(voice), temperature)
    return ddim(denoise, noise, schedule, respaced(schedule, settings.steps))


def whole_denoiser(model: MotionModel, voice: Voice, first: FloatArray, guidance: float) -> Denoiser:
    """Noisy normalised motion [T, C] of the whole voice to x0, by windows denoised together."""
    plan = WindowPlan(len(voice), model.config.frames, overlap=model.config.frames // 4)
    windows = window_denoiser(model, voice, first, guidance)

    def denoise(x: Tensor, step: int) -> Tensor:
        return denoise_together(windows, x, step, plan, _BATCH)

    return denoise


def finished(
    model: MotionModel, voice: Voice, first: FloatArray, sample: Sample, settings: MotionSettings
) -> FloatArray:
    """The last sample in its own units [T, C]: within real faces' range, anchored, at rest in silence, scaled."""
    group, names = model.group, model.channel_names
    base = origin(group, first)
    values = steadied(group, names, model.scale.restore(sample.x.cpu().numpy()))
    values = anchored(values, first - base, persistence(group, names, len(values), MOTION_FPS))
    values = model.scale.within(values, first - base) + base
    rest = first
    if group is Group.LIPS:
        values = closed_no_further(values, names)
        rest = rest_lips(first, model.rest, names)
        values = settle(values, settings.rest * rest_weight(voice.silent), rest)
    return np.asarray(rest + settings.strength.get(group, 1.0) * (values - rest), dtype=np.float32)


def window_denoiser(model: MotionModel, voice: Voice, first: FloatArray, guidance: float) -> WindowDenoiser:
    """Noisy normalised windows to x0; their conditions are encoded once, a few batches of them kept."""
    network, config = model.network, model.config
    device = network.position.device
    normal = model.scale.normalise(first - origin(model.group, first))

    @lru_cache(maxsize=_KEPT_BATCHES)
    def encoded(starts: tuple[int, ...]) -> tuple[Encoded, Encoded | None]:
        given = stack([window_conditions(voice, start, normal, start == 0, config) for start in starts], device)
        return network.encode(given), network.encode(given.without_speech()) if guidance != 1.0 else None

    @torch.inference_mode()
    def denoise(x: Tensor, starts: tuple[int, ...], step: int) -> Tensor:
        steps = torch.full((len(starts),), step, device=device)
        spoken, silent = encoded(starts)
        clean = network.denoise(x.to(device), steps, spoken)
        if silent is not None:
            # Classifier-free guidance (arXiv 2207.12598) on x0.
            free = network.denoise(x.to(device), steps, silent)
            clean = free + guidance * (clean - free)
        return clean.cpu()

    return denoise


def _first_frame(group: Group, fit: FaceFit) -> FloatArray:
    return fit.pose if group is Group.POSE else fit.expression[group.columns]


def _check(model: MotionModel, speech: SpeechAnalysis, fit: FaceFit) -> None:
    config = model.config
    if fit.face_model != model.face_model:
        raise ModelError(
            f"The portrait was fitted with {fit.face_model}, but the {model.group} model writes {model.face_model}.",
            "Fit the portrait with that face model.",
        )
    heard = ((config.feature_kind, speech.feature_kind), (config.embedding_kind, speech.embedding_kind))
    for trained, given in heard:
        if trained and given and trained != given:
            raise ModelError(
                f"The voice was analysed with {given}, but the {model.group} model was trained with {trained}.",
                "Analyse the voice again with the models of this installation.",
            )
    if speech.features.shape[1] != config.feature_dim:
        raise ModelError(
            f"The voice has features of {speech.features.shape[1]} numbers, the {model.group} model needs "
            f"{config.feature_dim}.",
            "Analyse the voice again with the models of this installation.",
        )
