"""When each phone sounds: the protocol, and what is done where alignment fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.speech import Phoneme, Word

# Alignment works in frames of 10 ms; a gap or overlap below half of one is rounding.
_ROUNDING = 0.005


@dataclass(frozen=True)
class Alignment:
    """Words and phones of one passage, seconds from its start.

    `words[i]` is the time of the i-th written word, None where nothing of it can be said. `score` is the mean
    log-likelihood of the speech frames below the best any phone could do: near 0 fits, strongly negative does not.
    """

    words: tuple[Word | None, ...]
    phonemes: tuple[Phoneme, ...]
    score: float


class Aligner(Protocol):
    """Finds the given words in the sound, and knows how they are pronounced."""

    def align(self, samples: FloatArray, words: Sequence[str]) -> Alignment | None:
        """Alignment of written `words` in `samples` [N] at 16 kHz; None where they cannot be found in it."""
        ...

    def pronounce(self, word: str) -> tuple[str, ...]:
        """ARPAbet phones without stress of one written word, empty where it has no sound."""
        ...


def spread(words: Sequence[Word], aligner: Aligner) -> tuple[Phoneme, ...]:
    """Phones shared out evenly over each word's time: all that is left where alignment fails."""
    phonemes = []
    for word in words:
        symbols = aligner.pronounce(word.text)
        length = (word.end - word.start) / max(len(symbols), 1)
        phonemes += [
            Phoneme(word.start + i * length, word.start + (i + 1) * length, symbol) for i, symbol in enumerate(symbols)
        ]
    return tuple(phonemes)


def fill_with_silence(phonemes: Sequence[Phoneme], duration: float, start: float = 0.0) -> tuple[Phoneme, ...]:
    """Phones that cover [start, duration] without gap or overlap: SIL between, neighbouring SIL joined.

    `phonemes` are in order; what overlaps its neighbour or the end is cut, what is left empty is dropped.
    """
    result: list[Phoneme] = []
    now = start
    for phone in phonemes:
        begin, end = max(phone.start, now), min(phone.end, duration)
        if abs(begin - now) <= _ROUNDING:
            begin = now
        if end <= begin:
            continue
        if begin > now:
            _append(result, Phoneme(now, begin, "SIL"))
        _append(result, Phoneme(begin, end, phone.symbol))
        now = end
    if now < duration:
        _append(result, Phoneme(now, duration, "SIL"))
    return tuple(result)


def _append(phonemes: list[Phoneme], phone: Phoneme) -> None:
    if phonemes and phonemes[-1].symbol == phone.symbol == "SIL":
        phonemes[-1] = Phoneme(phonemes[-1].start, phone.end, "SIL")
    else:
        phonemes.append(phone)


def silent_spans(phonemes: Sequence[Phoneme]) -> tuple[tuple[float, float], ...]:
    """(start, end) of the SIL among phones."""
    return tuple((phone.start, phone.end) for phone in phonemes if phone.symbol == "SIL")
