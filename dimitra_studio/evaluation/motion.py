"""`dimitra evaluate motion`: everyone's motion for validation clips, measured; and what seconds do not show."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import Job
from dimitra_studio.evaluation.face_gauge import FaceGauge
from dimitra_studio.evaluation.long_takes import LongReport, evaluate_long
from dimitra_studio.evaluation.metrics import Metric, motion_metrics
from dimitra_studio.evaluation.pair import hear_clip
from dimitra_studio.evaluation.plots import GapExample
from dimitra_studio.evaluation.rows import OurRows, rival_rows, truth_row
from dimitra_studio.evaluation.rule_based import has_peer
from dimitra_studio.evaluation.scores import Row, Scores, score_rows, watch
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.ear_to_mouth import EarToMouth, fit_ear_to_mouth
from dimitra_studio.motion.generate import MotionSettings, check_model

_EXAMPLES = 4


@dataclass(frozen=True)
class MotionPlan:
    """What is measured: takes of `seed` in `steps` (None: as users get), everything if `full`, on at most `clips`
    validation clips, in rows that hold one of `words` beside the truth (all, and long takes, if there are none)."""

    seed: int = 0
    steps: int | None = None
    full: bool = False
    clips: int | None = None
    words: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.clips is not None and self.clips < 1:
            raise InputError(f"{self.clips} clips cannot be measured.", "Choose at least 1.")

    def wants(self, row: Row) -> bool:
        """Whether the row is measured."""
        return not self.words or row.name == "truth" or any(word in row.name for word in self.words)

    def of(self, clips: Sequence[TalkingClip]) -> tuple[TalkingClip, ...]:
        """The clips in which a face is seen, thinned evenly: the same ones every time."""
        seen = [clip for clip in clips if clip.motion.seen.any()]
        if self.clips is None or self.clips >= len(seen):
            return tuple(seen)
        chosen = np.unique(np.linspace(0, len(seen) - 1, self.clips).round().astype(int))
        return tuple(seen[index] for index in chosen)


@dataclass(frozen=True)
class MotionReport:
    """`scores` of all rows by `metrics`; `steps` of those rows that differ in them alone; `long` takes where they were
    measured; `examples` of gap curves; `facts` say with what it was measured."""

    scores: Scores
    metrics: tuple[Metric, ...]
    steps: dict[str, int]
    long: LongReport | None
    examples: tuple[GapExample, ...]
    facts: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        long = None if self.long is None else asdict(self.long)
        return {"facts": self.facts, **asdict(self.scores), "long": long}


def evaluate_motion(
    train: Sequence[TalkingClip],
    validation: Sequence[TalkingClip],
    models: Mapping[Group, MotionModel],
    gauge: FaceGauge,
    plan: MotionPlan,
) -> Job[MotionReport]:
    """Measures the models on `validation`; what must be fitted is fitted on `train`, clips as they were recorded.

    Raises InputError where no clip to fit on or to measure shows a face or no row is wanted, ModelError where a model
    is for other channels or other clips.
    """
    clips = plan.of(validation)
    if not clips:
        raise InputError("No validation clip shows a face.", "Prepare the corpus again: dimitra train prepare.")
    _check(models, clips)
    recorded = [clip for clip in train if not clip.facts.variant and clip.motion.seen.any()]
    if not recorded:
        raise InputError("No training clip shows a face.", "Prepare the corpus again: dimitra train prepare.")
    ear = fit_ear_to_mouth(recorded, gauge.lips)
    settings = MotionSettings() if plan.steps is None else MotionSettings(steps=plan.steps)
    ours = OurRows(models, settings, gauge.lips.gap, plan.seed)
    rows = [row for row in _rows(ours, recorded, clips, ear, gauge, full=plan.full) if plan.wants(row)]
    if len(rows) == 1:
        raise InputError(f"No row holds {' or '.join(plan.words)}.", "Leave out --rows to see all of them.")
    metrics = motion_metrics(ear)
    scores = yield from score_rows(watch(clips, gauge), rows, metrics, gauge)
    long = (yield from evaluate_long(clips, ours.maker, plan.seed)) if plan.full and not plan.words else None
    by_steps = {settings.steps: ours.usual(), **ours.other_steps()}
    steps = {row.name: count for count, row in by_steps.items() if row.name in scores.seconds}
    facts = {
        "seed": plan.seed,
        "settings": asdict(settings),
        "clips": [clip.facts.name for clip in clips],
        "models": {str(group): model.facts for group, model in models.items()},
    }
    return MotionReport(scores, metrics, steps, long, _examples(clips, rows, gauge), facts)


def _check(models: Mapping[Group, MotionModel], clips: Sequence[TalkingClip]) -> None:
    for group, model in models.items():
        if model.group is not group:
            raise ModelError(f"The model given for {group} writes {model.group}.", "Give each model by its own name.")
        for clip in clips:
            try:
                check_model(model, clip.speech, clip.motion.face_model)
            except ModelError as error:
                hint = "Prepare the corpus with the installation that the motion models are for."
                raise ModelError(f"{clip.facts.name}: {error.message}", hint) from error


def _rows(
    ours: OurRows,
    train: Sequence[TalkingClip],
    clips: Sequence[TalkingClip],
    ear: EarToMouth,
    gauge: FaceGauge,
    *,
    full: bool,
) -> tuple[Row, ...]:
    more = (
        (*ours.other_steps().values(), *ours.guidances(), ours.unsettled(), *ours.sampled(), *ours.ablated())
        if full
        else ()
    )
    return (truth_row(), ours.usual(), *more, *rival_rows(train, clips, ear, gauge.lips, peer=has_peer()))


def _examples(clips: Sequence[TalkingClip], rows: Sequence[Row], gauge: FaceGauge) -> tuple[GapExample, ...]:
    """The gap of the truth, of ours and of the peer in the longest clips whose phones are known."""
    shown = [row for row in rows if row.name in {"truth", "ours", "openfacefx"}]
    spoken = [clip for clip in clips if clip.speech.phonemes]
    longest = sorted(spoken, key=lambda clip: (clip.facts.source.startswith("GRID"), -len(clip.motion)))[:_EXAMPLES]
    return tuple(
        GapExample(
            clip.facts.name,
            {row.name: gauge.gap(take) for row in shown for take in row.write(clip)},
            hear_clip(clip).phones,
        )
        for clip in longest
    )
