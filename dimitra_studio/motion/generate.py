"""A voice and a portrait to a motion sequence: the three cMDTs, one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT, COMPONENTS, Group
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import (
    DEFAULT_GUIDANCE,
    DEFAULT_STEPS,
    DEFAULT_STRENGTH,
    DEFAULT_TEMPERATURE,
    LARGEST_SCALE,
    ByGroup,
)
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.denoise import USUAL_BATCH, plan_denoiser
from dimitra_studio.motion.finish import Finish
from dimitra_studio.motion.jaw import give_back
from dimitra_studio.motion.noise import TakeNoise
from dimitra_studio.motion.rest import rest_lips, rest_weight, shut
from dimitra_studio.motion.samplers import Denoiser, Sample, ddim
from dimitra_studio.motion.schedule import linear_schedule, respaced
from dimitra_studio.motion.voice import Voice, hear
from dimitra_studio.motion.windows import WindowPlan


@dataclass(frozen=True)
class MotionModels:
    """The three cMDTs; `face_model` must agree.

    `lip_gap` [64] is what a unit of each component adds to the gap between the lips (`LipShape.gap`); with zeros
    nobody knows, and lips that a portrait shows parted stay so at rest.
    """

    lips: MotionModel
    expression: MotionModel
    pose: MotionModel
    lip_gap: FloatArray = field(default_factory=lambda: np.zeros(COMPONENT_COUNT, dtype=np.float32))

    def __post_init__(self) -> None:
        object.__setattr__(self, "lip_gap", frozen(self.lip_gap, (COMPONENT_COUNT,), "lip gap"))
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
    distance from the face at rest; `temperature` scales a group's noise: towards 0 a take comes near what the voice
    makes most likely, at 1 there is as much as in training; `rest` is how far lips settle in silence, 0 to 1.
    """

    steps: int = DEFAULT_STEPS
    guidance: ByGroup = DEFAULT_GUIDANCE
    strength: ByGroup = DEFAULT_STRENGTH
    temperature: ByGroup = DEFAULT_TEMPERATURE
    rest: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.rest <= 1.0:
            raise InputError(f"The rest setting is {self.rest}.", "Choose a number from 0 to 1.")
        for name, scales in (
            ("guidance", self.guidance),
            ("strength", self.strength),
            ("temperature", self.temperature),
        ):
            if not all(0.0 <= scales[group] <= LARGEST_SCALE for group in Group):
                raise InputError(f"The {name} of a group is impossible.", f"Choose from 0 to {LARGEST_SCALE:g}.")
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
    *,
    batch: int = USUAL_BATCH,
) -> Job[MotionSequence]:
    """Motion for the whole voice, starting at the portrait's own first frame.

    `batch` windows go through the networks at once; but for rounding the motion does not depend on it.
    Raises ModelError where voice or face were analysed with other models than the cMDTs were trained with.
    """
    check_models(models, speech, fit)
    voice = hear(speech)
    values = np.empty((len(voice), CHANNEL_COUNT), dtype=np.float32)
    total = len(models.by_group) * settings.steps
    for index, (group, model) in enumerate(models.by_group.items()):
        finish = finish_for(models, group, voice, fit, settings)
        parts = len(whole_plan(model, voice).batches(batch))
        for sample in sample_group(model, voice, finish.first, seed, settings, batch=batch):
            yield Progress("motion", round((index * settings.steps + sample.done) * parts), total * parts)
        values[:, group.columns] = finish.apply(sample.x.numpy())
    values[:, Group.LIPS.columns] = give_back(
        values[:, Group.LIPS.columns],
        values[:, Group.EXPRESSION.columns],
        first_frame(Group.EXPRESSION, fit),
        models.lips.jaw_share,
    )
    return MotionSequence(values, MOTION_FPS, models.lips.face_model)


def sample_group(
    model: MotionModel,
    voice: Voice,
    first: FloatArray,
    seed: int,
    settings: MotionSettings,
    *,
    plan: WindowPlan | None = None,
    around: Callable[[Denoiser], Denoiser] = lambda denoise: denoise,
    batch: int = USUAL_BATCH,
) -> Iterator[Sample]:
    """One group's sampling steps; `first` [C] is its values in the first frame.

    `plan` are the windows that are sampled (the whole voice's by default), `batch` at once; `around` wraps their
    denoiser.
    """
    plan = plan or whole_plan(model, voice)
    schedule = linear_schedule()
    denoise = around(plan_denoiser(model, voice, first, settings.guidance[model.group], plan, batch=batch))
    noise = TakeNoise(seed, model.group, plan.end - plan.begin, settings.temperature[model.group], plan.begin)
    return ddim(denoise, noise, schedule, respaced(schedule, settings.steps))


def whole_plan(model: MotionModel, voice: Voice) -> WindowPlan:
    """The windows in which a voice is denoised."""
    return WindowPlan.over(len(voice), model.config.frames, overlap=model.config.frames // 4)


def finish_for(models: MotionModels, group: Group, voice: Voice, fit: FaceFit, settings: MotionSettings) -> Finish:
    """How a group of a take with this voice and portrait is finished."""
    face = np.concatenate((fit.expression, fit.pose))
    return finish_group(models.by_group[group], voice, face, models.lip_gap, settings)


def finish_group(
    model: MotionModel, voice: Voice, face: FloatArray, lip_gap: FloatArray, settings: MotionSettings
) -> Finish:
    """How a model's group is finished in a take that starts from `face` [70]; `lip_gap` [64] as in `MotionModels`."""
    first, strength = face[model.group.columns], settings.strength[model.group]
    if model.group is not Group.LIPS:
        return Finish(model, first, first, _unsettled(voice), strength)
    rest = shut(rest_lips(first, model.rest, model.channel_names), face[COMPONENTS], lip_gap, model.channel_names)
    return Finish(model, first, rest, settings.rest * rest_weight(voice.silent), strength)


def _unsettled(voice: Voice) -> FloatArray:
    return np.zeros(len(voice), dtype=np.float32)


def first_frame(group: Group, fit: FaceFit) -> FloatArray:
    """The portrait's channels [C]: every take starts there."""
    return fit.pose if group is Group.POSE else fit.expression[group.columns]


def check_models(models: MotionModels, speech: SpeechAnalysis, fit: FaceFit) -> None:
    """`check_model` for all three."""
    for model in models.by_group.values():
        check_model(model, speech, fit.face_model)


def check_model(model: MotionModel, speech: SpeechAnalysis, face_model: str) -> None:
    """Raises ModelError where voice or face were analysed with other models than the cMDT was trained with."""
    config = model.config
    if face_model != model.face_model:
        raise ModelError(
            f"The face was fitted with {face_model}, but the {model.group} model writes {model.face_model}.",
            "Fit it with that face model.",
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
