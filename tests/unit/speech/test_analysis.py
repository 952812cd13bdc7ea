"""The whole of speech analysis, with the models that ship, on the sample voice and on what is no voice."""

from itertools import pairwise

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.paths import resource
from dimitra_studio.core.speech import PHONEME_INDEX
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.speech import corrections
from dimitra_studio.speech.analysis import analyse_voice, put_right
from dimitra_studio.speech.corrections import Side
from dimitra_studio.speech.spelling import spoken_words

SCRIPT = resource("sample/voice.txt").read_text(encoding="utf-8")


def word_errors(said, reference):
    """Levenshtein distance between two lists of words."""
    row = list(range(len(reference) + 1))
    for i, word in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, other in enumerate(reference, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (word != other))
    return row[-1]


def assert_sound(speech, duration):
    """Invariants that hold for every analysis."""
    assert speech.duration == duration
    assert speech.features.shape == (int(np.ceil(duration * 50 - 1e-6)), 384)
    assert all(0 <= word.start < word.end <= duration for word in speech.words)
    assert all(first.start <= second.start for first, second in pairwise(speech.words))
    if speech.phonemes:
        assert speech.phonemes[0].start == 0
        assert speech.phonemes[-1].end == duration
        assert all(first.end == second.start for first, second in pairwise(speech.phonemes))
        assert {phone.symbol for phone in speech.phonemes} <= set(PHONEME_INDEX)
    assert all(0 <= start < end <= duration for start, end in speech.silences)
    assert all(first[1] < second[0] for first, second in pairwise(speech.silences))


def test_the_sample_voice_is_understood(speech, sample):
    assert_sound(speech, sample.duration)
    said = [part for word in speech.words for part in spoken_words(word.text)]
    reference = [part for word in SCRIPT.split() for part in spoken_words(word)]
    assert word_errors(said, reference) <= 1  # of 15: it writes "Hwaist" for "Hoist"
    assert speech.language == "en"
    assert speech.text == " ".join(word.text for word in speech.words)
    assert float(np.linalg.norm(speech.text_embedding)) == pytest.approx(1, abs=1e-5)
    assert speech.notes == ()


def test_lips_can_rest_where_nobody_speaks(speech, sample):
    starts = [start for start, _ in speech.silences]
    assert starts[0] == 0
    assert any(end - start > 0.7 and 2.5 < start < 3.5 for start, end in speech.silences)
    assert speech.silences[-1][1] == sample.duration


def test_the_analysis_repeats_itself(speech, sample, backends):
    again = finish(analyse_voice(sample, backends))
    assert again.phonemes == speech.phonemes
    np.testing.assert_array_equal(again.features, speech.features)


def test_a_script_replaces_what_was_heard(speech, sample, backends):
    told = finish(analyse_voice(sample, backends, SCRIPT))
    assert_sound(told, sample.duration)
    assert told.text == SCRIPT.strip()
    # Words that both agree on stand where they stood.
    ours = {word.text: word.start for word in told.words}
    shifts = [abs(ours[word.text] - word.start) for word in speech.words if word.text in ours]
    assert np.median(shifts) <= 0.011
    phones = [phone.symbol for phone in told.phonemes if phone.symbol != "SIL"]
    assert phones[:4] == ["HH", "OY", "S", "T"]


def test_a_script_that_does_not_fit_is_spread_with_a_note(sample, backends):
    wrong = "mumble " * 120
    told = finish(analyse_voice(sample, backends, wrong))
    assert_sound(told, sample.duration)
    assert any("spread evenly" in note for note in told.notes)


def test_the_script_of_another_voice_is_told(sample, backends):
    told = finish(analyse_voice(sample, backends, "The quick brown fox jumps over the lazy dog and runs away."))
    assert_sound(told, sample.duration)
    assert any("hardly what is said" in note for note in told.notes)
    assert finish(analyse_voice(sample, backends, SCRIPT)).notes == ()


