"""Words and phones put right by hand."""

from functools import partial
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dimitra_studio.core.speech import Phoneme, Utterance, Word
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.speech import corrections
from dimitra_studio.speech.corrections import Side


def spoken(*phones, words):
    """Phones as (end, symbol), words as (start, end, text)."""
    starts = [0.0, *(end for end, _ in phones)]
    return Utterance(
        tuple(Word(*word) for word in words),
        tuple(Phoneme(start, end, symbol) for start, (end, symbol) in zip(starts, phones, strict=False)),
    )


HEARD = spoken(
    (0.2, "SIL"), (0.3, "B"), (0.4, "IY"), (0.5, "T"), (0.6, "HH"), (0.8, "IH"), (0.9, "Z"), (1.2, "SIL"),
    words=[(0.2, 0.5, "beat"), (0.5, 0.9, "his")],
)  # fmt: skip


def sounds(utterance):
    return [(round(phone.end, 3), phone.symbol) for phone in utterance.phonemes]


def texts(utterance):
    return [(round(word.start, 3), round(word.end, 3), word.text) for word in utterance.words]


def test_a_words_edge_takes_its_phones_along_and_leaves_silence():
    moved = corrections.with_word_edge(HEARD, 0, Side.START, 0.35)
    assert texts(moved) == [(0.35, 0.5, "beat"), (0.5, 0.9, "his")]
    assert sounds(moved)[:4] == [(0.35, "SIL"), (0.4, "B"), (0.45, "IY"), (0.5, "T")]
    assert sounds(moved)[4:] == sounds(HEARD)[4:]


def test_words_that_touch_move_together_and_keep_room_for_both():
    moved = corrections.with_word_edge(HEARD, 0, Side.END, 2.0)
    assert texts(moved) == [(0.2, 0.88, "beat"), (0.88, 0.9, "his")]
    assert moved.phonemes[-1].end == 1.2


def test_a_word_grows_into_silence_as_far_as_the_recording_goes():
    moved = corrections.with_word_edge(HEARD, 1, Side.END, 5.0)
    assert texts(moved)[1] == (0.5, 1.2, "his")
    assert sounds(moved)[-1] == (1.2, "Z")


def test_a_phones_edge_is_its_neighbours_and_its_words():
    moved = corrections.with_phone_edge(HEARD, 1, Side.START, 0.25)
    assert sounds(moved)[0] == (0.25, "SIL")
    assert texts(moved)[0] == (0.25, 0.5, "beat")
    squeezed = corrections.with_phone_edge(HEARD, 2, Side.END, 9.0)
    assert sounds(squeezed)[2:4] == [(0.48, "IY"), (0.5, "T")]
    assert corrections.with_phone_edge(HEARD, 0, Side.START, 0.1) is HEARD


def test_a_phone_as_long_as_two_words_keeps_both_whole():
    long = HEARD
    for _ in range(3):
        long = corrections.join_phones(long, 1)
    moved = corrections.with_phone_edge(long, 0, Side.END, 1.0)
    assert texts(moved) == [(0.48, 0.5, "beat"), (0.5, 0.9, "his")]


def test_an_edge_that_moves_in_an_hour_of_speech_makes_nothing_else_anew():
    words = tuple(Word(0.5 * place, 0.5 * place + 0.4, "a") for place in range(7200))
    phones = tuple(
        phone
        for word in words
        for phone in (Phoneme(word.start, word.end, "AA"), Phoneme(word.end, word.start + 0.5, "SIL"))
    )
    hour = Utterance(words, phones)
    for moved in (
        corrections.with_word_edge(hour, 3600, Side.END, 1800.3),
        corrections.with_phone_edge(hour, 7200, Side.END, 1800.3),
    ):
        assert sounds(moved)[7200:7202] == [(1800.3, "AA"), (1800.5, "SIL")]
        assert sum(one is not other for one, other in zip(moved.phonemes, phones, strict=True)) < 6
        assert sum(one is not other for one, other in zip(moved.words, words, strict=True)) == 1


