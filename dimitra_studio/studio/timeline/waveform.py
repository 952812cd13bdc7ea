"""The lane of the sound: its waveform, or its spectrogram."""

import numpy as np
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPainter

from dimitra_studio.audio.peaks import Peaks
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.band import BandPicture
from dimitra_studio.studio.timeline.lane import Lane, faded
from dimitra_studio.studio.timeline.scale import TimeScale
from dimitra_studio.studio.timeline.spectrum import Spectrum

# A quiet voice is drawn larger, up to so many times, so that its peak fills so much of the height.
_FILL, _MOST_GAIN = 0.92, 16.0
_HEARD = 0.02  # seconds to either side that make the loudness of a moment
_SILENCE = -90.0  # dB of full scale
_BODY = 0.45  # how strong the peaks are beside the loudness


class WaveformLane(Lane):
    """Peaks as a body with the loudness (root of the mean square) inside; the spectrogram where that is wanted."""

    title = "Voice"
    lines = 3.2
    share = 2

    def __init__(self, spectrum: Spectrum) -> None:
        self.spectrum = spectrum
        self.as_spectrogram = False
        self._peaks: Peaks | None = None
        self._rate, self._gain = 1, 1.0

    def set_sound(self, peaks: Peaks | None, rate: int) -> None:
        """Another sound, of `rate` samples a second."""
        self._peaks, self._rate = peaks, rate
        self._gain = 1.0
        if peaks is not None and peaks.length:
            whole = peaks.view(0, peaks.length, 1)
            loudest = max(float(whole.high[0]), -float(whole.low[0]), 1e-6)
            self._gain = float(np.clip(_FILL / loudest, 1.0, _MOST_GAIN))

    @property
    def shown(self) -> bool:
        """Only with a voice."""
        return self._peaks is not None

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """One column for each of the screen's pixels."""
        if self._peaks is None:
            return
        if self.as_spectrogram:
            self.spectrum.paint(painter, size, scale, theme)
            return
        picture = BandPicture(painter, size)
        view = self._peaks.view(scale.start * self._rate, scale.end * self._rate, picture.columns)
        colour = theme.colour("waveform")
        picture.lay(self._place(view.high), self._place(view.low), faded(colour, _BODY))
        loud = np.minimum(view.rms, np.maximum(view.high, -view.low))
        picture.lay(self._place(loud), self._place(-loud), colour)
        picture.paint(painter)

    def told(self, seconds: float) -> str:
        """The loudness at a moment, in decibels of full scale."""
        if self._peaks is None:
            return ""
        middle = seconds * self._rate
        rms = float(self._peaks.view(middle - _HEARD * self._rate, middle + _HEARD * self._rate, 1).rms[0])
        if not np.isfinite(rms):
            return ""
        level = 20 * np.log10(max(rms, 1e-9))
        return "silence" if level < _SILENCE else f"{level:.0f} dB".replace("-", "−")

    def _place(self, level: FloatArray) -> FloatArray:
        """From -1..1 to shares of the height from the top."""
        return np.asarray((1 - np.float32(self._gain) * level) / 2, np.float32)
