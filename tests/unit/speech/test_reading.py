"""What happens where words cannot be aligned: with an aligner that fails on command."""

import numpy as np
import pytest

from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.speech.phonemes import Alignment
from dimitra_studio.speech.reading import read_words


class EvenAligner:
    """Puts words evenly over the sound, one phone each; refuses more than `most` words, and the words `unknown`."""

    def __init__(self, most, unknown=()):
        self.most, self.unknown = most, set(unknown)

    def align(self, samples, words):
        if len(words) > self.most or self.unknown & set(words):
            return None
        step = len(samples) / SPEECH_RATE / len(words)
        times = [Word(i * step, (i + 1) * step, word) for i, word in enumerate(words)]
        return Alignment(tuple(times), tuple(Phoneme(w.start, w.end, "AA") for w in times), -10.0)

    def pronounce(self, word):
        return ("B", "AA")


NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
# A pause of half a second before "five".
WORDS = [Word(i + 0.5 * (i >= 4), i + 1 + 0.5 * (i >= 4), name) for i, name in enumerate(NAMES)]
SOUND = np.zeros(round(8.5 * SPEECH_RATE), np.float32)


def test_words_that_fit_are_aligned_at_once():
    reading = read_words(SOUND, WORDS, EvenAligner(8), halve=True)
    assert (reading.aligned, reading.score, reading.guessed) == (1.0, -10.0, ())
    assert len(reading.phonemes) == 8


def test_halves_are_tried_alone_cut_at_the_pause():
    reading = read_words(SOUND, WORDS, EvenAligner(4), halve=True)
    assert (reading.aligned, reading.guessed) == (1.0, ())
    assert reading.score == pytest.approx(-10)
    assert [word.text for word in reading.words] == NAMES
    # The cut stands in the middle of the pause, at 4.25 s; each half is spread over its own sound.
    assert reading.words[4].start == pytest.approx(4.25, abs=1e-3)
    assert reading.words[-1].end == pytest.approx(8.5, abs=1e-3)


def test_what_stays_unaligned_is_spread_and_told():
    reading = read_words(SOUND, WORDS, EvenAligner(4, unknown=["seven"]), halve=True)
    assert reading.aligned == pytest.approx(0.5)
    assert reading.score == pytest.approx(-10)
    ((start, end),) = reading.guessed
    assert (start, end) == (pytest.approx(4.5, abs=1e-3), pytest.approx(8.5, abs=1e-3))
    assert [phone.symbol for phone in reading.phonemes[-8:]] == ["B", "AA"] * 4
    shifted = reading.later(10)
    assert shifted.words[0].start == reading.words[0].start + 10
    assert shifted.guessed[0][0] == start + 10


def test_times_that_are_worth_nothing_are_not_cut_at():
    reading = read_words(SOUND, WORDS, EvenAligner(4), halve=False)
    assert reading.aligned == 0
    assert reading.words == tuple(WORDS)


def test_no_words_make_an_empty_reading():
    for words in ([], [Word(0, 1, "日本")]):
        reading = read_words(SOUND, words, EvenAligner(0), halve=True)
        assert reading.words == reading.phonemes == reading.guessed == ()
