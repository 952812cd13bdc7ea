"""Generated lips against the truth and against simple rivals, on speakers that no model has seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.speech import Phoneme
from dimitra_studio.evaluation.lip_scores import LipCurves, LipScores, mean_scores, score_lips
from dimitra_studio.evaluation.rivals import fit_loudness, fit_mean, shuffled, still, with_lips
from dimitra_studio.motion.checkpoint import MotionModel
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.motion.generate import MotionSettings, finished, sample_group
from dimitra_studio.motion.jaw import give_back
from dimitra_studio.motion.lip_shape import LipShape

STEPS = (5, 10, 25)
# Its fixed grammar alone explains much of it: reported apart.
_APART = "GRID"

# A clip -> components [T, 64].
Writer: TypeAlias = Callable[[TalkingClip], FloatArray]


@dataclass(frozen=True)
class MotionReport:
    """Mean scores by row for two parts of the clips, `natural` and `grid`, and how many `clips` each has."""

    natural: dict[str, dict[str, float]]
    grid: dict[str, dict[str, float]]
    clips: dict[str, int]


def evaluate_motion(clips: tuple[TalkingClip, ...], writers: dict[str, Writer], shape: LipShape) -> Job[MotionReport]:
    """Scores every row's writer on every clip in which a face was seen."""
    found: dict[str, dict[str, list[LipScores]]] = {name: {"natural": [], "grid": []} for name in writers}
    seen = [clip for clip in clips if clip.motion.seen.any()]
    for index, clip in enumerate(seen):
        part = "grid" if clip.facts.source.startswith(_APART) else "natural"
        truth = _curves(clip.motion.components, shape)
        phonemes, silent = _on_time(clip), clip.voice().silent
        for name, write in writers.items():
            found[name][part].append(score_lips(_curves(write(clip), shape), truth, phonemes, silent))
            yield Progress("evaluate", index, len(seen))
    natural, grid = ({name: mean_scores(rows[part]) for name, rows in found.items()} for part in ("natural", "grid"))
    return MotionReport(natural, grid, {part: len(found["truth"][part]) for part in ("natural", "grid")})


def motion_writers(
    train: tuple[TalkingClip, ...],
    validation: tuple[TalkingClip, ...],
    lips: MotionModel,
    expression: MotionModel | None = None,
) -> dict[str, Writer]:
    """The rows: truth, ours, and rivals fitted on `train`.

    Ours starts from the clip's own first frame, seed 0, and is not settled to rest in silence, so that the numbers are
    the network's own. Without an `expression` model the rest of the face is held as in the first frame, as rivals do.
    """

    def ours(steps: int) -> Writer:
        settings = MotionSettings(steps, rest=0.0)

        def write(clip: TalkingClip) -> FloatArray:
            components = with_lips(clip, generate_group(lips, clip, settings))
            if expression is not None:
                face, first = generate_group(expression, clip, settings), components[0, Group.EXPRESSION.columns]
                mouth = give_back(components[:, Group.LIPS.columns], face, first, lips.jaw_share)
                components = np.concatenate((mouth, face), axis=1)
            return components

        return write

    return {
        "truth": lambda clip: clip.motion.components,
        **{f"ours, {steps} steps": ours(steps) for steps in STEPS},
        "still": still,
        "mean": fit_mean(train),
        "loudness": fit_loudness(train),
        "shuffled truth": lambda clip: shuffled(clip, _another(clip, validation)),
    }


@torch.inference_mode()
def generate_group(model: MotionModel, clip: TalkingClip, settings: MotionSettings, seed: int = 0) -> FloatArray:
    """One group's channels [T, C] for a clip's voice, from its first tracked frame."""
    voice = clip.voice()
    first = clip.motion.values[np.flatnonzero(clip.motion.seen)[0], model.group.columns]
    *_, last = sample_group(model, voice, first, seed, settings)
    return finished(model, voice, first, last, settings)


def _another(clip: TalkingClip, clips: tuple[TalkingClip, ...]) -> TalkingClip:
    """The next clip of another speaker, preferring the same part of the corpus."""
    start = clips.index(clip)
    order = [*clips[start + 1 :], *clips[:start]]
    strangers = [each for each in order if each.facts.speaker != clip.facts.speaker and each.motion.seen.any()]
    same_part = [each for each in strangers if each.facts.source == clip.facts.source]
    return (same_part or strangers or [clip])[0]


def _curves(components: FloatArray, shape: LipShape) -> LipCurves:
    values = components[:, COMPONENTS]
    return LipCurves(shape.gap_of(values), shape.width_of(values))


def _on_time(clip: TalkingClip) -> tuple[Phoneme, ...]:
    late = clip.facts.lag / clip.motion.fps
    return tuple(Phoneme(phone.start - late, phone.end - late, phone.symbol) for phone in clip.speech.phonemes)
