"""A part of a take anew: any time ranges of any groups, the rest as it is, bit by bit.

The part is sampled as a take is, by the same windows, but after every step the frames that stay are put back into the
x0 estimate, and the new ones are led to them (joins.py). Only windows that see a new frame are denoised. The motion
that stays is known as the face's own channels; the network is shown what it would have written for them (finish.py),
lips with the jaw that carries the expression (jaw.py).

New lips are fitted to the expression that stays. A new expression under lips that stay parts them as the old one did:
closed lips remain closed. With all frames new, the take's own seed and settings give the take itself. A part of it does
not come back exactly, because at every step the frames around it are known better than they were in the take.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import MOTION_FPS, frame_at, frame_count
from dimitra_studio.motion.denoise import USUAL_BATCH
from dimitra_studio.motion.finish import Finish
from dimitra_studio.motion.frames import lasting
from dimitra_studio.motion.generate import (
    MotionModels,
    MotionSettings,
    check_models,
    finish_for,
    first_frame,
    sample_group,
    whole_plan,
)
from dimitra_studio.motion.jaw import carry, give_back, hold_gap
from dimitra_studio.motion.joins import Join
from dimitra_studio.motion.samplers import Denoiser, Estimate, Sample
from dimitra_studio.motion.voice import Voice, hear
from dimitra_studio.motion.windows import WindowPlan

# Frames in which new motion leaves the course of its neighbours; lips are quick, heads are not.
_REACH = {Group.LIPS: 4, Group.EXPRESSION: 8, Group.POSE: 12}
_LENGTH_SLACK = 1.0  # seconds by which a take and its voice may differ


@dataclass(frozen=True)
class Part:
    """The part of a take that is made anew: `groups` in the `frames` [T] that are True."""

    frames: NDArray[np.bool_]
    groups: tuple[Group, ...]


def part_of(take: MotionSequence, ranges: tuple[tuple[float, float], ...], groups: tuple[Group, ...]) -> Part:
    """Every frame that one of the `ranges` (start, end in seconds) touches. Raises InputError for a range or a take of
    which nothing can be made anew."""
    if take.fps != MOTION_FPS:
        raise InputError(
            f"The motion has {take.fps:g} frames a second; parts are made anew at {MOTION_FPS:g} only.",
            "Use motion that was generated, or tracked from a video of that rate.",
        )
    if not ranges or not groups:
        raise InputError("No part of the motion was named.", "Give a time range and at least one group of channels.")
    frames = np.zeros(len(take), dtype=np.bool_)
    for start, end in ranges:
        within = 0 <= start < end < np.inf and frame_count(end) <= len(take)
        if not within:
            raise InputError(
                f"The range {start:g} to {end:g} s is not within the motion, which lasts {take.duration:g} s.",
                "Give a start before an end, both in seconds from the motion's start.",
            )
        frames[frame_at(start) : frame_count(end)] = True
    return Part(frames, tuple(group for group in Group if group in groups))


@dataclass(frozen=True)
class _Stretch:
    """Neighbouring windows with new frames among theirs, and one group's `known` channels there [N, C]."""

    finish: Finish
    plan: WindowPlan
    join: Join
    known: FloatArray

    def keep(self, denoise: Denoiser) -> Denoiser:
        """Wraps a denoiser so that its estimate is what is known outside the new frames, and these are joined to it."""
        known = self.finish.undo(self.known)

        def kept(x: Tensor, step: int) -> Estimate:
            found = yield from denoise(x, step)
            return torch.from_numpy(self.join(found.numpy(), known))

        return kept

    def write(self, sample: Sample, values: FloatArray) -> None:
        """Puts the new frames into a take's `values` [T, C], in place."""
        new = self.join.new
        made = self.finish.apply(sample.x.numpy(), self.plan.begin, starts=self.plan.begin == 0 and bool(new[0]))
        values[self.plan.frames][new] = self.join(made, self.known)[new]


