"""Minutes instead of seconds: whether windows leave seams and whether faces drift away.

Clips are shorter than a window or little longer, so a long voice is put together from them. Where two clips meet the
voice itself jumps: those frames do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.evaluation.diversity import diversity, true_deviation
from dimitra_studio.evaluation.evidence import Estimate, Evidence, Numbers, estimate, pairs, quotient
from dimitra_studio.evaluation.takes import Samples, TakeMaker, first_frame
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.generate import whole_plan
from dimitra_studio.motion.voice import Voice

LONG_SECONDS = 600.0
DIVERSE_SEEDS = 3
_ABOUT_JOIN = 5  # frames on either side
_MINUTE = round(60 * MOTION_FPS)


@dataclass(frozen=True)
class LongReport:
    """By group: `seams` at windows' edges and `drift` in deviations over `seconds`, and how different seeds are."""

    seconds: float
    seams: dict[str, Estimate] = field(default_factory=dict)
    drift: dict[str, float] = field(default_factory=dict)
    diversity: dict[str, Estimate] = field(default_factory=dict)


@dataclass(frozen=True)
class LongVoice:
    """A `voice` put together from clips, new ones starting at the frames `joins`."""

    voice: Voice
    joins: tuple[int, ...]


def join_voices(clips: Sequence[TalkingClip], seconds: float) -> LongVoice:
    """At least `seconds` of the clips' voices in turn, again from the first when they are used up.

    Clips whose phones are known are taken if there are any, others without phones; no transcript belongs to all of it.
    """
    known = [clip for clip in clips if clip.speech.phonemes] or list(clips)
    parts: list[Voice] = []
    for clip in cycle(known):
        parts.append(clip.voice())
        if sum(map(len, parts)) >= seconds * MOTION_FPS:
            break
    phones = [part.phonemes for part in parts if part.phonemes is not None]
    voice = Voice(
        np.concatenate([part.features for part in parts]),
        np.concatenate(phones) if len(phones) == len(parts) else None,
        None,
        np.concatenate([part.silent for part in parts]),
    )
    return LongVoice(voice, tuple(int(end) for end in np.cumsum([len(part) for part in parts])[:-1]))


def window_edges(model: MotionModel, voice: Voice) -> tuple[int, ...]:
    """Frames at which one of the model's windows starts or has ended."""
    plan = whole_plan(model, voice)
    starts = np.array(plan.starts)
    edges = {*starts.tolist(), *(starts + plan.length).tolist()}
    return tuple(sorted(edge for edge in edges if 0 < edge < len(voice)))


def seam(values: FloatArray, edges: Sequence[int], joins: Sequence[int]) -> Evidence:
    """Mean |first difference| of channels [T, C] at window edges over that elsewhere (`seam_ratio`; no unit), a pair a
    frame: the step into it, and 1 at an edge. Channels count alike, each in its own mean step."""
    steps = np.abs(np.diff(np.asarray(values, dtype=np.float64), axis=0))
    usual = steps.mean(axis=0)
    step = (steps[:, usual > 0] / usual[usual > 0]).mean(axis=1)
    frames = np.arange(1, len(values))
    counted = np.ones(len(step), dtype=bool)
    for join in joins:
        counted &= np.abs(frames - join) > _ABOUT_JOIN
    return pairs(step[counted], np.isin(frames, edges)[counted])


def seam_ratio(values: Numbers, against: Numbers, counts: Numbers) -> Numbers:
    """Pool of `seam`."""
    at, elsewhere = counts * against, counts * (1 - against)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((at @ values / at.sum(axis=1)) / (elsewhere @ values / elsewhere.sum(axis=1)))


def drift(values: FloatArray) -> float:
    """How far the mean of the last minute is from the second's, in the channels' deviations within minutes: root mean
    square over channels [T, C]; NaN for less than four minutes."""
    if len(values) < 4 * _MINUTE:
        return float("nan")
    minutes = [values[start : start + _MINUTE] for start in range(0, len(values) - _MINUTE + 1, _MINUTE)]
    within = np.sqrt(np.mean([minute.var(axis=0, dtype=np.float64) for minute in minutes], axis=0))
    moved = values[-_MINUTE:].mean(axis=0, dtype=np.float64) - minutes[1].mean(axis=0, dtype=np.float64)
    moving = within > 0
    return float(np.sqrt(np.mean((moved[moving] / within[moving]) ** 2))) if moving.any() else 0.0


def by_minute(evidence: Evidence) -> list[Evidence]:
    """`seam`'s pairs in minutes, for a bootstrap over them."""
    starts = range(0, len(evidence.values), _MINUTE)
    return [Evidence(evidence.values[at : at + _MINUTE], evidence.against[at : at + _MINUTE]) for at in starts]


def evaluate_long(clips: Sequence[TalkingClip], maker: TakeMaker, seed: int) -> Job[LongReport]:
    """Ten minutes of the clips' voices from the first clip's face, and three seeds of every clip; all show a face."""
    models = maker.models
    report = LongReport(LONG_SECONDS)
    total = len(models) + len(clips)
    heard = join_voices(clips, LONG_SECONDS)
    for done, (group, model) in enumerate(models.items()):
        yield Progress(f"long take, {group}", done, total)
        values = replace(maker, models={group: model}).perform(heard.voice, first_frame(clips[0]), seed)
        values = values[:, group.columns]
        steps = by_minute(seam(values, window_edges(model, heard.voice), heard.joins))
        report.seams[str(group)] = estimate(steps, seam_ratio)
        report.drift[str(group)] = drift(values)
    samples = Samples(maker, range(seed, seed + DIVERSE_SEEDS))
    takes = []
    for done, clip in enumerate(clips, start=len(models)):
        yield Progress("seeds", done, total)
        takes.append(samples.of(clip))
    for group in models:
        deviation = true_deviation(clips, group)
        report.diversity[str(group)] = estimate([diversity(each, group, deviation) for each in takes], quotient)
    yield Progress("long takes", total, total)
    return report
