"""Rows of a table: everyone's motion for the same clips, measured by the same metrics."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.core.events import Job, Progress, finish
from dimitra_studio.evaluation.evidence import Estimate, Evidence, estimate, gathered
from dimitra_studio.evaluation.face_gauge import FaceGauge, face_gauge
from dimitra_studio.evaluation.metrics import FACE, HEAD, LIPS, WHOLE, WIDTH, Metric, motion_metrics
from dimitra_studio.evaluation.pair import Heard, Pair, Performance, hear_clip
from dimitra_studio.evaluation.takes import TakeMaker
from dimitra_studio.face.head_model import load_head_model
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.ear_to_mouth import EarToMouth
from dimitra_studio.motion.generate import MotionSettings

# GRID's fixed grammar alone explains much of it: it is reported apart.
_APART = "GRID"
WRITTEN = {Group.LIPS: frozenset({LIPS, WIDTH}), Group.EXPRESSION: frozenset({FACE}), Group.POSE: frozenset({HEAD})}


@dataclass(frozen=True)
class Row:
    """Somebody who writes motion: `write` gives takes [T, 70] for a clip, each a sample; `writes` names what of them is
    theirs (metrics.LIPS and so on), the rest being held still and not measured."""

    name: str
    write: Callable[[TalkingClip], Sequence[FloatArray]]
    writes: frozenset[str] = WHOLE


@dataclass(frozen=True)
class Part:
    """Some clips and everyone's metrics on them: `rows` by row, then by metric; undefined metrics are missing."""

    clips: int
    minutes: float
    rows: dict[str, dict[str, Estimate]] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """A clip made ready once for all rows."""

    clip: TalkingClip
    heard: Heard
    truth: Performance

    @property
    def minutes(self) -> float:
        """How long it is."""
        return self.clip.motion.duration / 60

    @property
    def part(self) -> str:
        """ "grid" or "natural"."""
        return "grid" if self.clip.facts.source.startswith(_APART) else "natural"


@dataclass(frozen=True)
class Scores:
    """Everyone's metrics for "natural" speech and for "grid" sentences; parts without a clip are missing. `seconds` of
    processor time that a row takes for a second of voice."""

    parts: dict[str, Part]
    seconds: dict[str, float]


def watch(clips: Sequence[TalkingClip], gauge: FaceGauge) -> tuple[Watched, ...]:
    """The clips in which a face was seen."""
    seen = [clip for clip in clips if clip.motion.seen.any()]
    return tuple(Watched(clip, hear_clip(clip), Performance(clip.motion.values, gauge)) for clip in seen)


def score_rows(
    watched: Sequence[Watched], rows: Sequence[Row], metrics: Sequence[Metric], gauge: FaceGauge
) -> Job[Scores]:
    """Everyone's metrics, and how long they took."""
    parts, seconds = {}, {}
    for name in ("natural", "grid"):
        own = [each for each in watched if each.part == name]
        if own:
            parts[name] = Part(len(own), sum(each.minutes for each in own))
    done = 0
    for row in rows:
        told = [metric for metric in metrics if metric.needs <= row.writes]
        found: dict[str, dict[str, list[Evidence]]] = {part: {metric.name: [] for metric in told} for part in parts}
        worked, written = 0.0, 0
        for each in watched:
            began = time.process_time()
            takes = [Performance(values, gauge) for values in row.write(each.clip)]
            worked, written = worked + time.process_time() - began, written + len(takes)
            pairs = [Pair(take, each.truth, each.heard) for take in takes]
            for metric in told:
                found[each.part][metric.name].append(gathered([metric.measure(pair) for pair in pairs]))
            done += 1
            yield Progress(row.name, done, len(rows) * len(watched))
        minutes = sum(each.minutes for each in watched)
        seconds[row.name] = worked / (60 * minutes * max(written / len(watched), 1))
        for part, evidence in found.items():
            estimates = {metric.name: estimate(evidence[metric.name], metric.pool) for metric in told}
            parts[part].rows[row.name] = {name: each for name, each in estimates.items() if each.clips}
    return Scores(parts, seconds)


def score_models(
    clips: Sequence[TalkingClip],
    models: Mapping[Group, MotionModel],
    ear: EarToMouth,
    settings: MotionSettings,
    seeds: Sequence[int] = (0,),
) -> dict[str, dict[str, float]]:
    """Quick scores of motion models on clips: {"natural" or "grid": {metric: value}}, the truth's as "truth NAME".

    `models` by their group; of groups without a model nothing is measured, and lips are measured on a still face.
    Every seed gives a take of every clip. `ear` comes from `fit_ear_to_mouth` on training clips. To try a checkpoint:

        models = {Group.LIPS: load_model(path)}
        score_models(load_clips(folder, "val"), models, ear, MotionSettings(steps=10))["natural"]["gap_r"]
    """
    gauge = face_gauge(load_head_model())
    maker = TakeMaker(models, settings, gauge.lips.gap)
    writes = frozenset[str]().union(*(WRITTEN[group] for group in models))
    rows = (
        Row("ours", lambda clip: [maker.make(clip, seed) for seed in seeds], writes),
        Row("truth", lambda clip: [clip.motion.values], writes),
    )
    scores = finish(score_rows(watch(clips, gauge), rows, motion_metrics(ear), gauge))
    return {name: _flat(part) for name, part in scores.parts.items()}


def _flat(part: Part) -> dict[str, float]:
    ours = {name: each.value for name, each in part.rows["ours"].items()}
    return ours | {f"truth {name}": each.value for name, each in part.rows["truth"].items()}
