"""All metrics of generated motion, in the order of the table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from dimitra_studio.core.channels import Group
from dimitra_studio.evaluation import (
    beat_metrics,
    evidence,
    face_metrics,
    head_metrics,
    landmark_metrics,
    lip_metrics,
    pause_metrics,
    phone_metrics,
    sync_metrics,
)
from dimitra_studio.evaluation.evidence import Evidence, Pool
from dimitra_studio.evaluation.pair import Pair
from dimitra_studio.motion.ear_to_mouth import EarToMouth

LIPS, WIDTH, FACE, HEAD = "gap", "width", "expression", "pose"
# What a row must have written for a metric to be defined.
WHOLE = frozenset({LIPS, WIDTH, FACE, HEAD})
_GROUPS = {Group.EXPRESSION: FACE, Group.POSE: HEAD}


@dataclass(frozen=True)
class Metric:
    """`name` in JSON, `title` in the table of `part`; `needs` names what a row must have written to be measured."""

    name: str
    title: str
    measure: Callable[[Pair], Evidence]
    pool: Pool
    needs: frozenset[str]
    digits: int = 3
    part: str = field(kw_only=True)


def motion_metrics(ear: EarToMouth) -> tuple[Metric, ...]:
    """Every metric; `ear` listens for the offset and the confidence."""
    return (*_lips(), *_closures(), *_pauses(), *_landmarks(ear), *_expression(), *_head())


def _lips() -> tuple[Metric, ...]:
    gap, both = frozenset({LIPS}), frozenset({LIPS, WIDTH})
    lips, mean = partial(Metric, part="Lips against the truth"), evidence.quotient
    return (
        lips("gap_r", "gap r", lip_metrics.gap_correlation, mean, gap),
        lips("width_r", "width r", lip_metrics.width_correlation, mean, both),
        lips("best_gap_r", "r at best lag", lip_metrics.best_correlation, mean, gap),
        lips("absolute_lag", "mean abs. lag, frames", lip_metrics.absolute_lag, mean, gap, 2),
        lips("common_lag", "common lag, frames", lip_metrics.common_lag, lip_metrics.peak, gap, 2),
        lips("gap_amplitude", "gap amplitude", lip_metrics.gap_variance, evidence.root_quotient, gap),
        lips("gap_amplitude_median", "its median", lip_metrics.gap_variance, evidence.root_median, gap),
        lips("width_amplitude", "width amplitude", lip_metrics.width_variance, evidence.root_quotient, both),
        lips("gap_jitter", "gap jitter", lip_metrics.gap_jitter, mean, gap),
    )


def _closures() -> tuple[Metric, ...]:
    gap, mean = frozenset({LIPS}), evidence.quotient
    phone = partial(Metric, part="Closures")
    return (
        phone("closed_bilabials", "p b m < 3 %", phone_metrics.closed_bilabials, mean, gap),
        phone("closed_others", "others < 3 %", phone_metrics.closed_others, mean, gap),
        phone("tight_bilabials", "p b m < 2 %", phone_metrics.tight_bilabials, mean, gap),
        phone("tight_others", "others < 2 %", phone_metrics.tight_others, mean, gap),
        phone("closure_auc", "AUC", phone_metrics.least_gaps, evidence.separation, gap),
    )


def _pauses() -> tuple[Metric, ...]:
    gap = frozenset({LIPS})
    pause, mean = partial(Metric, part="Pauses of 0.4 s and more"), evidence.quotient
    return (
        pause("pause_gap", "gap over median, % IOD", pause_metrics.pause_gap, mean, gap, 2),
        pause("pause_spread", "spread, % IOD", pause_metrics.pause_spread, evidence.root_quotient, gap, 2),
        pause("pause_spread_ratio", "spread / truth", pause_metrics.pause_spread_ratio, evidence.root_quotient, gap, 2),
        pause("pause_openings", "openings, 1/s", pause_metrics.pause_openings, mean, gap, 2),
    )


def _landmarks(ear: EarToMouth) -> tuple[Metric, ...]:
    gap, lips, mean = frozenset({LIPS}), frozenset({LIPS, WIDTH}), evidence.quotient
    mark = partial(Metric, part="Landmarks and sound")
    return (
        mark("f_lmd", "F-LMD, px", landmark_metrics.face_distance, mean, WHOLE, 2),
        mark("m_lmd", "M-LMD, px", landmark_metrics.mouth_distance, mean, lips, 2),
        mark("f_lmd_iod", "F-LMD, % IOD", landmark_metrics.face_distance_iod, mean, WHOLE, 2),
        mark("m_lmd_iod", "M-LMD, % IOD", landmark_metrics.mouth_distance_iod, mean, lips, 2),
        mark("sync_offset", "abs. A/V offset, frames", partial(sync_metrics.sync_offset, ear=ear), mean, gap, 2),
        mark("sync_confidence", "A/V confidence", partial(sync_metrics.sync_confidence, ear=ear), mean, gap),
    )


def _expression() -> tuple[Metric, ...]:
    face, mean = frozenset({FACE}), evidence.quotient
    blink = partial(Metric, part="Expression")
    return (
        blink("blink_rate", "blinks a minute", face_metrics.blink_rate, mean, face, 1),
        blink("blink_duration", "blink, ms", face_metrics.blink_duration, mean, face, 0),
        blink("blink_interval", "interval, median s", face_metrics.blink_interval, evidence.median, face, 2),
        blink("blink_variation", "interval, variation", face_metrics.blink_interval, face_metrics.variation, face, 2),
        *_channels(Group.EXPRESSION, "Expression"),
    )


def _head() -> tuple[Metric, ...]:
    pose, mean = frozenset({HEAD}), evidence.quotient
    head = partial(Metric, part="Head")
    ranges = (
        head(f"{name}_range", f"{name}, deg", partial(head_metrics.angle_range, axis=axis), mean, pose, 2)
        for axis, name in enumerate(("pitch", "yaw", "roll"))
    )
    return (
        *ranges,
        *_channels(Group.POSE, "Head"),
        head("head_spectrum", "spectrum, dB", head_metrics.head_spectrum, head_metrics.spectral_distance, pose, 2),
        head("beat_alignment", "beat alignment", beat_metrics.beat_alignment, mean, pose),
        head("beat_gain", "over chance", beat_metrics.beat_gain, mean, pose),
    )


def _channels(group: Group, part: str) -> tuple[Metric, ...]:
    needs, ratio = frozenset({_GROUPS[group]}), evidence.median_quotient
    channel = partial(Metric, part=part)
    return (
        channel(
            f"{group}_deviation",
            "deviation",
            partial(face_metrics.channel_variance, group=group),
            evidence.median_root_quotient,
            needs,
        ),
        channel(f"{group}_range", "range", partial(face_metrics.channel_range, group=group), ratio, needs),
        channel(f"{group}_speed", "speed", partial(face_metrics.channel_speed, group=group), ratio, needs),
        channel(f"{group}_jitter", "jitter", partial(face_metrics.channel_jitter, group=group), ratio, needs),
    )