def regenerate_motion(
    models: MotionModels,
    speech: SpeechAnalysis,
    fit: FaceFit,
    take: MotionSequence,
    part: Part,
    *,
    seed: int,
    settings: MotionSettings,
    batch: int = USUAL_BATCH,
) -> Job[MotionSequence]:
    """`take` with a `part` anew; everything else is bit by bit what it was. `batch` as in `generate_motion`.

    Raises InputError where the voice is not the take's length or the take has gaps beside the part, ModelError as
    `generate_motion`.
    """
    check_models(models, speech, fit)
    if abs(speech.duration - take.duration) > _LENGTH_SLACK:
        raise InputError(
            f"The voice lasts {speech.duration:.2f} s, the motion {take.duration:.2f} s.",
            "Give the voice that the motion was made for.",
        )
    voice, values = hear(speech, len(take)), _carried(models, take, fit)
    stretches = [
        stretch
        for group in part.groups
        for stretch in _stretches(finish_for(models, group, voice, fit, settings), voice, values, part)
    ]
    for stretch in stretches:
        _require_faces(take, part, stretch.plan)
    done, total = 0, settings.steps * sum(len(stretch.plan.batches(batch)) for stretch in stretches)
    for stretch in stretches:
        finish, parts = stretch.finish, len(stretch.plan.batches(batch))
        samples = sample_group(
            finish.model, voice, finish.first, seed, settings, plan=stretch.plan, around=stretch.keep, batch=batch
        )
        for sample in samples:
            yield Progress("motion", done + round(sample.done * parts), total)
        stretch.write(sample, values[:, finish.model.group.columns])
        done += settings.steps * parts
    return MotionSequence(_fitted(values, take, part, fit, models), take.fps, take.face_model)


def _stretches(finish: Finish, voice: Voice, values: FloatArray, part: Part) -> list[_Stretch]:
    model = finish.model
    keeps = lasting(model.group, model.channel_names)
    found = []
    for plan in whole_plan(model, voice).touching(part.frames):
        # Frames without a face are new in all groups: nothing of them is known, and nothing is asked.
        known = np.nan_to_num(values[plan.frames, model.group.columns])
        found.append(_Stretch(finish, plan, Join(part.frames[plan.frames], _REACH[model.group], keeps), known))
    return found


def _carried(models: MotionModels, take: MotionSequence, fit: FaceFit) -> FloatArray:
    """The take's channels [T, 70] as the models know them: the lips' jaw does what the expression adds to the gap."""
    values = np.array(take.values)
    lips, expression = values[:, Group.LIPS.columns], values[:, Group.EXPRESSION.columns]
    values[:, Group.LIPS.columns] = carry(lips, expression, first_frame(Group.EXPRESSION, fit), models.lips.jaw_share)
    return values


def _fitted(values: FloatArray, take: MotionSequence, part: Part, fit: FaceFit, models: MotionModels) -> FloatArray:
    """The take's channels [T, 70] with the part's from `values`. Lips and expression share the mouth's opening: the new
    ones of them are fitted to what the other is."""
    lips, expression, share = Group.LIPS.columns, Group.EXPRESSION.columns, models.lips.jaw_share
    made = np.array(values)
    if Group.LIPS in part.groups:
        first = first_frame(Group.EXPRESSION, fit)
        made[:, lips] = give_back(values[:, lips], values[:, expression], first, share)
    elif Group.EXPRESSION in part.groups:
        ease = models.expression.scale.std
        made[:, expression] = hold_gap(values[:, expression], take.values[:, expression], share, ease)
    fitted = np.array(take.values)
    for group in part.groups:
        fitted[part.frames, group.columns] = made[part.frames, group.columns]
    return fitted


def _require_faces(take: MotionSequence, part: Part, plan: WindowPlan) -> None:
    """What a network is shown, and what stays beside the new channels of a frame, must hold a face."""
    filled = part.frames if set(part.groups) == set(Group) else np.zeros_like(part.frames)
    gaps = np.flatnonzero((~take.seen & ~filled)[plan.frames])
    if len(gaps):
        raise InputError(
            f"The motion holds no face at {(plan.begin + int(gaps[0])) / take.fps:.2f} s, in or beside the range.",
            "Make that moment anew too, in all groups.",
        )
