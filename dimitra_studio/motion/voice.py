"""A voice at the motion's frame rate: what the three cMDTs hear, frame by frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen, frozen_like
from dimitra_studio.core.speech import PHONEME_INDEX, PHONEMES, Phoneme, SpeechAnalysis
from dimitra_studio.core.timebase import FEATURE_RATE, MOTION_FPS, frame_centres, frame_count

# A frame rests when at least this share of it is silence.
_SILENT_SHARE = 0.5


@dataclass(frozen=True)
class Voice:
    """T frames of a voice.

    `features` [2T, F] at 50 Hz; `phonemes` [T, P + 1]: each phone's share of the frame, last the fraction of its phone
    that has passed at the frame's centre, or None where no phones are known; `text` [E], or None without a transcript;
    `silent` [T] where nobody speaks. `heard` False hides the features from the networks.
    """

    features: FloatArray
    phonemes: FloatArray | None
    text: FloatArray | None
    silent: NDArray[np.bool_]
    heard: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", frozen(self.features, (None, None), "voice features"))
        if len(self.features) % 2:
            raise ValueError("voice features do not come in pairs")
        object.__setattr__(self, "silent", frozen_like(self.silent, np.bool_, (len(self),), "silent frames"))
        if self.phonemes is not None:
            object.__setattr__(self, "phonemes", frozen(self.phonemes, (len(self), len(PHONEMES) + 1), "phonemes"))

    def __len__(self) -> int:
        return len(self.features) // 2


def hear(speech: SpeechAnalysis, frames: int | None = None, delay: float = 0.0) -> Voice:
    """The voice of `speech` for `frames`, or for as many as cover its duration.

    `delay` in seconds says that it sounds that much later than it is seen; it is taken out, to 20 ms.
    """
    frames = frame_count(speech.duration) if frames is None else frames
    late = round(delay * FEATURE_RATE)
    features = _rows(speech.features, late, 2 * frames)
    delay = late / FEATURE_RATE
    phonemes = phoneme_frames(speech.phonemes, frames, delay) if speech.phonemes else None
    text = speech.text_embedding if speech.text.strip() and len(speech.text_embedding) else None
    return Voice(features, phonemes, text, silent_frames(speech.silences, frames, delay))


def _rows(features: FloatArray, start: int, length: int) -> FloatArray:
    """Rows `start` to `start + length` of [M, F], the ends repeated; without a copy where nothing changes."""
    if start == 0 and length == len(features):
        return features
    if not len(features):
        return np.zeros((length, features.shape[1]), dtype=np.float32)
    return np.asarray(features[np.clip(np.arange(start, start + length), 0, len(features) - 1)])


def silent_frames(silences: tuple[tuple[float, float], ...], frames: int, delay: float = 0.0) -> NDArray[np.bool_]:
    """Frames [frames] of which silence takes at least half."""
    share = np.zeros(frames)
    for start, end in silences:
        touched, overlap = _overlap((start - delay) * MOTION_FPS, (end - delay) * MOTION_FPS, frames)
        share[touched] += overlap
    return share >= _SILENT_SHARE


def _overlap(start: float, end: float, frames: int) -> tuple[slice, NDArray[np.float64]]:
    """The frames between `start` and `end` (in frames), and how much of each lies there."""
    first, last = max(int(np.floor(start)), 0), min(int(np.ceil(end)), frames)
    index = np.arange(first, last, dtype=np.float64)
    return slice(first, max(first, last)), np.minimum(end, index + 1) - np.maximum(start, index)


def phoneme_frames(phonemes: tuple[Phoneme, ...], frames: int, delay: float = 0.0) -> FloatArray:
    """Phones as `Voice.phonemes` [frames, P + 1]; times count as `delay` seconds earlier than they say."""
    shares = np.zeros((frames, len(PHONEMES) + 1), dtype=np.float32)
    centres = frame_centres(frames)
    for phone in phonemes:
        start, end = (phone.start - delay) * MOTION_FPS, (phone.end - delay) * MOTION_FPS
        touched, overlap = _overlap(start, end, frames)
        shares[touched, PHONEME_INDEX[phone.symbol]] += overlap
        passed = centres[touched] * MOTION_FPS - start
        inside = (passed >= 0) & (passed < end - start)
        shares[touched, -1][inside] = passed[inside] / (end - start)
    return np.clip(shares, 0.0, 1.0)


def cut(rows: FloatArray, start: int, length: int) -> FloatArray:
    """Rows `start` to `start + length` of [M, F], zero outside."""
    out = np.zeros((length, rows.shape[1]), dtype=np.float32)
    low, high = max(start, 0), min(start + length, len(rows))
    if low < high:
        out[low - start : high - start] = rows[low:high]
    return out
