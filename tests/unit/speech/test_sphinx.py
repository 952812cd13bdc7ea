"""Forced alignment on the sample voice."""

import numpy as np
import pytest

from dimitra_studio.core.paths import resource
from dimitra_studio.core.timebase import SPEECH_RATE


@pytest.fixture(scope="module")
def script():
    return resource("sample/voice.txt").read_text(encoding="utf-8").split()


def test_words_are_found_where_they_are_spoken(sample, backends, script):
    alignment = backends.aligner.align(sample.samples, script)
    assert [word.text for word in alignment.words] == script
    # Read off the waveform: the pause between the sentences ends with the burst of "Take".
    take = alignment.words[script.index("Take")]
    assert take.start == pytest.approx(3.88, abs=0.06)
    assert -30 < alignment.score < 0


def test_a_delay_of_the_sound_delays_the_phones(sample, backends, script):
    plain = backends.aligner.align(sample.samples, script)
    late = backends.aligner.align(np.concatenate([np.zeros(SPEECH_RATE // 2, np.float32), sample.samples]), script)
    shifts = [b.start - a.start for a, b in zip(plain.words, late.words, strict=True)]
    assert np.median(shifts) == pytest.approx(0.5, abs=0.011)
    assert np.mean(np.abs(np.array(shifts) - 0.5) < 0.03) > 0.9


def test_words_of_something_else_fit_worse_or_not_at_all(sample, backends, script):
    right = backends.aligner.align(sample.samples, script)
    wrong = backends.aligner.align(sample.samples, ["my", "mother", "bought", "a", "purple", "umbrella", "today"])
    assert wrong is None or wrong.score < right.score - 5


def test_what_cannot_be_aligned_is_none(sample, backends, script):
    assert backends.aligner.align(sample.samples, []) is None
    assert backends.aligner.align(sample.samples, ["日本", "..."]) is None
    assert backends.aligner.align(sample.samples[:1600], script) is None
    assert backends.aligner.align(sample.samples[:0], script) is None


def test_unsayable_words_have_no_time(sample, backends, script):
    alignment = backends.aligner.align(sample.samples, [*script[:3], "日本", *script[3:]])
    assert alignment.words[3] is None
    assert all(word is not None for word in alignment.words[:3])


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("Hello,", "HH AH L OW"),  # the dictionary
        ("3rd", "TH ER D"),  # figures
        ("BBC", "B IY B IY S IY"),  # initials
        ("activationist", "AE K T IH V EY SH AH N IH S T"),  # grapheme to phoneme
        ("日本", ""),
    ],
)
def test_pronunciations(backends, word, phones):
    assert backends.aligner.pronounce(word) == tuple(phones.split())
