"""The waveform against a loop over the samples."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.audio.peaks import BASE, PeakBuilder, measure_peaks


def noise(count, seed=0):
    return np.random.default_rng(seed).normal(0, 0.3, count).astype(np.float32)


class Reader:
    """Gives samples and remembers how many were asked for."""

    def __init__(self, samples):
        self.samples, self.read = samples, 0

    def __call__(self, start, end):
        assert 0 <= start < end <= len(self.samples)
        self.read += end - start
        return self.samples[start:end]


def peaks_of(samples, block=1000):
    builder = PeakBuilder()
    for start in range(0, len(samples), block):
        builder.add(samples[start : start + block])
    return builder.peaks(Reader(samples))


def expected(samples, start, end, columns, size):
    """Column by column: the bins of `size` samples whose middle it holds (a short last bin's lies in the signal)."""
    edges = np.linspace(start, end, columns + 1)
    middles = np.arange(0, len(samples), size) + (size - 1) / 2
    middles[-1] = min(middles[-1], np.nextafter(len(samples), 0))
    rows = []
    for left, right in itertools.pairwise(edges):
        held = np.flatnonzero((middles >= left) & (middles < right))
        if left >= len(samples) or right <= 0:
            rows.append((np.nan,) * 3)
            continue
        if not len(held):
            held = [max(np.count_nonzero(middles < left) - 1, 0)]
        part = samples[held[0] * size : (held[-1] + 1) * size].astype(np.float64)
        rows.append((part.min(), part.max(), math.sqrt(np.square(part).mean())))
    return np.array(rows).T


def assert_shows(view, wanted):
    np.testing.assert_array_equal(view.low, wanted[0].astype(np.float32))
    np.testing.assert_array_equal(view.high, wanted[1].astype(np.float32))
    np.testing.assert_allclose(view.rms, wanted[2], rtol=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5000), st.integers(50, 700), st.floats(-0.3, 1.2), st.floats(1e-4, 1.5), st.integers(1, 40))
def test_close_views_are_exact(count, block, where, span, columns):
    samples = noise(count)
    start = where * count
    end = start + min(span * count, 2 * BASE * columns * 0.999)  # up to here the samples themselves are read
    wanted = expected(samples, start, end, columns, 1)
    assert_shows(peaks_of(samples, block).view(start, end, columns), wanted)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60_000), st.integers(500, 9000), st.floats(-0.3, 0.9), st.floats(0.1, 1.5), st.integers(1, 12))
def test_far_views_are_exact_to_the_bin(count, block, where, span, columns):
    samples = noise(count)
    start, end = where * count, (where + span) * count
    column = (end - start) / columns
    largest = BASE * 4 ** max(math.ceil(math.log(max(math.ceil(count / BASE) / 4, 1), 4)), 0)
    sizes = [BASE * 4**k for k in range(12) if BASE * 4**k <= min(column / 2, largest)]
    wanted = expected(samples, start, end, columns, max(sizes, default=1))
    assert_shows(peaks_of(samples, block).view(start, end, columns), wanted)


def test_no_sample_is_lost_at_any_zoom():
    """A click of one sample is seen in one column, wherever it is."""
    for place in (0, 1, 99_999, 100_000, 543_210, 999_999):
        samples = np.zeros(1_000_000, np.float32)
        samples[place] = 1
        peaks = peaks_of(samples, 48_000)
        for columns in (1, 7, 100, 1500, 5000):
            high = peaks.view(0, len(samples), columns).high
            assert np.count_nonzero(high) == 1
            assert abs(np.argmax(high) + 0.5 - place * columns / len(samples)) <= 0.5 + 0.25 + 1e-6


def test_a_view_costs_what_it_shows():
    samples = noise(3_000_000)
    peaks = peaks_of(samples, 48_000)
    for span in (10, 1000, 100_000, 1_000_000, 3_000_000):
        reader = peaks._read
        reader.read = 0
        peaks.view(1000, 1000 + span, 500)
        assert reader.read <= 2 * BASE * 500
    assert reader.read == 0  # the widest view needs no sample


def test_the_pyramid_is_compact_and_flat_to_build():
    builder, reader = PeakBuilder(), Reader(noise(16_000 * 60))
    builder.add(reader.samples)
    assert builder.peaks(reader).nbytes < 0.04 * reader.samples.nbytes
    assert len(builder._rest) < BASE


def test_the_blocks_do_not_matter():
    samples = noise(10_001)
    views = [peaks_of(samples, block).view(0, 10_001, 7) for block in (1, 127, 128, 129, 20_000)]
    for view in views[1:]:
        np.testing.assert_array_equal(view.low, views[0].low)
        np.testing.assert_array_equal(view.rms, views[0].rms)


def test_what_was_added_so_far_can_be_seen():
    builder, reader = PeakBuilder(), Reader(noise(4000))
    builder.add(reader.samples[:3000])
    view = builder.peaks(reader).view(0, 4000, 4)
    assert np.isfinite(view.high[:3]).all()
    assert np.isnan(view.high[3])


def test_a_signal_is_measured_piece_by_piece():
    reader = Reader(noise(700_000))
    job, steps = measure_peaks(reader, 700_000), []
    while True:
        try:
            steps.append(next(job))
        except StopIteration as stop:
            peaks = stop.value
            break
    assert len(steps) == 3
    assert steps[-1].done == steps[-1].total == 700_000
    np.testing.assert_array_equal(peaks.view(0, 7e5, 9).low, peaks_of(reader.samples).view(0, 7e5, 9).low)


def test_there_is_nothing_to_see_beside_the_signal_or_without_one():
    assert np.isnan(peaks_of(noise(100)).view(200, 300, 5).low).all()
    assert np.isnan(peaks_of(noise(100)).view(-50, 0, 5).rms).all()
    assert np.isnan(PeakBuilder().peaks(Reader(noise(0))).view(0, 100, 5).low).all()


def test_samples_that_are_no_numbers_count_as_silence():
    samples = np.full(1000, 0.5, np.float32)
    samples[[10, 20, 30]] = np.nan, np.inf, -np.inf
    for columns in (1, 1000):
        view = peaks_of(samples).view(0, 1000, columns)
        assert view.high.max() == pytest.approx(0.5)
        assert view.low.min() == 0
