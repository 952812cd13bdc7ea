"""The rows of `dimitra evaluate motion`: truth, ours in several ways, and everyone that ours must beat."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.evaluation.metrics import LIPS, WHOLE, WIDTH
from dimitra_studio.evaluation.rivals import RidgeGap, another, fit_loudness, fit_mean, shuffled, still
from dimitra_studio.evaluation.rule_based import ruled
from dimitra_studio.evaluation.scores import WRITTEN, Row
from dimitra_studio.evaluation.takes import Condition, Samples, TakeMaker
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.ear_to_mouth import EarToMouth
from dimitra_studio.motion.generate import MotionSettings
from dimitra_studio.motion.lip_shape import LipShape

STEPS = (3, 5, 10, 25, 50)
GUIDANCES = (1.3, 1.6, 2.0)
SAMPLES = 8
MOUTH = frozenset({LIPS, WIDTH})

_Writer = Callable[[TalkingClip], Sequence[FloatArray]]


@dataclass(frozen=True)
class OurRows:
    """Rows of our models with their usual `settings` and `lip_gap` (see TakeMaker); takes of `seed`, and of seven more
    where lips are averaged."""

    models: Mapping[Group, MotionModel]
    settings: MotionSettings
    lip_gap: FloatArray
    seed: int = 0

    @property
    def writes(self) -> frozenset[str]:
        """What the models write between them."""
        return frozenset[str]().union(*(WRITTEN[group] for group in self.models))

    @property
    def maker(self) -> TakeMaker:
        """Makes takes with the usual settings."""
        return TakeMaker(self.models, self.settings, self.lip_gap)

    def usual(self) -> Row:
        """With the settings that users get."""
        return self._row("ours", self.settings)

    def other_steps(self) -> dict[int, Row]:
        """With other numbers of sampling steps than the usual one."""
        return {
            steps: self._row(f"ours, {steps} steps", replace(self.settings, steps=steps))
            for steps in STEPS
            if steps != self.settings.steps
        }

    def guidances(self) -> tuple[Row, ...]:
        """With guidance: the voice's part in the motion exaggerated, in every group alike."""
        return tuple(
            self._row(f"ours, guidance {scale:g}", replace(self.settings, guidance=ByGroup(scale, scale, scale)))
            for scale in GUIDANCES
        )

    def unsettled(self) -> Row:
        """The networks' own lips in silence, not brought to rest."""
        return self._row("ours, not settled", replace(self.settings, rest=0.0))

    def ablated(self) -> tuple[Row, ...]:
        """With one condition hidden from all networks, which were trained to miss it but not anew without it."""
        return tuple(self._row(f"ours, no {each}", self.settings, frozenset({each})) for each in Condition)

    def sampled(self) -> tuple[Row, Row]:
        """Eight samples of the lips: each measured alone, and their mean."""
        samples = Samples(
            TakeMaker({Group.LIPS: self.models[Group.LIPS]}, self.settings, self.lip_gap),
            range(self.seed, self.seed + SAMPLES),
        )
        return (
            Row(f"ours, each of {SAMPLES} samples", samples.of, MOUTH),
            Row(f"ours, mean of {SAMPLES} samples", lambda clip: [np.mean(samples.of(clip), axis=0)], MOUTH),
        )

    def _row(self, name: str, settings: MotionSettings, hidden: frozenset[Condition] = frozenset()) -> Row:
        maker = TakeMaker(self.models, settings, self.lip_gap, hidden)
        return Row(name, lambda clip: [maker.make(clip, self.seed)], self.writes)


def truth_row() -> Row:
    """The truth against itself: what clips themselves have of closures, pauses, blinks and beats."""
    return Row("truth", lambda clip: [clip.motion.values])


def rival_rows(
    train: Sequence[TalkingClip], validation: Sequence[TalkingClip], ear: EarToMouth, lips: LipShape, *, peer: bool
) -> tuple[Row, ...]:
    """Everyone to beat, fitted on `train` where there is something to fit; the rule-based peer if it is there."""
    seen = [lips.gap_of(clip.motion.values[clip.motion.seen, COMPONENTS]) for clip in train]
    rows = (
        Row("still", _one(still), MOUTH),
        Row("mean", _one(fit_mean(train)), MOUTH),
        Row("loudness", _one(fit_loudness(train)), MOUTH),
        Row("shuffled truth", lambda clip: [shuffled(clip, another(clip, validation))], WHOLE),
        Row("ridge", _one(RidgeGap(ear, lips, float(np.concatenate(seen).mean()))), frozenset({LIPS})),
    )
    return (*rows, Row("openfacefx", ruled, MOUTH)) if peer else rows


def _one(write: Callable[[TalkingClip], FloatArray]) -> _Writer:
    return lambda clip: [write(clip)]
