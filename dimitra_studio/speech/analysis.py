"""What was said, when and how: every stage of speech analysis over one voice."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis, Utterance, Word
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.speech.backends import SpeechBackends
from dimitra_studio.speech.phonemes import fill_with_silence, silent_spans
from dimitra_studio.speech.reading import Reading, read_words, shifted
from dimitra_studio.speech.script import share_script
from dimitra_studio.speech.spelling import split_words
from dimitra_studio.speech.transcript import Transcript
from dimitra_studio.speech.voice_activity import (
    Passage,
    Span,
    complement,
    cut_passages,
    intersection,
    speech_spans,
)

# An English recogniser writes English for any sound; what gives it away are doubt and phones that do not fit. With this
# bound on their sum, 281 of 284 clips of natural English are kept and 219 of 230 of GRID's word puzzles; 13 of 386
# Arabic clips pass. Single foreign words under 0.8 s mostly cannot be told (21 of 34 pass).
_LEAST_TRUST = -1.3
_FIT_SCALE = 60.0
_LEAST_ALIGNED = 0.5
_SHORTEST_SILENCE = 0.1
# What a text scores (see `Alignment`) that is another than the one spoken: on ten voices the right one had -12 to -25,
# one of another voice -45 to -75 or could not be aligned.
_WORST_TEXT = -35.0


def analyse_voice(clip: AudioClip, backends: SpeechBackends, text: str | None = None) -> Job[SpeechAnalysis]:
    """Words, phones, features, text embedding and silences of a voice at 16 kHz.

    `text` is what is spoken, when the user knows it: then its words are looked for in the sound instead of the
    recogniser's. Progress comes in two stages, "features" and "words". Raises InputError for a text without words.
    """
    if clip.rate != SPEECH_RATE:
        raise InputError(f"{clip.name} is at {clip.rate} Hz.", f"Speech analysis needs {SPEECH_RATE} Hz.")
    script = None if text is None else split_words(text)
    if script is not None and not script:
        raise InputError("The text that goes with the voice has no words in it.", "Leave it out or write what is said.")
    features = yield from backends.features.extract(clip.samples)
    probability = yield from backends.detector.listen(clip.samples)
    spans = speech_spans(probability, clip.duration)
    passages = cut_passages(spans, probability, clip.duration)
    if script is None:
        readings = yield from _recognise(clip.samples, passages, backends)
    else:
        readings = yield from _follow(clip.samples, passages, backends, script)
    words = tuple(
        replace(word, end=min(word.end, clip.duration)) for reading in readings if reading for word in reading.words
    )
    phonemes = _cover(passages, readings, clip.duration)
    silences = complement(spans, clip.duration)
    if phonemes:
        silences = intersection(silences, silent_spans(phonemes))
    spoken = " ".join(word.text for word in words)
    embedding = yield from backends.lane.call(partial(backends.embedder.embed, spoken), Progress("words", 1, 1))
    return SpeechAnalysis(
        duration=clip.duration,
        words=words,
        phonemes=phonemes,
        text=spoken,
        language=backends.transcriber.language if words else "",
        features=features,
        feature_kind=backends.features.kind,
        text_embedding=embedding,
        embedding_kind=backends.embedder.kind,
        silences=tuple((start, end) for start, end in silences if end - start >= _SHORTEST_SILENCE),
        notes=(*clip.notes, *_notes(passages, readings), *(() if script is None else _misfits(passages, readings))),
    )


def put_right(speech: SpeechAnalysis, spoken: Utterance, backends: SpeechBackends) -> Job[SpeechAnalysis]:
    """The analysis with the words and phones that the user has put right, and what follows from them."""
    text, here = " ".join(word.text for word in spoken.words), Progress("words", 0, 0)
    embedding = speech.text_embedding
    if text != speech.text:
        embedding = yield from backends.lane.call(partial(backends.embedder.embed, text), here)
    silences = speech.silences
    if spoken.phonemes:
        silences = intersection(silences, silent_spans(spoken.phonemes))
    return replace(
        speech,
        words=spoken.words,
        phonemes=spoken.phonemes,
        text=text,
        language=backends.transcriber.language if spoken.words else "",
        text_embedding=embedding,
        silences=tuple((start, end) for start, end in silences if end - start >= _SHORTEST_SILENCE),
    )


def _recognise(samples: FloatArray, passages: Sequence[Passage], backends: SpeechBackends) -> Job[list[Reading | None]]:
    """Transcribes and aligns passage by passage; None where the words cannot be trusted."""
    readings: list[Reading | None] = []
    done, total = _milliseconds(passages)
    for begun, passage in zip(done, passages, strict=False):
        here = Progress("words", begun, total)
        yield here
        sound = samples[passage.samples]
        transcript = yield from backends.lane.call(partial(backends.transcriber.transcribe, sound), here)
        if transcript.looping or transcript.log_probability < _LEAST_TRUST:
            readings.append(None)  # no need to look for such words in the sound
            continue
        yield here
        read = partial(read_words, sound, transcript.words, backends.aligner, halve=True)
        reading = yield from backends.lane.call(read, here)
        readings.append(reading.later(passage.start) if _is_trusted(transcript, reading) else None)
    yield Progress("words", total, total)
    return readings


def _milliseconds(passages: Sequence[Passage]) -> tuple[list[int], int]:
    """Speech before each passage, and all of it: what progress is counted in."""
    edges = [round(1000 * edge) for edge in np.cumsum([0.0, *(passage.voiced for passage in passages)])]
    return edges, edges[-1]


def _is_trusted(transcript: Transcript, reading: Reading) -> bool:
    """Whether the words are those spoken."""
    if not reading.words or reading.aligned < _LEAST_ALIGNED:
        return False
    return transcript.log_probability + reading.score / _FIT_SCALE > _LEAST_TRUST


def _follow(
    samples: FloatArray, passages: Sequence[Passage], backends: SpeechBackends, script: list[str]
) -> Job[list[Reading | None]]:
    """Finds the script's words; the recogniser only tells which passage holds which of them."""
    heard: list[Word] = []
    done, speech = _milliseconds(passages)
    listened = speech if len(passages) > 1 else 0
    if listened:
        for begun, passage in zip(done, passages, strict=False):
            here = Progress("words", begun, 2 * speech)
            yield here
            listen = partial(backends.transcriber.transcribe, samples[passage.samples])
            transcript = yield from backends.lane.call(listen, here)
            heard += [shifted(word, passage.start) for word in transcript.words]
    readings: list[Reading | None] = []
    for begun, passage, words in zip(done, passages, share_script(script, heard, passages), strict=False):
        here = Progress("words", listened + begun, listened + speech)
        yield here
        placed = _evenly(words, passage.end - passage.start)
        read = partial(read_words, samples[passage.samples], placed, backends.aligner, halve=False)
        reading = yield from backends.lane.call(read, here)
        readings.append(reading.later(passage.start) if reading.words else None)
    yield Progress("words", listened + speech, listened + speech)
    return readings


