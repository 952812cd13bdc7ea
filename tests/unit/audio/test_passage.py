"""A loop goes round without a jump, in either direction, at any speed, wherever blocks begin."""

import numpy as np
import pytest

from dimitra_studio.audio.clock import Route
from dimitra_studio.audio.passage import faded, for_device, passage

RATE = 8000
JOIN = 40  # device frames
TONE = np.sin(2 * np.pi * 101 * np.arange(2 * RATE) / RATE).astype(np.float32)[:, None]
STEEPEST = 2 * np.pi * 101 / RATE


def read(start, end):
    sound = np.zeros((end - start, 1), np.float32)
    first, last = max(start, 0), min(end, len(TONE))
    if first < last:
        sound[first - start : last - start] = TONE[first:last]
    return sound


def heard(route, start, count, block):
    """Written in blocks, as playback does."""
    sound, position = [], start
    for _ in range(0, count, block):
        spans = route.spans(position, block)
        sound.append(passage(read, route, spans, JOIN))
        position = spans[-1].end
    return np.concatenate(sound)[:, 0]


@pytest.mark.parametrize("step", [1.0, 0.5, 2.0, -1.0, -0.7])
@pytest.mark.parametrize("block", [160, 33])
def test_round_a_loop_nothing_jumps(step, block):
    # A loop that ends half a wave off: without the join it jumps by nearly 2.
    route = Route(len(TONE), step, (1000.0, 1000.0 + 20.5 * RATE / 101))
    sound = heard(route, route.beginning, 8000, block)
    # Where it joins, the way between two tones of opposite sign is added to their own.
    assert np.abs(np.diff(sound)).max() < abs(step) * STEEPEST + np.pi / JOIN
    assert np.abs(sound).max() <= 1


def test_away_from_the_join_the_recordings_own_samples_are_heard():
    route = Route(len(TONE), 1.0, (1000.0, 3000.0))
    sound = heard(route, 1000.0, 2000, 160)
    np.testing.assert_array_equal(sound[: 2000 - JOIN], TONE[1000 : 3000 - JOIN, 0])
    # At its very end it is what comes before the beginning.
    assert sound[1999] == pytest.approx(TONE[999, 0], abs=0.01)


def test_without_a_loop_nothing_is_changed_up_to_the_end():
    route = Route(len(TONE), 1.0)
    sound = heard(route, len(TONE) - 320.0, 320, 160)
    np.testing.assert_array_equal(sound, TONE[-320:, 0])


def test_a_loop_from_the_first_frame_begins_out_of_silence():
    route = Route(len(TONE), 1.0, (0.0, 1000.0))
    sound = heard(route, 0.0, 2000, 160)
    assert abs(sound[999]) < 0.01


def test_a_piece_rises_and_falls():
    sound = faded(np.ones((100, 1), np.float32), 9)[:, 0]
    np.testing.assert_allclose(sound[:10], np.arange(1, 11) / 10, atol=1e-6)
    np.testing.assert_allclose(sound, sound[::-1])


def test_one_channel_becomes_two_and_two_one_and_full_scale_is_kept():
    sound = np.float32([[2.0, 0.0], [0.5, 0.1]])
    np.testing.assert_allclose(for_device(sound, 1), [[1.0], [0.3]])
    np.testing.assert_allclose(for_device(sound[:, :1], 2), [[1, 1], [0.5, 0.5]])
    assert for_device(sound, 2).dtype == np.float32
