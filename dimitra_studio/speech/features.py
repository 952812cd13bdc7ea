"""How it sounds, 50 times a second: the protocol, and Whisper's encoder.

Feature `i` describes the sound around `i / 50` s, so that video frame `i` at 25 fps stands beside feature `2 i`.
"""

from typing import Protocol

import numpy as np
from faster_whisper import WhisperModel

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import FEATURE_RATE, SPEECH_RATE, frame_count

_MEL_HOP = SPEECH_RATE // 100
_MEL_BLOCK_SECONDS = 60
_WINDOW = 320  # features: 6.4 s
_HOP = _WINDOW // 5
# log10 power of the loudest sound in recordings that Whisper was trained on, near full scale.
_LOUDEST = 1.5
# A hiss must not be turned up into a voice: at most 30 dB.
_MOST_GAIN = 3.0
_DYNAMIC_RANGE = 8.0  # log10 power, as Whisper's front end


class FeatureExtractor(Protocol):
    """Turns sound into features; `kind` names the model and goes into files and checkpoints."""

    kind: str
    width: int

    def extract(self, samples: FloatArray) -> Job[FloatArray]:
        """Features [T50, width] of `samples` [N] at 16 kHz, with T50 = ceil(50 N / 16000)."""
        ...


class WhisperFeatures:
    """The last hidden state of Whisper's encoder, made independent of place and of recording level.

    The encoder adds a sinusoid of the place within its window, which weighs as much in its output as the sound does:
    the same word at second 2 and at second 20 looks unlike itself. So windows of 6.4 s slide by 1.28 s and are averaged
    under a Hann window: every moment is seen from five places, the place
    cancels, and there are no seams.
    """

    kind = "whisper-tiny.en/encoder"
    width = 384

    def __init__(self, model: WhisperModel) -> None:
        self._model = model

    def extract(self, samples: FloatArray) -> Job[FloatArray]:
        """See `FeatureExtractor`."""
        count = frame_count(len(samples) / SPEECH_RATE, FEATURE_RATE)
        mel = self._level((yield from self._log_mel(samples, 2 * count)))
        weights = np.hanning(_WINDOW + 1)[:-1, None].astype(np.float32) / (_WINDOW / _HOP / 2)
        features = np.zeros((count, self.width), np.float32)
        starts = list(range(_HOP - _WINDOW, count, _HOP))
        # One at a time: several at once are not quicker, and a job stops only between them.
        for done, start in enumerate(starts, 1):
            window = _padded(mel, 2 * start, 2 * _WINDOW)[None]
            encoded = np.asarray(self._model.encode(window), dtype=np.float32)[0]
            low, high = max(start, 0), min(start + _WINDOW, count)
            features[low:high] += (weights * encoded)[low - start : high - start]
            yield Progress("features", done, len(starts))
        return features

    def _log_mel(self, samples: FloatArray, count: int) -> Job[FloatArray]:
        """log10 mel power [80, count] at 100 Hz, computed a minute at a time."""
        front = self._model.feature_extractor
        hann = np.hanning(front.n_fft + 1)[:-1].astype(np.float32)
        half = front.n_fft // 2
        padded = np.pad(samples, (half, half + _MEL_HOP))
        mel = np.empty((front.mel_filters.shape[0], count), np.float32)
        step = 100 * _MEL_BLOCK_SECONDS
        for first in range(0, count, step):
            last = min(first + step, count)
            block = padded[first * _MEL_HOP : (last - 1) * _MEL_HOP + front.n_fft]
            block = np.pad(block, (0, (last - first - 1) * _MEL_HOP + front.n_fft - len(block)))
            frames = np.lib.stride_tricks.sliding_window_view(block, front.n_fft)[::_MEL_HOP]
            power = np.square(np.abs(np.fft.rfft(frames * hann, axis=1)))
            mel[:, first:last] = np.log10(np.maximum(front.mel_filters @ power.T, 1e-10))
            yield Progress("features", 0, 0)
        return mel

    @staticmethod
    def _level(mel: FloatArray) -> FloatArray:
        """Brings the recording to one level and to the encoder's scale, in place."""
        loudest = float(np.quantile(mel.max(axis=0), 0.995))
        mel += min(_LOUDEST - loudest, _MOST_GAIN)
        np.clip(mel, _LOUDEST - _DYNAMIC_RANGE, None, out=mel)
        mel += 4.0
        mel /= 4.0
        return mel


def _padded(mel: FloatArray, start: int, length: int) -> FloatArray:
    """`length` columns from `start`, silence where there are none."""
    silence = (_LOUDEST - _DYNAMIC_RANGE + 4.0) / 4.0
    window = np.full((mel.shape[0], length), silence, np.float32)
    low, high = max(start, 0), min(start + length, mel.shape[1])
    window[:, low - start : high - start] = mel[:, low:high]
    return window
