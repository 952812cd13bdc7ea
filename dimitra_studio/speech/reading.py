"""One passage read: its words and phones with times, as far as they can be found in the sound."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.speech import Phoneme, Word
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.speech.phonemes import Aligner, spread
from dimitra_studio.speech.spelling import spoken_words
from dimitra_studio.speech.voice_activity import Span

# Fewer words than this are not halved again: too few to tell a wrong place from a wrong word.
_FEWEST_TO_HALVE = 6

_Timed = TypeVar("_Timed", Word, Phoneme)


@dataclass(frozen=True)
class Reading:
    """Words and phones of a passage, seconds from its start unless shifted.

    `aligned` is the share of the words whose phones were found in the sound, `score` how well those fit (see
    `Alignment.score`; 0 where none was found); in the spans `guessed` phones are spread evenly over each word.
    """

    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    aligned: float
    score: float
    guessed: tuple[Span, ...] = ()

    def later(self, seconds: float) -> "Reading":
        """The same, `seconds` later."""
        words = tuple(shifted(word, seconds) for word in self.words)
        phonemes = tuple(shifted(phone, seconds) for phone in self.phonemes)
        guessed = tuple((start + seconds, end + seconds) for start, end in self.guessed)
        return replace(self, words=words, phonemes=phonemes, guessed=guessed)


def shifted(item: _Timed, seconds: float) -> _Timed:
    """A word or phone `seconds` later, to the microsecond."""
    return replace(item, start=round(item.start + seconds, 6), end=round(item.end + seconds, 6))


def read_words(samples: FloatArray, words: Sequence[Word], aligner: Aligner, halve: bool) -> Reading:
    """Finds `words` in `samples` [N] at 16 kHz.

    Where that fails and the words' own times are worth something (`halve`), each half is tried alone, cut at a gap
    near the middle; what cannot be found keeps its times, with phones spread evenly.
    """
    sayable = [word for word in words if spoken_words(word.text)]
    if not sayable:
        return Reading((), (), 0.0, 0.0)
    alignment = aligner.align(samples, [word.text for word in sayable])
    if alignment is not None:
        return Reading(tuple(w for w in alignment.words if w is not None), alignment.phonemes, 1.0, alignment.score)
    if not halve or len(sayable) < _FEWEST_TO_HALVE:
        return Reading(tuple(sayable), spread(sayable, aligner), 0.0, 0.0, ((sayable[0].start, sayable[-1].end),))
    place = _gap(sayable)
    cut = (sayable[place - 1].end + sayable[place].start) / 2
    sample = round(cut * SPEECH_RATE)
    first = read_words(samples[:sample], sayable[:place], aligner, halve)
    second = read_words(samples[sample:], [shifted(w, -cut) for w in sayable[place:]], aligner, halve).later(cut)
    share = place / len(sayable)
    found = share * first.aligned + (1 - share) * second.aligned
    score = (share * first.aligned * first.score + (1 - share) * second.aligned * second.score) / max(found, 1e-9)
    guessed = first.guessed + second.guessed
    return Reading(first.words + second.words, first.phonemes + second.phonemes, found, score, guessed)


def _gap(words: Sequence[Word]) -> int:
    """The word, in the middle half, before which the pause is longest."""
    quarter = len(words) // 4
    return max(range(max(quarter, 1), len(words) - quarter), key=lambda i: words[i].start - words[i - 1].end)
