"""A waveform at any zoom: least, greatest and mean-square value of ever longer stretches of a mono signal.

An hour at 48 kHz takes 22 MB and is built block by block. A view reads whole bins, so that it costs what it shows and
not what it spans; close up, where a column holds only some hundred samples, it reads the samples themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress

BASE = 128  # samples in a bin of the finest level
_FACTOR = 4  # bins that become one of the next level
_PIECE = 2**18  # samples, a multiple of BASE: some seconds
_BINS_A_COLUMN = 2  # at least, so that no peak is drawn further off than a quarter of a column

# Mono samples [n] between two sample positions of a signal.
ReadSamples = Callable[[int, int], FloatArray]


@dataclass(frozen=True)
class Columns:
    """What a view shows: `low`, `high` and `rms` [columns] float32, NaN where there is no sound."""

    low: FloatArray
    high: FloatArray
    rms: FloatArray


@dataclass(frozen=True)
class _Level:
    """Bins of `size` samples each, the last one perhaps shorter: least, greatest, sum of squares [bins]."""

    size: int
    low: FloatArray
    high: FloatArray
    squares: FloatArray

    def coarser(self) -> "_Level":
        """The next level."""
        starts = np.arange(0, len(self.low), _FACTOR)
        return _Level(
            self.size * _FACTOR,
            np.minimum.reduceat(self.low, starts),
            np.maximum.reduceat(self.high, starts),
            np.add.reduceat(self.squares, starts),
        )


class PeakBuilder:
    """Takes a mono signal block by block and gives its peaks; samples that are no numbers count as silence."""

    def __init__(self) -> None:
        self._bins: list[_Level] = []
        self._rest = np.zeros(0, np.float32)
        self._length = 0

    def add(self, block: FloatArray) -> None:
        """The next samples [n]."""
        samples = np.concatenate((self._rest, _finite(block)))
        whole = len(samples) - len(samples) % BASE
        self._rest = samples[whole:]
        self._length += len(block)
        if whole:
            self._bins.append(_bins(samples[:whole]))

    def peaks(self, read: ReadSamples) -> "Peaks":
        """The peaks of what was added so far; `read` gives the samples themselves, for close views."""
        bins = [*self._bins, *([_bins(self._rest)] if len(self._rest) else [])]
        if not bins:
            return Peaks((), 0, read)
        levels = [
            _Level(
                BASE,
                np.concatenate([part.low for part in bins]),
                np.concatenate([part.high for part in bins]),
                np.concatenate([part.squares for part in bins]),
            )
        ]
        while len(levels[-1].low) > _FACTOR:
            levels.append(levels[-1].coarser())
        return Peaks(tuple(levels), self._length, read)


def measure_peaks(read: ReadSamples, length: int) -> Job["Peaks"]:
    """The peaks of a signal of `length` samples, read piece by piece."""
    builder = PeakBuilder()
    for start in range(0, length, _PIECE):
        end = min(start + _PIECE, length)
        builder.add(read(start, end))
        yield Progress("waveform", end, length)
    return builder.peaks(read)


class Peaks:
    """The pyramid of a signal of `length` samples; made by PeakBuilder."""

    def __init__(self, levels: tuple[_Level, ...], length: int, read: ReadSamples) -> None:
        self._levels = levels
        self._read = read
        self.length = length

    @property
    def nbytes(self) -> int:
        """Memory taken."""
        return sum(level.low.nbytes + level.high.nbytes + level.squares.nbytes for level in self._levels)

    def view(self, start: float, end: float, columns: int) -> Columns:
        """Samples `start` to `end` (fractions and places outside the signal allowed) in `columns` columns.

        Column k shows the samples, or the bins by their middle, from edge k up to edge k + 1 of `columns` + 1 equally
        spaced edges: each in one column, none left out. A column too narrow to hold a sample shows the one before it.
        """
        edges = np.linspace(start, end, columns + 1)
        inside = (edges[:-1] < self.length) & (edges[1:] > 0)
        if not inside.any():
            return Columns(*np.full((3, columns), np.nan, np.float32))
        size = (end - start) / columns / _BINS_A_COLUMN
        fitting = [level for level in self._levels if level.size <= size]
        if fitting:
            level = fitting[-1]
            first, last = _bins_between(edges, level.size, self.length)
        else:
            first, last = _bins_between(edges, 1, self.length)
            begin = int(first[inside].min())
            samples = _finite(self._read(begin, int(last[inside].max())))
            level = _Level(1, samples, samples, np.square(samples))
            first, last = first - begin, last - begin
        return _reduced(level, first, last, inside, self._samples_in(level, first, last))

    def _samples_in(self, level: _Level, first: NDArray[np.intp], last: NDArray[np.intp]) -> NDArray[np.intp]:
        """How many samples the bins [first, last) hold; the signal's last bin may be short."""
        if level.size == 1:
            return last - first
        return np.minimum(last * level.size, self.length) - first * level.size


def _bins_between(edges: NDArray[np.float64], size: int, length: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For each column the bins [first, last) of a signal of `length` samples whose middle lies in it, at least one."""
    count = -(-length // size)
    bounds = np.ceil((edges - (size - 1) / 2) / size).astype(np.intp)
    bounds[edges >= length] = count  # the last bin may be so short that the signal ends before its middle
    last = np.clip(bounds[1:], 1, count)
    return np.minimum(np.clip(bounds[:-1], 0, count), last - 1), last


def _reduced(
    level: _Level, first: NDArray[np.intp], last: NDArray[np.intp], inside: NDArray[np.bool_], samples: NDArray[np.intp]
) -> Columns:
    # reduceat takes pairs of bounds and reduces between a column's end and the next one's start as well: left out.
    pairs = np.stack((first, last), axis=1)[inside].ravel()

    def reduce(how: np.ufunc, values: FloatArray) -> FloatArray:
        padded = np.append(values, values[-1:])  # an end may stand behind the last bin
        shown = np.full(len(inside), np.nan, np.float32)
        shown[inside] = how.reduceat(padded, pairs)[::2]
        return shown

    rms = np.sqrt(reduce(np.add, level.squares) / np.maximum(samples, 1))
    return Columns(reduce(np.minimum, level.low), reduce(np.maximum, level.high), np.asarray(rms, np.float32))


def _bins(samples: FloatArray) -> _Level:
    starts = np.arange(0, len(samples), BASE)
    return _Level(
        BASE,
        np.minimum.reduceat(samples, starts),
        np.maximum.reduceat(samples, starts),
        np.add.reduceat(np.square(samples), starts),
    )


def _finite(samples: FloatArray) -> FloatArray:
    return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