def test_what_is_put_right_is_what_motion_is_made_of(speech, sample, backends):
    spoken = corrections.with_word_text(speech.utterance, 2, [("mode", backends.aligner.pronounce("mode"))])
    right = finish(put_right(speech, spoken, backends))
    assert_sound(right, sample.duration)
    assert right.utterance == spoken
    assert right.text.split()[2] == "mode"
    assert not np.array_equal(right.text_embedding, speech.text_embedding)
    np.testing.assert_array_equal(right.features, speech.features)
    gone = finish(put_right(speech, corrections.with_word_edge(spoken, 0, Side.START, 0.0), backends))
    assert gone.silences[0][0] > 0  # who speaks from the start is not silent there


def test_a_script_in_letters_that_cannot_be_said(sample, backends):
    told = finish(analyse_voice(sample, backends, "日本語 の 文章"))
    assert_sound(told, sample.duration)
    assert told.words == told.phonemes == ()
    assert any("No English" in note for note in told.notes)


def test_a_script_without_words_is_refused(sample, backends):
    with pytest.raises(InputError, match="no words"):
        finish(analyse_voice(sample, backends, " ... \n"))


@pytest.mark.parametrize("kind", ["silence", "noise", "tone", "hum"])
def test_what_is_no_speech_has_features_and_a_note(clip, backends, kind):
    t = np.arange(3 * SPEECH_RATE) / SPEECH_RATE
    sound = {
        "silence": np.zeros(len(t)),
        "noise": 0.1 * np.random.default_rng(0).standard_normal(len(t)),
        "tone": 0.3 * np.sin(2 * np.pi * 440 * t),
        "hum": 0.2 * sum(np.sin(2 * np.pi * 50 * k * t) / k for k in range(1, 9)),
    }[kind]
    speech = finish(analyse_voice(clip(sound), backends))
    assert_sound(speech, 3.0)
    assert speech.words == ()
    assert (speech.text, speech.language) == ("", "")
    assert not speech.text_embedding.any()
    assert speech.notes
    assert sum(end - start for start, end in speech.silences) > 2.5


def test_speech_backwards_is_not_english(clip, backends, sample):
    """Reversed speech has a voice's sound and no words: nothing may be put into its mouth."""
    speech = finish(analyse_voice(clip(sample.samples[::-1]), backends))
    assert_sound(speech, sample.duration)
    assert speech.words == speech.phonemes == ()
    assert any("No English" in note for note in speech.notes)
    assert sum(end - start for start, end in speech.silences) < 4


def test_a_long_script_finds_its_passages(clip, backends, sample):
    """Five times the sample: two passages, whose words stand one sample's length apart."""
    voice = clip(np.tile(sample.samples, 5))
    told = finish(analyse_voice(voice, backends, SCRIPT * 5))
    assert_sound(told, voice.duration)
    count = len(SCRIPT.split())
    assert len(told.words) == 5 * count
    starts = np.array([word.start for word in told.words]).reshape(5, count)
    assert np.median(np.abs(np.diff(starts, axis=0) - sample.duration)) < 0.02


def test_only_what_was_understood_has_words(clip, backends, sample):
    """The sample, a long pause, the sample backwards."""
    pause = np.zeros(3 * SPEECH_RATE, np.float32)
    voice = clip(np.concatenate([sample.samples, pause, sample.samples[::-1]]))
    speech = finish(analyse_voice(voice, backends))
    assert_sound(speech, voice.duration)
    assert len(speech.words) == 15
    assert speech.words[-1].end < sample.duration
    noise = [phone for phone in speech.phonemes if phone.symbol == "NSN"]
    assert noise
    assert all(phone.start > sample.duration + 3 for phone in noise)
    assert any(note.startswith("Not understood") for note in speech.notes)


def test_the_shortest_voice(clip, backends, sample):
    speech = finish(analyse_voice(clip(sample.samples[9000:10_600]), backends))
    assert_sound(speech, 0.1)


def test_another_rate_is_refused(backends):
    with pytest.raises(InputError, match="8000 Hz"):
        finish(analyse_voice(AudioClip(np.zeros(8000, np.float32), 8000, "v", ""), backends))


def test_a_job_can_be_stopped_anywhere(sample, backends):
    job = analyse_voice(sample, backends)
    next(job)
    job.close()
    with pytest.raises(StopIteration):
        next(job)
