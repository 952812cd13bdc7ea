"""The spectrogram's tiles on the screen: computed beside the window's thread, the ones in view first."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from PySide6.QtCore import QMutex, QMutexLocker, QObject, QRectF, QRunnable, QSizeF, QThreadPool, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from dimitra_studio.audio.spectrogram import BANDS, TILE_COLUMNS, Spectrogram, Tile
from dimitra_studio.studio.theme import Theme
from dimitra_studio.studio.timeline.scale import TimeScale

_Job: TypeAlias = tuple[Spectrogram, Tile]


class Spectrum(QObject):
    """Draws what is known of a spectrogram and has the rest computed; `arrived` when there is more to draw.

    Call `shut` before the window closes.
    """

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._source: Spectrogram | None = None
        self._rate = 1
        self._wanted = _Wanted()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def set_source(self, source: Spectrogram | None, rate: int) -> None:
        """Another sound, of `rate` samples a second."""
        self._wanted.replace(())
        self._source, self._rate = source, rate

    def paint(self, painter: QPainter, size: QSizeF, scale: TimeScale, theme: Theme) -> None:
        """High sounds above; dark where nothing sounds or nothing is known yet."""
        if self._source is None:
            return
        start, end = scale.start * self._rate, scale.end * self._rate
        table = _colour_table(theme)
        missing: list[_Job] = []
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for tile in self._source.tiles(start, end, max(round(size.width()), 1)):
            picture = self._source.known(tile)
            if picture is None:
                missing.append((self._source, tile))
                continue
            rows = picture[::-1].tobytes()  # the image does not keep them
            image = QImage(rows, TILE_COLUMNS, BANDS, TILE_COLUMNS, QImage.Format.Format_Indexed8)
            image.setColorTable(table)
            left, right = (scale.x(sample / self._rate) for sample in self._source.extent(tile))
            painter.drawImage(QRectF(left, 0, right - left, size.height()), image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        if self._wanted.replace(missing):
            self._pool.start(_Computation(self, self._wanted))

    @property
    def idle(self) -> bool:
        """Whether nothing is computed."""
        return self._pool.activeThreadCount() == 0

    def shut(self) -> None:
        """Stops computing."""
        self._wanted.replace(())
        self._pool.waitForDone()


class _Wanted:
    """The tiles still to be computed; only the last view's."""

    def __init__(self) -> None:
        self._mutex = QMutex()
        self._tiles: list[_Job] = []
        self._doing: _Job | None = None
        self._working = False

    def replace(self, tiles: Iterable[_Job]) -> bool:
        """Others are wanted now; whether somebody must begin to work."""
        with QMutexLocker(self._mutex):
            self._tiles = [tile for tile in tiles if tile != self._doing]
            begin = bool(self._tiles) and not self._working
            self._working = self._working or begin
            return begin

    def take(self) -> _Job | None:
        """The next one; None ends the work."""
        with QMutexLocker(self._mutex):
            self._working = bool(self._tiles)
            self._doing = self._tiles.pop(0) if self._tiles else None
            return self._doing


class _Computation(QRunnable):
    def __init__(self, spectrum: Spectrum, wanted: _Wanted) -> None:
        super().__init__()
        self._spectrum, self._wanted = spectrum, wanted

    def run(self) -> None:
        """Computes until nothing is wanted."""
        while (job := self._wanted.take()) is not None:
            source, tile = job
            source.picture(tile)
            self._spectrum.arrived.emit()


def _colour_table(theme: Theme) -> list[int]:
    """256 colours from the lanes' ground over the waveform's colour to the text's."""
    stops = [theme.colour(name) for name in ("panel", "waveform", "text")]
    places = np.linspace(0, len(stops) - 1, 256)
    channels = [
        np.interp(places, range(len(stops)), [channel(stop) for stop in stops])
        for channel in (QColor.red, QColor.green, QColor.blue)
    ]
    return [QColor(*map(round, colour)).rgb() for colour in zip(*channels, strict=True)]
