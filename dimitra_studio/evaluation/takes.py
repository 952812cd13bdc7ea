"""Takes of the motion models for prepared clips: generated from the clip's voice and its own first frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import torch

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import ClipFacts, TalkingClip
from dimitra_studio.motion.generate import MotionSettings, finish_group, sample_group
from dimitra_studio.motion.jaw import give_back
from dimitra_studio.motion.voice import Voice


class Condition(StrEnum):
    """What a network may be kept from hearing."""

    PHONEMES = "phonemes"
    TEXT = "text"
    FEATURES = "features"


@dataclass(frozen=True)
class TakeMaker:
    """Models by the group that they write, and how they sample; a group without a model is held at the first frame.

    `lip_gap` [64] is what a unit of each component adds to the gap between the lips (`LipShape.gap`). `hidden` are
    conditions that the networks do not get: what an ablation takes away without training anew.
    """

    models: Mapping[Group, MotionModel]
    settings: MotionSettings
    lip_gap: FloatArray
    hidden: frozenset[Condition] = frozenset()

    @torch.inference_mode()
    def make(self, clip: TalkingClip, seed: int) -> FloatArray:
        """Motion [T, 70] of one take for the clip's voice."""
        return self.perform(clip.voice(), first_frame(clip), seed)

    @torch.inference_mode()
    def perform(self, voice: Voice, first: FloatArray, seed: int) -> FloatArray:
        """Motion [T, 70] of one take for any voice of T frames, from the frame `first` [70]."""
        heard = _without(voice, self.hidden)
        values = np.repeat(first[None], len(voice), axis=0)
        for group, model in self.models.items():
            finish = finish_group(model, heard, first, self.lip_gap, self.settings)
            *_, last = sample_group(model, heard, finish.first, seed, self.settings)
            values[:, group.columns] = finish.apply(last.x.numpy())
        lips, face = Group.LIPS.columns, Group.EXPRESSION.columns
        if Group.LIPS in self.models:
            share = self.models[Group.LIPS].jaw_share
            values[:, lips] = give_back(values[:, lips], values[:, face], first[face], share)
        return values


class Samples:
    """A maker's takes of the same seeds for every clip, each made once."""

    def __init__(self, maker: TakeMaker, seeds: Sequence[int]) -> None:
        self._maker, self._seeds = maker, tuple(seeds)
        self._made: dict[ClipFacts, tuple[FloatArray, ...]] = {}

    def of(self, clip: TalkingClip) -> tuple[FloatArray, ...]:
        """Motion [T, 70] of each seed."""
        if clip.facts not in self._made:
            self._made[clip.facts] = tuple(self._maker.make(clip, seed) for seed in self._seeds)
        return self._made[clip.facts]


def first_frame(clip: TalkingClip) -> FloatArray:
    """The clip's first tracked frame [70]."""
    return np.asarray(clip.motion.values[np.flatnonzero(clip.motion.seen)[0]])


def _without(voice: Voice, hidden: frozenset[Condition]) -> Voice:
    return replace(
        voice,
        phonemes=None if Condition.PHONEMES in hidden else voice.phonemes,
        text=None if Condition.TEXT in hidden else voice.text,
        heard=voice.heard and Condition.FEATURES not in hidden,
    )
