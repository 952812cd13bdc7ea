from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.speech.phonemes import fill_with_silence, silent_spans, spread

TIMES = st.floats(0, 20, allow_nan=False)


@given(st.lists(st.tuples(TIMES, TIMES, st.sampled_from(["AA", "B", "SIL"])), max_size=30), st.floats(0.1, 15))
def test_filled_phones_cover_the_duration(drawn, duration):
    phones = [Phoneme(min(a, b), max(a, b), symbol) for a, b, symbol in sorted(drawn)]
    filled = fill_with_silence(phones, duration)
    assert filled[0].start == 0
    assert filled[-1].end == duration
    assert all(first.end == second.start for first, second in pairwise(filled))
    assert all(phone.start < phone.end for phone in filled)
    pairs = pairwise(filled)
    assert not any(first.symbol == second.symbol == "SIL" for first, second in pairs)


def test_silence_stands_where_no_phone_is():
    filled = fill_with_silence([Phoneme(0.5, 1.0, "M"), Phoneme(1.002, 1.5, "AA")], 2.0)
    assert filled == (
        Phoneme(0.0, 0.5, "SIL"), Phoneme(0.5, 1.0, "M"), Phoneme(1.0, 1.5, "AA"), Phoneme(1.5, 2.0, "SIL"),
    )  # fmt: skip
    assert silent_spans(filled) == ((0.0, 0.5), (1.5, 2.0))


def test_phones_are_spread_evenly_over_a_word(backends):
    phones = spread([Word(1.0, 1.6, "Map."), Word(2.0, 3.0, "日本")], backends.aligner)
    assert [phone.symbol for phone in phones] == ["M", "AE", "P"]
    assert [phone.start for phone in phones] == pytest.approx([1.0, 1.2, 1.4])
    assert phones[-1].end == pytest.approx(1.6)
