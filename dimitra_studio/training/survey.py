"""What a prepared corpus holds: its clips' records, a sample of their motion, each speaker's face at rest."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT, COMPONENTS
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.motion.clips import TalkingClip, load_clip
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.records import ClipRecord, clip_path, load_record

# Frames that are enough for a histogram; of a longer corpus every n-th is taken.
_SAMPLE = 200_000
# Silent frames from which a speaker's face at rest can be told.
_ENOUGH_SILENCE = 25


@dataclass(frozen=True)
class Speaker:
    """One speaker's share: `clips`, their `seconds`, and the face at rest: the median components [64] of the frames in
    which nobody speaks, None for fewer than a second of them."""

    clips: int
    seconds: float
    neutral: FloatArray | None


@dataclass(frozen=True)
class Survey:
    """`rows` of the index, their `records` where there are some, why clips were `left_out`, the kept clips' `motion`
    [N, 70] (seen frames, every n-th) and `speakers`."""

    rows: tuple[CorpusRow, ...]
    records: Mapping[str, ClipRecord]
    left_out: Mapping[str, str]
    motion: FloatArray
    speakers: Mapping[str, Speaker]

    def __post_init__(self) -> None:
        object.__setattr__(self, "motion", frozen(self.motion, (None, CHANNEL_COUNT), "surveyed motion"))

    @property
    def kept(self) -> tuple[CorpusRow, ...]:
        """Rows whose clips are there to be learned from."""
        return tuple(row for row in self.rows if row.facts.name not in self.left_out)

    def seconds_of(self, row: CorpusRow) -> float:
        """How long a clip lasts: as measured, else as the index says."""
        record = self.records.get(row.facts.name)
        return record.measures.seconds if record and record.measures else row.seconds


def survey_corpus(rows: tuple[CorpusRow, ...], folder: Path, left_out: Mapping[str, str]) -> Job[Survey]:
    """Reads every prepared clip once. Raises InputError for one that cannot be read."""
    records = {row.facts.name: record for row in rows if (record := load_record(folder, row.facts.name))}
    kept = [row for row in rows if row.facts.name not in left_out]
    frames = sum(record.measures.seconds * MOTION_FPS for record in records.values() if record.measures)
    every = max(1, round(frames / _SAMPLE))
    motion = [np.zeros((0, CHANNEL_COUNT), np.float32)]
    clips: dict[str, list[float]] = defaultdict(list)
    resting: dict[str, list[FloatArray]] = defaultdict(list)
    for done, row in enumerate(kept, 1):
        clip = load_clip(clip_path(folder, row.facts.name))
        motion.append(clip.motion.values[clip.motion.seen][::every])
        clips[row.facts.speaker].append(clip.motion.duration)
        resting[row.facts.speaker].append(_resting(clip)[::every])
        yield Progress("report", done, len(kept))
    speakers = {name: _speaker(seconds, np.concatenate(resting[name])) for name, seconds in sorted(clips.items())}
    return Survey(rows, records, left_out, np.concatenate(motion), speakers)


def _resting(clip: TalkingClip) -> FloatArray:
    """Components [N, 64] of the frames in which a face is seen and nobody speaks."""
    return clip.motion.values[clip.motion.seen & clip.voice().silent, COMPONENTS]


def _speaker(seconds: list[float], resting: FloatArray) -> Speaker:
    enough = len(resting) >= _ENOUGH_SILENCE
    neutral = np.median(resting.reshape(-1, COMPONENT_COUNT), axis=0) if enough else None
    return Speaker(len(seconds), sum(seconds), neutral)
