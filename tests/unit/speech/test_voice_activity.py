from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.events import finish
from dimitra_studio.speech.voice_activity import (
    LONGEST_PASSAGE,
    VoiceDetector,
    complement,
    cut_passages,
    intersection,
    speech_spans,
)

HOP = 512 / 16_000


def test_speech_is_found_and_silence_is_not(sample):
    probability = finish(VoiceDetector().listen(sample.samples))
    assert len(probability) == -(-len(sample.samples) // 512)
    spans = speech_spans(probability, sample.duration)
    # 0.4 s of silence before the voice, 0.85 s between its sentences, 0.6 s behind.
    assert spans[0][0] == pytest.approx(0.4, abs=0.15)
    assert spans[-1][1] == pytest.approx(sample.duration - 0.6, abs=0.15)
    assert any(end - start > 0.6 for start, end in complement(spans, sample.duration)[1:-1])


def test_blocks_of_a_long_recording_join(sample):
    """Decisions do not depend on where the blocks of a minute fall."""
    detector = VoiceDetector()
    lead = np.zeros(57 * 16_000 + 16 * 512 - 57 * 16_000 % 512, np.float32)
    alone = finish(detector.listen(sample.samples))
    late = finish(detector.listen(np.concatenate([lead, sample.samples])))[len(lead) // 512 :]
    assert np.mean((alone > 0.5) == (late > 0.5)) > 0.97


def test_noise_and_tones_are_no_speech():
    rng = np.random.default_rng(0)
    t = np.arange(3 * 16_000) / 16_000
    for sound in (0.1 * rng.standard_normal(len(t)), 0.3 * np.sin(2 * np.pi * 440 * t), np.zeros(len(t))):
        probability = finish(VoiceDetector().listen(sound.astype(np.float32)))
        assert sum(b - a for a, b in speech_spans(probability, 3.0)) < 0.2


@given(st.lists(st.floats(0, 1, width=32), max_size=3000), st.integers(0, 511))
def test_passages_hold_all_speech_and_never_overlap(values, missing):
    probability = np.array(values, np.float32)
    duration = max(len(values) * HOP - missing / 16_000, 0.0)
    spans = speech_spans(probability, duration)
    passages = cut_passages(spans, probability, duration)
    assert all(0 <= a < b <= duration for a, b in spans)
    assert all(first[1] < second[0] for first, second in pairwise(spans))
    edges = [edge for passage in passages for edge in (passage.start, passage.end)]
    assert edges == sorted(edges)
    assert not edges or (edges[0] >= 0 and edges[-1] <= duration)
    assert sum(passage.voiced for passage in passages) == pytest.approx(sum(b - a for a, b in spans))
    inside = intersection(spans, tuple((p.start, p.end) for p in passages))
    assert sum(b - a for a, b in inside) == pytest.approx(sum(b - a for a, b in spans), abs=1e-6)


def test_speech_without_a_pause_is_cut_where_the_detector_doubts():
    probability = np.full(2000, 0.9, np.float32)  # 64 s
    probability[700] = 0.6  # 22.4 s
    passages = cut_passages(speech_spans(probability, 64.0), probability, 64.0)
    assert passages[0].end == pytest.approx(22.4, abs=0.35)
    assert all(passage.end - passage.start <= LONGEST_PASSAGE + 1 for passage in passages)


def test_spans_are_turned_and_met():
    spans = ((1.0, 2.0), (3.0, 4.0))
    assert complement(spans, 5.0) == ((0.0, 1.0), (2.0, 3.0), (4.0, 5.0))
    assert complement((), 5.0) == ((0.0, 5.0),)
    assert complement(((0.0, 5.0),), 5.0) == ()
    assert intersection(spans, ((1.5, 3.5), (3.7, 9.0))) == ((1.5, 2.0), (3.0, 3.5), (3.7, 4.0))