def _evenly(words: Sequence[str], duration: float) -> list[Word]:
    """Words spread over `duration` by their letters."""
    edges = np.cumsum([0, *(len(word) for word in words)]) * (duration / max(sum(map(len, words)), 1))
    return [Word(float(a), float(b), word) for a, b, word in zip(edges[:-1], edges[1:], words, strict=True)]


def _cover(passages: Sequence[Passage], readings: Sequence[Reading | None], duration: float) -> tuple[Phoneme, ...]:
    """Phones over the whole duration; none at all where nothing was understood though somebody speaks."""
    if passages and not any(readings):
        return ()
    phonemes: list[Phoneme] = []
    for passage, reading in zip(passages, readings, strict=True):
        # Somebody speaks and no phone is known: NSN, noise to the phone models.
        phonemes += reading.phonemes if reading else (Phoneme(passage.start, passage.end, "NSN"),)
    return fill_with_silence(phonemes, duration)


def _notes(passages: Sequence[Passage], readings: Sequence[Reading | None]) -> list[str]:
    if not passages:
        return ["Nobody speaks in this recording: the face idles."]
    lost = [(p.start, p.end) for p, reading in zip(passages, readings, strict=True) if reading is None]
    guessed = [span for reading in readings if reading for span in reading.guessed]
    notes = []
    if len(lost) == len(passages):
        notes.append("No English was understood: the motion follows the sound alone, without words or phones.")
    elif lost:
        notes.append(f"Not understood, so without words: {_places(lost)}.")
    if guessed:
        notes.append(f"The words do not fit the sound well, so their phones are spread evenly: {_places(guessed)}.")
    return notes


def _misfits(passages: Sequence[Passage], readings: Sequence[Reading | None]) -> list[str]:
    """What is wrong with the text that was given."""
    bad = [
        (passage.start, passage.end)
        for passage, reading in zip(passages, readings, strict=True)
        if reading is not None and reading.aligned and reading.score < _WORST_TEXT
    ]
    return [f"The text is hardly what is said: {_places(bad)}. Check that it is this voice's."] if bad else []


def _places(spans: Sequence[Span]) -> str:
    shown = ", ".join(f"{start:.1f}–{end:.1f} s" for start, end in spans[:5])
    return shown if len(spans) <= 5 else f"{shown} and {len(spans) - 5} more"
