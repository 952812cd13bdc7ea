"""One clip of a corpus tracked, heard and measured."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, finish
from dimitra_studio.core.face import FaceTrack
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.speech import SpeechAnalysis
from dimitra_studio.core.timebase import FEATURE_RATE, MOTION_FPS
from dimitra_studio.engine.loader import Loader
from dimitra_studio.face.track import track_video
from dimitra_studio.face.video import VideoFile
from dimitra_studio.motion.clips import TalkingClip
from dimitra_studio.speech.analysis import analyse_voice
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.cuts import blank_cuts, find_cuts
from dimitra_studio.training.quality import ClipMeasures, measure_clip

MODELS = ("face-landmarker", "head-model", "whisper-tiny.en", "g2p", "minilm")
_WINDOW = 0.04  # seconds about each feature's moment
_QUIETEST = -80.0  # dB


@dataclass(frozen=True)
class ClipReaders:
    """How a clip's files become its parts."""

    track: Callable[[Path], Job[FaceTrack]]
    cuts: Callable[[Path], tuple[int, ...]]
    voice: Callable[[Path], AudioClip]
    speech: Callable[[AudioClip], Job[SpeechAnalysis]]


@dataclass(frozen=True)
class AnalysedClip:
    """A clip as it would be kept, and what it is judged by."""

    clip: TalkingClip
    measures: ClipMeasures


def analyse_clip(row: CorpusRow, readers: ClipReaders) -> AnalysedClip:
    """Tracks and hears one clip. Raises InputError for files that cannot be used and videos without a face."""
    track = finish(readers.track(row.video))
    cuts = readers.cuts(row.video)
    motion = blank_cuts(track.motion, cuts)
    voice = readers.voice(row.voice)
    speech = finish(readers.speech(voice))
    levels = loudness(voice)
    measures = measure_clip(track, motion, voice, cuts=len(cuts), speech=speech, levels=levels)
    return AnalysedClip(TalkingClip(row.facts, motion, speech, levels), measures)


@contextmanager
def clip_analyst() -> Iterator[Callable[[CorpusRow], AnalysedClip]]:
    """`analyse_clip` with the installed models, which are loaded at the first clip."""
    with Loader() as loader:
        readers = ClipReaders(
            track=lambda path: track_video(path, loader.detector, loader.head, smooth=True),
            cuts=_cuts_of,
            voice=read_voice,
            speech=lambda clip: analyse_voice(clip, loader.speech),
        )
        yield partial(analyse_clip, readers=readers)


def _cuts_of(path: Path) -> tuple[int, ...]:
    with VideoFile(path) as video:
        return find_cuts(video.read(MOTION_FPS))


def loudness(voice: AudioClip) -> FloatArray:
    """Level [T50] in dB of full scale, over 40 ms about each 50 Hz feature's moment, no lower than -80."""
    count = int(np.ceil(voice.duration * FEATURE_RATE))
    half = round(_WINDOW / 2 * voice.rate)
    energy = np.concatenate(([0.0], np.cumsum(np.square(voice.samples, dtype=np.float64))))
    centres = np.round(np.arange(count) / FEATURE_RATE * voice.rate).astype(np.intp)
    low, high = np.maximum(centres - half, 0), np.minimum(centres + half, len(voice.samples))
    power = (energy[high] - energy[low]) / np.maximum(high - low, 1)
    return np.asarray(np.maximum(10 * np.log10(power + 1e-12), _QUIETEST), dtype=np.float32)
