"""Tiles of the spectrogram: what they show, that they meet, and that nothing else is computed."""

import numpy as np
import pytest

from dimitra_studio.audio.spectrogram import BANDS, TILE_COLUMNS, Spectrogram, Tile, mel_filters

RATE = 16_000
HOP = 80


class Reader:
    """Gives samples and remembers which."""

    def __init__(self, samples):
        self.samples, self.asked = samples, []

    def __call__(self, start, end):
        assert 0 <= start < end <= len(self.samples)
        self.asked.append((start, end))
        return self.samples[start:end]


def tone(frequency, seconds, rate=RATE, level=1.0):
    t = np.arange(round(seconds * rate)) / rate
    return (level * np.sin(2 * np.pi * frequency * t)).astype(np.float32)


def spectrogram(samples, rate=RATE):
    return Spectrogram(Reader(samples), rate, len(samples))


def mel(frequency):
    return 2595 * np.log10(1 + frequency / 700)


def band_of(frequency, highest=8000):
    return (mel(frequency) - mel(50)) / (mel(highest) - mel(50)) * (BANDS + 1) - 1


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
@pytest.mark.parametrize("frequency", [200, 1000, 3500])
@pytest.mark.parametrize("level", [0, 1, 3])
def test_a_tone_is_one_bright_line_at_its_band(rate, frequency, level):
    seconds = 1.2 * TILE_COLUMNS * 0.005 * 2**level
    picture = spectrogram(tone(frequency, seconds, rate), rate).picture(Tile(level, 0))
    assert picture.shape == (BANDS, TILE_COLUMNS)
    inner = picture[:, 8:-8]
    assert (
        np.abs(inner.argmax(axis=0) - band_of(frequency, min(8000, rate / 2))).max() < 1.5
    )  # the transform's steps are wider than the lowest bands
    assert inner.max(axis=0).min() > 235
    far = np.abs(np.arange(BANDS) - band_of(frequency, min(8000, rate / 2))) > 25
    assert inner[far].max() < 60


def test_brightness_follows_decibels():
    pictures = [spectrogram(tone(1000, 2, level=level)).picture(Tile(0, 0)).max() for level in (0.5, 0.05, 0.005)]
    assert np.diff(np.asarray(pictures, float)) == pytest.approx([-255 / 4] * 2, abs=2)
    assert spectrogram(np.zeros(RATE, np.float32)).picture(Tile(0, 0)).max() == 0


@pytest.mark.parametrize("level", [0, 1, 2, 5])
def test_an_event_is_where_it_happens_on_whatever_tile(level):
    samples = np.zeros(RATE * 20 * 2 ** max(level - 3, 0), np.float32)
    column = HOP * 2**level
    place = round(1.5 * TILE_COLUMNS * column)
    samples[place : place + max(column, 400)] = np.random.default_rng(0).normal(0, 0.3, max(column, 400))
    bright = spectrogram(samples).picture(Tile(level, 1)).max(axis=0)
    assert abs(bright.argmax() - TILE_COLUMNS / 2) <= 5
    assert bright[: TILE_COLUMNS // 2 - 6].max() == 0


def test_tiles_meet_without_a_seam_and_do_not_depend_on_the_order():
    samples = np.random.default_rng(1).normal(0, 0.1, RATE * 4).astype(np.float32)
    forwards, backwards = spectrogram(samples), spectrogram(samples)
    one = [forwards.picture(Tile(0, index)) for index in (0, 1, 2)]
    other = [backwards.picture(Tile(0, index)) for index in (2, 1, 0)][::-1]
    np.testing.assert_array_equal(one, other)
    # The same sound, heard one tile later, gives the same picture.
    later = spectrogram(np.concatenate((np.zeros(HOP * TILE_COLUMNS, np.float32), samples)))
    np.testing.assert_array_equal(later.picture(Tile(0, 2)), one[1])


def test_a_view_names_the_tiles_that_it_needs():
    whole = spectrogram(np.zeros(RATE * 3600, np.float32))
    assert whole.tiles(0, RATE, 200) == (Tile(0, 0),)
    for start, end, columns in [(0, RATE * 3600, 1500), (RATE * 100, RATE * 130, 800), (-RATE, RATE * 4000, 300)]:
        tiles = whole.tiles(start, end, columns)
        first, last = whole.extent(tiles[0]), whole.extent(tiles[-1])
        assert first[0] <= max(start, 0)
        assert last[1] >= min(end, RATE * 3600)
        assert last[0] < min(end, RATE * 3600)
        column = (first[1] - first[0]) / TILE_COLUMNS
        assert (end - start) / columns / 2 < column <= (end - start) / columns
    assert whole.tiles(RATE * 4000, RATE * 4100, 100) == ()


def test_only_the_tiles_asked_for_are_read_and_each_once():
    reader = Reader(np.zeros(RATE * 600, np.float32))
    lazy = Spectrogram(reader, RATE, len(reader.samples))
    tile = lazy.tiles(RATE * 300, RATE * 301, 200)[0]
    assert lazy.known(tile) is None
    assert reader.asked == []
    picture = lazy.picture(tile)
    start, end = lazy.extent(tile)
    assert all(start - 400 <= first and last <= end + 400 for first, last in reader.asked)
    asked = len(reader.asked)
    assert lazy.picture(tile) is picture is lazy.known(tile)
    assert len(reader.asked) == asked
    with pytest.raises(ValueError, match="read-only"):
        picture[:] = 0


def test_an_hour_at_once_reads_a_small_part_of_it():
    reader = Reader(np.zeros(RATE * 3600, np.float32))
    whole = Spectrogram(reader, RATE, len(reader.samples))
    for tile in whole.tiles(0, RATE * 3600, 400):
        whole.picture(tile)
    assert sum(end - start for start, end in reader.asked) < 0.02 * len(reader.samples)


def test_the_tiles_kept_are_few(monkeypatch):
    monkeypatch.setattr("dimitra_studio.audio.spectrogram._KEPT_TILES", 2)
    short = spectrogram(np.zeros(RATE * 6, np.float32))
    for index in (0, 1, 0, 2):
        short.picture(Tile(0, index))
    assert [short.known(Tile(0, index)) is not None for index in (0, 1, 2)] == [True, False, True]


@pytest.mark.parametrize("rate", [8_000, 16_000, 48_000, 192_000])
def test_no_band_is_empty_and_none_louder_than_another(rate):
    filters = mel_filters(rate, 2 ** int(np.ceil(np.log2(0.025 * rate)) + 1))
    assert filters.min() == 0
    assert filters.max(axis=1) == pytest.approx(1, abs=0.35)
