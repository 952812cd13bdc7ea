"""Windows of talking clips, drawn so that every speaker counts."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dimitra_studio.core.arrays import FloatArray, runs
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.face.mirror import Mirror
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.cmdt import Conditions
from dimitra_studio.motion.conditions import stack, window_conditions
from dimitra_studio.motion.config import CMDTConfig
from dimitra_studio.motion.frames import origin
from dimitra_studio.motion.jaw import carry, jaw_share
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.motion.scale import ChannelScale
from dimitra_studio.motion.voice import Voice
from dimitra_studio.training.balance import clip_weights

# A stretch of tracked frames shorter than half a second teaches nothing.
_SHORTEST = 12
# A constant channel must not be blown up: no std below this (components live in [0, 1], angles in radians).
_LEAST_STD = 0.01
# How often a window's own first frame is the one that it is given; else another frame of the clip.
_OWN_FIRST = 0.6
# Lips nearer than this, in inter-ocular distances, are closed.
CLOSED_GAP = 0.02

_Window: TypeAlias = tuple[FloatArray, Conditions, NDArray[np.bool_]]


@dataclass(frozen=True)
class Stretch:
    """Frames of one clip, each with a face: `values` [T, 70], the voice from frame `offset` on, its say in training."""

    values: FloatArray
    voice: Voice
    offset: int
    weight: float


@dataclass(frozen=True)
class Batch:
    """`clean` [B, N, C] normalised motion, zero where masked, what it is conditioned on, and the frames [B, N] in which
    lips are `closed` (none for other groups)."""

    clean: Tensor
    conditions: Conditions
    closed: Tensor

    def to(self, device: str) -> "Batch":
        """The same batch on `device`."""
        given = self.conditions
        moved = Conditions(*(getattr(given, field.name).to(device) for field in fields(given)))
        return Batch(self.clean.to(device), moved, self.closed.to(device))


class MotionWindows:
    """Random windows of one channel group; lips carry the rest of the face's share of their gap (see motion.jaw)."""

    def __init__(
        self,
        stretches: tuple[Stretch, ...],
        config: CMDTConfig,
        scale: ChannelScale,
        *,
        mirror: Mirror | None = None,
        lips: LipShape | None = None,
    ) -> None:
        self._stretches, self._config, self._scale = stretches, config, scale
        self._mirror, self._lips = mirror, lips
        self._share = None if lips is None else jaw_share(lips)
        weights = np.array([stretch.weight for stretch in stretches])
        self._chances = weights / weights.sum()

    def draw(self, size: int, rng: np.random.Generator) -> Batch:
        """`size` windows: a stretch by its weight, a crop by chance, mirrored by a coin where the group has sides."""
        chosen = rng.choice(len(self._stretches), size=size, p=self._chances)
        return self._collate([self._crop(self._stretches[index], rng) for index in chosen])

    def of(self, stretches: tuple[Stretch, ...]) -> "MotionWindows":
        """Windows of other stretches on the same scale, not mirrored."""
        return MotionWindows(stretches, self._config, self._scale, lips=self._lips)

    def _crop(self, stretch: Stretch, rng: np.random.Generator) -> _Window:
        values = stretch.values
        if self._mirror is not None and rng.random() < 0.5:
            values = self._mirror(values)
        start = int(rng.integers(0, max(len(values) - self._config.frames, 0) + 1))
        own = rng.random() < _OWN_FIRST
        first = values[start] if own else values[rng.integers(len(values))]
        return self._window(stretch, start, values, first, own)

    def _window(self, stretch: Stretch, start: int, values: FloatArray, first: FloatArray, starts: bool) -> _Window:
        config, columns = self._config, self._config.group.columns
        base = origin(config.group, first[columns])
        seen = values[start : start + config.frames]
        channels = seen[:, columns]
        if self._share is not None:
            face = Group.EXPRESSION.columns
            channels = carry(channels, seen[:, face], first[face], self._share)
        window = self._scale.normalise(channels - base)
        clean = np.zeros((config.frames, config.channels), dtype=np.float32)
        clean[: len(window)] = window
        given = window_conditions(
            stretch.voice, stretch.offset + start, self._scale.normalise(first[columns] - base), starts, config,
            end=stretch.offset + len(values),
        )  # fmt: skip
        closed = np.zeros(config.frames, dtype=np.bool_)
        if self._lips is not None:
            closed[: len(seen)] = self._lips.gap_of(seen[:, COMPONENTS]) < CLOSED_GAP
        return clean, given, closed

    @staticmethod
    def _collate(windows: list[_Window]) -> Batch:
        clean, given, closed = zip(*windows, strict=True)
        return Batch(torch.from_numpy(np.stack(clean)), stack(given), torch.from_numpy(np.stack(closed)))


