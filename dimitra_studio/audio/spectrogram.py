"""The log-mel spectrogram as pictures, tile by tile: only what is looked at is computed, and kept for a while."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.audio.peaks import ReadSamples
from dimitra_studio.core.arrays import FloatArray

TILE_COLUMNS = 256
BANDS = 80
_LOWEST_HZ, _HIGHEST_HZ = 50.0, 8000.0  # where speech is
_WINDOW_SECONDS = 0.025
_HOP_SECONDS = 0.005
# A column longer than this many hops is looked at in so many places, not throughout.
_LOOKS = 4
_FLOOR_DB = -80.0  # black; a full-scale tone is 0 dB, white
_KEPT_TILES = 512  # 10 MB


@dataclass(frozen=True)
class Tile:
    """The `index`-th tile of zoom `level`; each level's columns are twice as long as those of the level before."""

    level: int
    index: int


class Spectrogram:
    """A mono signal of `length` samples at `rate` Hz as tiles; `read` gives its samples. Thread safe where that is."""

    def __init__(self, read: ReadSamples, rate: int, length: int) -> None:
        self._read = read
        self._length = length
        self._hop = max(round(_HOP_SECONDS * rate), 1)
        size = max(round(_WINDOW_SECONDS * rate), 2)
        window = np.hanning(size + 1)[:-1]
        self._window = (window * 2 / window.sum()).astype(np.float32)  # a full-scale tone then peaks at power 1
        self._fft_size = 2 ** int(np.ceil(np.log2(size)) + 1)
        self._filters = mel_filters(rate, self._fft_size)
        self._kept: OrderedDict[Tile, NDArray[np.uint8]] = OrderedDict()
        self._lock = threading.Lock()

    def tiles(self, start: float, end: float, columns: int) -> tuple[Tile, ...]:
        """The tiles that show samples `start` to `end` with at least `columns` columns (fewer where columns would be
        shorter than the finest level's), left to right."""
        level = max(int(np.floor(np.log2(max((end - start) / columns / self._hop, 1)))), 0)
        span = self._hop * 2**level * TILE_COLUMNS
        first, last = max(int(start // span), 0), int(np.ceil(min(end, self._length) / span))
        return tuple(Tile(level, index) for index in range(first, last))

    def extent(self, tile: Tile) -> tuple[int, int]:
        """The samples [start, end) that the tile's picture spans; the signal may end before."""
        span = self._hop * 2**tile.level * TILE_COLUMNS
        return tile.index * span, (tile.index + 1) * span

    def known(self, tile: Tile) -> NDArray[np.uint8] | None:
        """The tile's picture where it is kept, else None, at once."""
        with self._lock:
            if tile in self._kept:
                self._kept.move_to_end(tile)
            return self._kept.get(tile)

    def picture(self, tile: Tile) -> NDArray[np.uint8]:
        """The tile's picture [BANDS, TILE_COLUMNS], the lowest band first: 0 at -80 dB, 255 at full scale; read-only.

        It is the same whatever was looked at before, so that neighbours meet without a seam.
        """
        known = self.known(tile)
        if known is not None:
            return known
        picture = self._compute(tile)
        picture.setflags(write=False)
        with self._lock:
            self._kept[tile] = picture
            while len(self._kept) > _KEPT_TILES:
                self._kept.popitem(last=False)
        return picture

    def _compute(self, tile: Tile) -> NDArray[np.uint8]:
        column = self._hop * 2**tile.level
        looks = min(2**tile.level, _LOOKS)
        centres = tile.index * TILE_COLUMNS * column + (np.arange(TILE_COLUMNS * looks) + 0.5) * column / looks
        starts = np.floor(centres).astype(np.intp) - len(self._window) // 2
        spectra = np.fft.rfft(self._windows(starts) * self._window, self._fft_size)[:, : self._filters.shape[1]]
        power = np.square(np.abs(spectra)).reshape(TILE_COLUMNS, looks, -1).mean(axis=1)
        level = 10 * np.log10(np.maximum(self._filters @ power.T, 1e-10))
        return np.asarray(np.round(255 * np.clip(1 - level / _FLOOR_DB, 0, 1)), np.uint8)

    def _windows(self, starts: NDArray[np.intp]) -> FloatArray:
        """The samples [n, window] from each start on, silence outside the signal."""
        size = len(self._window)
        if starts[1] - starts[0] <= size:
            # They meet: one piece is read and cut.
            piece = self._samples(int(starts[0]), int(starts[-1]) + size)
            return np.asarray(np.lib.stride_tricks.sliding_window_view(piece, size)[starts - starts[0]], np.float32)
        return np.stack([self._samples(int(start), int(start) + size) for start in starts])

    def _samples(self, start: int, end: int) -> FloatArray:
        samples = np.zeros(end - start, np.float32)
        first, last = max(start, 0), min(end, self._length)
        if first < last:
            samples[first - start : last - start] = np.nan_to_num(self._read(first, last), posinf=0.0, neginf=0.0)
        return samples


def mel_filters(rate: int, fft_size: int) -> FloatArray:
    """Triangles [BANDS, bins up to the highest frequency] of height 1, equally spaced from 50 Hz to 8 kHz (or as far as
    the rate goes) on the mel scale m = 2595 log10(1 + f / 700) (O'Shaughnessy 1987)."""
    highest = min(_HIGHEST_HZ, rate / 2)
    lowest = min(_LOWEST_HZ, highest / 2)
    mels = np.linspace(2595 * np.log10(1 + lowest / 700), 2595 * np.log10(1 + highest / 700), BANDS + 2)
    corners = 700 * (10 ** (mels / 2595) - 1)
    left, middle, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    frequencies = np.fft.rfftfreq(fft_size, 1 / rate)
    frequencies = frequencies[frequencies <= highest]
    triangles = np.minimum((frequencies - left) / (middle - left), (right - frequencies) / (right - middle))
    # A band narrower than the transform's steps takes the nearest one, else it would be empty.
    nearest = np.abs(frequencies - middle).argmin(axis=1)
    triangles[np.arange(BANDS), nearest] = np.maximum(triangles[np.arange(BANDS), nearest], 1.0)
    return np.maximum(triangles, 0).astype(np.float32)
