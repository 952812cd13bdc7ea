"""A corpus of talking clips to what training reads: one .npz a clip with tracked motion and analysed voice."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress, finish
from dimitra_studio.core.face import FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import FEATURE_RATE
from dimitra_studio.motion.clips import TalkingClip, save_clip
from dimitra_studio.training.corpus import CorpusRow

_WINDOW = 0.04  # seconds about each feature's moment
_QUIETEST = -80.0  # dB


@dataclass(frozen=True)
class ClipReaders:
    """How a clip's files become its parts; the command builds these from the installed models."""

    track: Callable[[Path], Job[FaceTrack]]
    voice: Callable[[Path], AudioClip]
    speech: Callable[[AudioClip], Job[SpeechAnalysis]]


@dataclass
class Prepared:
    """What came of a corpus: clips `done` now, those `there` from before, and why others were `left_out`."""

    done: int = 0
    there: int = 0
    left_out: dict[str, str] = field(default_factory=dict)


def prepare_corpus(rows: tuple[CorpusRow, ...], readers: ClipReaders, folder: Path) -> Job[Prepared]:
    """Prepares every clip that `folder` does not hold yet; a clip that cannot be used is told, not fatal."""
    result = Prepared()
    for index, row in enumerate(rows):
        yield Progress("prepare", index, len(rows))
        name = row.facts.name
        path = folder / f"{name}.npz"
        if path.exists():
            result.there += 1
        elif not row.in_sync:
            result.left_out[name] = "sound and picture do not belong together"
        else:
            try:
                save_clip(path, _prepare(row, readers))
                result.done += 1
            except InputError as error:
                result.left_out[name] = error.message
                yield Progress("prepare", index, len(rows), f"{name} is left out: {error.message}")
    yield Progress("prepare", len(rows), len(rows))
    return result


def _prepare(row: CorpusRow, readers: ClipReaders) -> TalkingClip:
    # Run to their ends in one go: their own progress would make the corpus's jump.
    track = finish(readers.track(row.video))
    voice = readers.voice(row.voice)
    return TalkingClip(row.facts, track.motion, finish(readers.speech(voice)), loudness(voice))


def loudness(voice: AudioClip) -> FloatArray:
    """Level [T50] in dB of full scale, over 40 ms about each 50 Hz feature's moment, no lower than -80."""
    count = int(np.ceil(voice.duration * FEATURE_RATE))
    half = round(_WINDOW / 2 * voice.rate)
    energy = np.concatenate(([0.0], np.cumsum(np.square(voice.samples, dtype=np.float64))))
    centres = np.round(np.arange(count) / FEATURE_RATE * voice.rate).astype(np.intp)
    low, high = np.maximum(centres - half, 0), np.minimum(centres + half, len(voice.samples))
    power = (energy[high] - energy[low]) / np.maximum(high - low, 1)
    return np.asarray(np.maximum(10 * np.log10(power + 1e-12), _QUIETEST), dtype=np.float32)