def test_phones_that_are_as_before_keep_their_times():
    heat = corrections.with_word_text(HEARD, 0, [("heat", ("HH", "IY", "T"))])
    assert sounds(heat)[:4] == [(0.2, "SIL"), (0.3, "HH"), (0.4, "IY"), (0.5, "T")]
    beats = corrections.with_word_text(HEARD, 0, [("belt", ("B", "EH", "L", "T"))])
    assert sounds(beats)[:5] == [(0.2, "SIL"), (0.3, "B"), (0.35, "EH"), (0.4, "L"), (0.5, "T")]


def test_two_words_for_one_share_its_time_and_none_leaves_silence():
    two = corrections.with_word_text(HEARD, 0, [("be", ("B", "IY")), ("at", ("AE", "T"))])
    assert [word[2] for word in texts(two)] == ["be", "at", "his"]
    assert two.words[0].end == two.words[1].start == two.phonemes[2].end
    none = corrections.with_word_text(HEARD, 0, [])
    assert texts(none) == [(0.5, 0.9, "his")]
    assert sounds(none)[0] == (0.5, "SIL")


def test_a_word_is_put_where_there_is_room():
    more = corrections.with_new_word(HEARD, 0.95, "so", ("S", "OW"))
    assert texts(more)[-1] == (0.95, 1.2, "so")
    assert sounds(more)[-3:] == [(0.95, "SIL"), (1.075, "S"), (1.2, "OW")]
    with pytest.raises(ValueError, match="no room"):
        corrections.with_new_word(HEARD, 0.45, "so", ("S", "OW"))


def test_parting_and_joining_undo_each_other():
    parted = corrections.split_word(HEARD, 0, 0.35)
    assert texts(parted)[:2] == [(0.2, 0.35, "be"), (0.35, 0.5, "at")]
    assert corrections.join_words(parted, 0) == HEARD
    twice = corrections.split_phone(HEARD, 5, 0.7)
    assert [phone.symbol for phone in twice.phonemes[5:7]] == ["IH", "IH"]
    assert corrections.join_phones(twice, 5) == HEARD


def test_a_phone_that_goes_is_filled_by_its_word():
    assert sounds(corrections.without_phone(HEARD, 4))[4] == (0.8, "IH")  # the next one: the last word has ended
    assert sounds(corrections.without_phone(HEARD, 3))[2] == (0.5, "IY")


def test_it_is_told_where_two_sound_different():
    assert corrections.differing(HEARD, HEARD) == ()
    moved = corrections.with_phone_edge(HEARD, 4, Side.END, 0.7)
    assert corrections.differing(HEARD, moved) == (TimeRange(0.6, 0.7),)
    hair = corrections.with_phone_edge(HEARD, 4, Side.END, 0.61)
    assert corrections.differing(HEARD, hair) == ()
    renamed = corrections.with_word_text(HEARD, 0, [("Beat!", ("B", "IY", "T"))])
    assert corrections.differing(HEARD, renamed) == ()  # written differently, it sounds the same


def test_a_part_is_taken_over():
    new = corrections.with_word_text(HEARD, 0, [("heat", ("HH", "AH", "T"))])
    part = corrections.spliced(HEARD, new, [TimeRange(0.2, 0.35)])
    assert corrections.differing(part, new) == (TimeRange(0.35, 0.4),)
    assert corrections.differing(corrections.spliced(HEARD, new, [TimeRange(0.0, 1.2)]), new) == ()


_moves = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 20), st.sampled_from(Side), st.floats(0, 1.3)), max_size=12
)


@given(_moves)
def test_phones_cover_the_whole_whatever_is_done(moves):
    now = HEARD
    for kind, place, side, seconds in moves:
        word, phone = place % len(now.words), place % len(now.phonemes)
        steps = (
            partial(corrections.with_word_edge, now, word, side, seconds),
            partial(corrections.with_phone_edge, now, phone, side, seconds),
            partial(corrections.split_word, now, word, seconds),
            partial(corrections.split_phone, now, phone, seconds),
            partial(corrections.join_phones, now, phone),
            partial(corrections.without_phone, now, phone),
        )
        now = steps[kind]()
        assert now.phonemes[0].start == 0
        assert now.phonemes[-1].end == pytest.approx(1.2)
        assert all(one.end == other.start for one, other in pairwise(now.phonemes))
        assert all(phone.end > phone.start for phone in now.phonemes)
        assert all(one.end <= other.start for one, other in pairwise(now.words))
        assert all(word.end > word.start for word in now.words)
