"""A voice at the motion's frame rate: what the three cMDTs hear, frame by frame."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray, frozen
from dimitra_studio.core.speech import PHONEME_INDEX, PHONEMES, Phoneme, SpeechAnalysis
from dimitra_studio.core.timebase import MOTION_FPS, frame_centres, frame_count

# A frame rests when at least this share of it is silence.
_SILENT_SHARE = 0.5


@dataclass(frozen=True)
class Voice:
    """T frames of a voice.

    `features` [2T, F] at 50 Hz; `phonemes` [T, P + 1]: each phone's share of the frame, last the fraction of its phone
    that has passed at the frame's centre, or None where no phones are known; `text` [E], or None without a transcript.
    """

    features: FloatArray
    phonemes: FloatArray | None
    text: FloatArray | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "features", frozen(self.features, (None, None), "voice features"))
        if len(self.features) % 2:
            raise ValueError("voice features do not come in pairs")
        if self.phonemes is not None:
            object.__setattr__(self, "phonemes", frozen(self.phonemes, (len(self), len(PHONEMES) + 1), "phonemes"))

    def __len__(self) -> int:
        return len(self.features) // 2

    @property
    def silent(self) -> NDArray[np.bool_] | None:
        """Frames [T] without speech; None where no phones are known."""
        if self.phonemes is None:
            return None
        silent: NDArray[np.bool_] = self.phonemes[:, PHONEME_INDEX["SIL"]] >= _SILENT_SHARE
        return silent


def hear(speech: SpeechAnalysis) -> Voice:
    """The voice of `speech`, for as many frames as cover its duration."""
    frames = frame_count(speech.duration)
    features = fit_length(speech.features, 2 * frames)
    phonemes = phoneme_frames(speech.phonemes, frames) if speech.phonemes else None
    text = speech.text_embedding if speech.text.strip() and len(speech.text_embedding) else None
    return Voice(features, phonemes, text)


def phoneme_frames(phonemes: tuple[Phoneme, ...], frames: int, delay: float = 0.0) -> FloatArray:
    """Phones as `Voice.phonemes` [frames, P + 1]; times count as `delay` seconds earlier than they say."""
    shares = np.zeros((frames, len(PHONEMES) + 1), dtype=np.float32)
    centres = frame_centres(frames)
    for phone in phonemes:
        start, end = (phone.start - delay) * MOTION_FPS, (phone.end - delay) * MOTION_FPS
        first, last = max(int(np.floor(start)), 0), min(int(np.ceil(end)), frames)
        if first >= last:
            continue
        index = np.arange(first, last)
        shares[first:last, PHONEME_INDEX[phone.symbol]] += np.minimum(end, index + 1) - np.maximum(start, index)
        inside = index[(centres[first:last] * MOTION_FPS >= start) & (centres[first:last] * MOTION_FPS < end)]
        shares[inside, -1] = (centres[inside] * MOTION_FPS - start) / (end - start)
    return np.clip(shares, 0.0, 1.0)


def fit_length(features: FloatArray, length: int) -> FloatArray:
    """The first `length` rows of `features` [M, F], the last one repeated where there are too few."""
    if not len(features):
        return np.zeros((length, features.shape[1]), dtype=np.float32)
    return np.asarray(features[np.minimum(np.arange(length), len(features) - 1)], dtype=np.float32)


def cut(rows: FloatArray, start: int, length: int) -> FloatArray:
    """Rows `start` to `start + length` of [M, F], zero outside."""
    out = np.zeros((length, rows.shape[1]), dtype=np.float32)
    low, high = max(start, 0), min(start + length, len(rows))
    if low < high:
        out[low - start : high - start] = rows[low:high]
    return out