def stretches_of(
    clips: tuple[TalkingClip, ...], shares: Mapping[str, float] | None = None, variant_share: float = 0.5
) -> tuple[Stretch, ...]:
    """The clips' tracked stretches, weighted by `training.balance`. Raises InputError where nothing is left."""
    usable = tuple(clip for clip in clips if tracked(clip))
    if not usable:
        raise InputError("The prepared clips hold no stretch with a tracked face.", "Track them again.")
    frames = [sum(end - start for start, end in tracked(clip)) for clip in usable]
    result = []
    for clip, count, weight in zip(
        usable, frames, clip_weights(usable, frames, shares or {}, variant_share), strict=True
    ):
        voice = clip.voice()
        result += [
            Stretch(clip.motion.values[start:end], voice, start, weight * (end - start) / count)
            for start, end in tracked(clip)
        ]
    return tuple(result)


def tracked(clip: TalkingClip) -> tuple[tuple[int, int], ...]:
    """Ranges [start, end) of frames with a face that are long enough to learn from."""
    return tuple((start, end) for start, end in runs(clip.motion.seen) if end - start >= _SHORTEST)


def measure_scale(stretches: tuple[Stretch, ...], group: Group, mirror: Mirror | None) -> ChannelScale:
    """Mean, spread and reach of a group's channels over weighted stretches; a mirrored group is symmetric."""
    frames = np.concatenate([_relative(stretch.values, group) for stretch in stretches])
    weights = np.concatenate([np.full(len(each.values), each.weight / len(each.values)) for each in stretches])
    if mirror is not None:
        frames = np.concatenate((frames, mirror(frames)))
        weights = np.concatenate((weights, weights))
    values = frames[:, group.columns].astype(np.float64)
    mean = np.average(values, axis=0, weights=weights)
    std = np.sqrt(np.average((values - mean) ** 2, axis=0, weights=weights))
    measured = (mean, np.maximum(std, _LEAST_STD), values.min(axis=0), values.max(axis=0))
    return ChannelScale(*(each.astype(np.float32) for each in measured))


def silence_median(stretches: tuple[Stretch, ...], group: Group) -> FloatArray:
    """The group's median [C] over frames in which nobody speaks; over all frames where everybody always does."""
    silent = [
        stretch.values[stretch.voice.silent[stretch.offset : stretch.offset + len(stretch.values)]]
        for stretch in stretches
    ]
    frames = np.concatenate(silent)
    if not len(frames):
        frames = np.concatenate([stretch.values for stretch in stretches])
    return np.asarray(np.median(frames[:, group.columns], axis=0), dtype=np.float32)


def feature_statistics(stretches: tuple[Stretch, ...]) -> tuple[FloatArray, FloatArray]:
    """Mean and std [F] of the 50 Hz features, every voice counted once."""
    voices = {id(each.voice): each.voice.features for each in stretches}.values()
    # Voice by voice: all rows at once would double what the clips hold.
    count = sum(len(rows) for rows in voices)
    mean = sum(rows.sum(axis=0, dtype=np.float64) for rows in voices) / count
    variance = sum(np.square(rows - mean).sum(axis=0) for rows in voices) / count
    return np.asarray(mean, np.float32), np.asarray(np.maximum(np.sqrt(variance), 1e-3), np.float32)


def _relative(values: FloatArray, group: Group) -> FloatArray:
    """Motion [T, 70] with the group counted from its own middle frame: what windows see on average."""
    base = np.zeros(values.shape[1], dtype=np.float32)
    base[group.columns] = origin(group, values[len(values) // 2, group.columns])
    return values - base
