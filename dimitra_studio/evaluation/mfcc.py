"""Mel-frequency cepstral coefficients as SyncNet hears them.

Thirteen a centisecond, by the definition of the package python_speech_features, with which SyncNet was trained:
pre-emphasis, frames of 25 ms without a window, 26 triangular filters up to 8 kHz, logarithm, DCT-II, lifter of 22, and
the frame's log energy in the first one's place.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.timebase import SPEECH_RATE

COEFFICIENTS = 13
MFCC_RATE = 100
_FRAME, _STEP = SPEECH_RATE // 40, SPEECH_RATE // MFCC_RATE
_FFT = 512
_FILTERS = 26
_EMPHASIS = 0.97
_LIFTER = 22
_NOTHING = np.finfo(np.float64).eps
# 16-bit samples, not -1 to 1: the log energy knows the difference.
_FULL_SCALE = 32768


def mfcc(samples: FloatArray) -> FloatArray:
    """Coefficients [M, 13] at 100 Hz of `samples` [N] at 16 kHz; the last frame is filled up with zeros."""
    sound = np.asarray(samples, dtype=np.float64) * _FULL_SCALE
    emphasised = np.append(sound[:1], sound[1:] - _EMPHASIS * sound[:-1])
    count = 1 + max(-(-(len(sound) - _FRAME) // _STEP), 0)
    padded = np.pad(emphasised, (0, max((count - 1) * _STEP + _FRAME - len(emphasised), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_STEP][:count]
    power = np.abs(np.fft.rfft(frames, _FFT)) ** 2 / _FFT
    energy = np.maximum(power.sum(axis=1), _NOTHING)
    bands = power @ _mel_filters().T
    cepstra = dct(np.log(np.where(bands == 0, _NOTHING, bands)), norm="ortho")[:, :COEFFICIENTS]
    cepstra *= 1 + _LIFTER / 2 * np.sin(np.pi * np.arange(COEFFICIENTS) / _LIFTER)
    cepstra[:, 0] = np.log(energy)
    return np.asarray(cepstra, dtype=np.float32)


def _mel_filters() -> NDArray[np.float64]:
    """Triangles [26, 257], evenly spaced in mel = 2595 log10(1 + f / 700), with corners on whole bins."""
    top = 2595 * np.log10(1 + SPEECH_RATE / 2 / 700)
    hertz = 700 * (10 ** (np.linspace(0, top, _FILTERS + 2) / 2595) - 1)
    corners = np.floor((_FFT + 1) * hertz / SPEECH_RATE)
    bins = np.arange(_FFT // 2 + 1)
    filters = np.zeros((_FILTERS, len(bins)))
    for triangle, low, peak, high in zip(filters, corners[:-2], corners[1:-1], corners[2:], strict=True):
        rising, falling = (bins >= low) & (bins < peak), (bins >= peak) & (bins < high)
        triangle[rising] = (bins[rising] - low) / (peak - low)
        triangle[falling] = (high - bins[falling]) / (high - peak)
    return filters
