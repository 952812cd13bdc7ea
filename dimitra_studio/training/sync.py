"""Which training clips' sound is late, by how much: a linear ear-to-mouth map listens to each.

The map is fitted on other speakers' clips; where its prediction fits a clip's own gap much better some frames later or
earlier, that is the clip's lag. Only clips to learn from may be mended so: on clips that models are judged by it would
flatter whatever listens.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from dimitra_studio.core.events import Job, Progress
from dimitra_studio.motion.clips import TalkingClip, load_clip
from dimitra_studio.motion.ear_to_mouth import EarToMouth, Offset, fit_ear_to_mouth
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.quality import QualityLimits
from dimitra_studio.training.records import ClipRecord, clip_path, drop_clip, keep_clip, load_record, save_record

_FOLDS = 5
_SHORTEST = 40  # frames
# Clips of an hour in all teach the map what it can learn, whatever the corpus's size.
_ENOUGH = 3600.0  # seconds
# Frames that it takes to say that a voice is not this face's (quality.QualityLimits).
_TELLING = 250
DISAGREES = "agreement"  # the fault of a clip whose voice is not this face's
# A lag is believed when it explains the clip well and clearly better than no lag.
_LEAST_FIT, _LEAST_GAIN = 0.5, 0.08


@dataclass(frozen=True)
class Ears:
    """Ear-to-mouth maps, one for each fifth of the speakers, fitted on the others; None where there are no others."""

    maps: tuple[EarToMouth | None, ...]
    lips: LipShape

    def listen(self, clip: TalkingClip) -> Offset | None:
        """How late the clip's sound is beyond what `facts.lag` says; None for under 40 tracked frames and where no
        other speaker could teach."""
        ear = self.maps[_fold(clip)]
        if ear is None or clip.motion.seen.sum() < _SHORTEST:
            return None
        return ear.offset(clip.voice().features, self.lips.gap_of(clip.motion.components))


def fit_ears(clips: Sequence[TalkingClip], lips: LipShape) -> Ears:
    """The maps that these clips teach."""
    long = [clip for clip in clips if clip.motion.seen.sum() >= _SHORTEST]
    others = [[clip for clip in long if _fold(clip) != fold] for fold in range(_FOLDS)]
    return Ears(tuple(fit_ear_to_mouth(each, lips) if each else None for each in others), lips)


def is_believed(offset: Offset) -> bool:
    """Whether a lag is to be taken out."""
    return offset.lag != 0 and offset.best >= _LEAST_FIT and offset.best - offset.now >= _LEAST_GAIN


def correct_lags(
    folder: Path, names: Sequence[str], lips: LipShape, limits: QualityLimits
) -> Job[dict[str, ClipRecord]]:
    """Takes believed lags out of prepared clips to learn from, and those out whose voice agrees with the face at none.

    Gives the clips' records by name. Lags count from what the index says, so that doing it twice changes nothing; where
    all clips were heard, they are not listened to again.
    """
    records = {name: record for name in names if (record := load_record(folder, name))}
    if any(record.fits is None for record in records.values()):
        yield Progress("lags", 0, len(records))
        ears = fit_ears(_learners(folder, records), lips)
        for done, (name, record) in enumerate(records.items(), 1):
            records[name] = _corrected(folder, record, ears, limits)
            yield Progress("lags", done, len(records))
    return records


def _corrected(folder: Path, record: ClipRecord, ears: Ears, limits: QualityLimits) -> ClipRecord:
    clip = load_clip(clip_path(folder, record.facts.name))
    offset = ears.listen(replace(clip, facts=record.facts))
    record = replace(record, fits=tuple(offset.fits.tolist()) if offset else ())
    lag = record.facts.lag + (offset.lag if offset and is_believed(offset) else 0)
    if offset and offset.best < limits.least_agreement and clip.motion.seen.sum() >= _TELLING:
        record = replace(record, faults={DISAGREES: f"the voice fits the lips at no lag (r {offset.best:.2f})"})
        drop_clip(folder, record.facts.name)
    elif clip.facts.lag != lag:
        keep_clip(folder, replace(clip, facts=replace(record.facts, lag=lag)))
    save_record(folder, record)
    return record


def _fold(clip: TalkingClip) -> int:
    """Which fifth a speaker belongs to, whoever else is in the corpus."""
    return zlib.crc32(clip.facts.speaker.encode()) % _FOLDS


def _learners(folder: Path, records: Mapping[str, ClipRecord]) -> list[TalkingClip]:
    """Clips drawn from all, an hour at most, at the index's lags."""
    names = list(records)
    chosen, seconds = [], 0.0
    for index in np.random.default_rng(0).permutation(len(names)):
        clip = load_clip(clip_path(folder, names[index]))
        chosen.append(replace(clip, facts=records[names[index]].facts))
        seconds += clip.motion.duration
        if seconds >= _ENOUGH:
            break
    return chosen
