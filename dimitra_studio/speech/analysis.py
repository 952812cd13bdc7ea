"""What was said, when and how: every stage of speech analysis over one voice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.media import AudioClip
from dimitra_studio.core.speech import Phoneme, SpeechAnalysis, Word
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.speech.backends import SpeechBackends
from dimitra_studio.speech.phonemes import Alignment, fill_with_silence, silent_spans, spread
from dimitra_studio.speech.script import share_script
from dimitra_studio.speech.spelling import split_words, spoken_words
from dimitra_studio.speech.transcript import Transcript
from dimitra_studio.speech.voice_activity import (
    Passage,
    complement,
    cut_passages,
    intersection,
    speech_spans,
)

# Above both, a transcript is taken for English: chosen on English, Arabic, Turkish, Polish, Czech and Cantonese speech.
_LEAST_LOG_PROBABILITY = -0.8
_LEAST_FIT = -25.0
_SHORTEST_SILENCE = 0.1


@dataclass(frozen=True)
class _Reading:
    """What came of one passage: words and phones in seconds from the beginning of the voice."""

    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    understood: bool
    aligned: bool = True


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
    probability = backends.detector.probability(clip.samples)
    spans = speech_spans(probability, clip.duration)
    passages = cut_passages(spans, probability, clip.duration)
    if script is None:
        readings = yield from _recognise(clip.samples, passages, backends)
    else:
        readings = yield from _follow(clip.samples, passages, backends, script)
    words = tuple(word for reading in readings for word in reading.words)
    phonemes = _cover(passages, readings, clip.duration)
    silences = complement(spans, clip.duration)
    if phonemes:
        silences = intersection(silences, silent_spans(phonemes))
    spoken = " ".join(word.text for word in words)
    return SpeechAnalysis(
        duration=clip.duration,
        words=words,
        phonemes=phonemes,
        text=spoken,
        language=backends.transcriber.language if words else "",
        features=features,
        feature_kind=backends.features.kind,
        text_embedding=backends.embedder.embed(spoken),
        embedding_kind=backends.embedder.kind,
        silences=tuple((start, end) for start, end in silences if end - start >= _SHORTEST_SILENCE),
        notes=(*clip.notes, *_notes(passages, readings, script)),
    )


def _recognise(samples: FloatArray, passages: Sequence[Passage], backends: SpeechBackends) -> Job[list[_Reading]]:
    """Transcribes and aligns passage by passage."""
    readings = []
    for index, passage in enumerate(passages):
        yield Progress("words", index, len(passages))
        sound = samples[passage.samples]
        transcript = backends.transcriber.transcribe(sound)
        alignment = backends.aligner.align(sound, [word.text for word in transcript.words])
        if _is_understood(transcript, alignment):
            readings.append(_read(transcript.words, alignment, passage, backends))
        else:
            readings.append(_not_understood(passage))
    yield Progress("words", len(passages), len(passages))
    return readings


def _is_understood(transcript: Transcript, alignment: Alignment | None) -> bool:
    """Whether the words are those spoken. An English recogniser writes English for any sound; what gives it away are
    doubt, loops, and phones that do not fit the sound."""
    if not transcript.words or transcript.looping or transcript.log_probability < _LEAST_LOG_PROBABILITY:
        return False
    return alignment is None or alignment.score > _LEAST_FIT


def _follow(
    samples: FloatArray, passages: Sequence[Passage], backends: SpeechBackends, script: list[str]
) -> Job[list[_Reading]]:
    """Finds the script's words; the recogniser only tells which passage holds which of them."""
    heard: list[Word] = []
    total = 2 * len(passages)
    if len(passages) > 1:
        for index, passage in enumerate(passages):
            yield Progress("words", index, total)
            transcript = backends.transcriber.transcribe(samples[passage.samples])
            heard += [_later(word, passage.start) for word in transcript.words]
    readings = []
    for index, (passage, words) in enumerate(zip(passages, share_script(script, heard, passages), strict=True)):
        yield Progress("words", len(passages) + index, total)
        if not any(spoken_words(word) for word in words):
            readings.append(_not_understood(passage))
            continue
        alignment = backends.aligner.align(samples[passage.samples], words)
        readings.append(_read(_evenly(words, passage), alignment, passage, backends))
    yield Progress("words", total, total)
    return readings


def _read(words: Sequence[Word], alignment: Alignment | None, passage: Passage, backends: SpeechBackends) -> _Reading:
    """Aligned words and phones where alignment worked, else `words` as they are and their phones spread over them."""
    if alignment is None:
        placed: Sequence[Word | None] = words
        phonemes = spread(words, backends.aligner)
    else:
        placed, phonemes = alignment.words, alignment.phonemes
    return _Reading(
        tuple(_later(word, passage.start) for word in placed if word is not None),
        tuple(_later(phone, passage.start) for phone in phonemes),
        understood=True,
        aligned=alignment is not None,
    )


def _evenly(words: Sequence[str], passage: Passage) -> list[Word]:
    """Words spread over a passage by their letters."""
    letters = sum(len(word) for word in words)
    result, now = [], 0.0
    for word in words:
        end = now + (passage.end - passage.start) * len(word) / letters
        result.append(Word(now, end, word))
        now = end
    return result


def _not_understood(passage: Passage) -> _Reading:
    """Somebody speaks, and no phone is known: noise to the phone models."""
    return _Reading((), (Phoneme(passage.start, passage.end, "NSN"),), understood=False)


_Timed = TypeVar("_Timed", Word, Phoneme)


def _later(item: _Timed, seconds: float) -> _Timed:
    return replace(item, start=item.start + seconds, end=item.end + seconds)


def _cover(passages: Sequence[Passage], readings: Sequence[_Reading], duration: float) -> tuple[Phoneme, ...]:
    """Phones over the whole duration; none at all where nothing was understood though somebody speaks."""
    if passages and not any(reading.understood for reading in readings):
        return ()
    return fill_with_silence([phone for reading in readings for phone in reading.phonemes], duration)


def _notes(passages: Sequence[Passage], readings: Sequence[_Reading], script: list[str] | None) -> list[str]:
    if not passages:
        return ["Nobody speaks in this recording: the face idles."]
    lost = [passage for passage, reading in zip(passages, readings, strict=True) if not reading.understood]
    spread_out = [passage for passage, reading in zip(passages, readings, strict=True) if not reading.aligned]
    notes = []
    if len(lost) == len(passages):
        notes.append("No English was understood: the motion follows the sound alone, without words or phones.")
    elif lost:
        notes.append(f"Not understood, so without words: {_places(lost)}.")
    if spread_out:
        kind = "the text" if script is not None else "the words"
        notes.append(
            f"Phones could not be found in the sound and are spread evenly over {kind}: {_places(spread_out)}."
        )
    return notes


def _places(passages: Sequence[Passage]) -> str:
    shown = ", ".join(f"{passage.start:.1f}–{passage.end:.1f} s" for passage in passages[:5])
    return shown if len(passages) <= 5 else f"{shown} and {len(passages) - 5} more"
