"""Forced alignment with PocketSphinx: its English acoustic model and CMU's dictionary."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pocketsphinx import Decoder

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.speech import PHONEME_INDEX, Phoneme, Word
from dimitra_studio.core.timebase import SPEECH_RATE
from dimitra_studio.speech.g2p import GraphemeToPhoneme
from dimitra_studio.speech.phonemes import Alignment
from dimitra_studio.speech.spelling import spoken_words

_FRAME = 0.01  # seconds
_FRAMES_A_PHONE = 3  # each phone model has three states
# Room for words in sound that does not quite fit them; all beams together, a mixture fails.
_WIDE_BEAM = 1e-100
_VOWEL_LETTERS = frozenset("aeiouy")
_LONGEST_INITIALS = 5


class SphinxAligner:
    """Aligns English words; words that the dictionary lacks are pronounced by `g2p`."""

    def __init__(self, g2p: GraphemeToPhoneme) -> None:
        self._g2p = g2p
        self._narrow = Decoder(lm=None, loglevel="FATAL", bestpath=False)
        self._wide = Decoder(
            lm=None, loglevel="FATAL", bestpath=False, beam=_WIDE_BEAM, wbeam=_WIDE_BEAM, pbeam=_WIDE_BEAM
        )

    def align(self, samples: FloatArray, words: Sequence[str]) -> Alignment | None:
        """See `Aligner`. Tries the narrow beam first, which is quicker, then the wide one."""
        spoken = [[self._known(part) for part in spoken_words(word)] for word in words]
        frames = len(samples) / SPEECH_RATE / _FRAME
        if not any(spoken) or frames < _FRAMES_A_PHONE * sum(len(self.pronounce(word)) for word in words):
            return None
        pcm = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        for decoder in (self._narrow, self._wide):
            found = _align(decoder, pcm, [part for parts in spoken for part in parts])
            if found is not None:
                return _to_alignment(found, words, [len(parts) for parts in spoken])
        return None

    def pronounce(self, word: str) -> tuple[str, ...]:
        """See `Aligner`."""
        return tuple(phone for part in spoken_words(word) for phone in self._phones(self._known(part)))

    def _phones(self, part: str) -> list[str]:
        phones: str = self._narrow.lookup_word(part)
        return phones.split()

    def _known(self, part: str) -> str:
        """Sees to it that the dictionary holds the spoken word."""
        if self._narrow.lookup_word(part) is None:
            initials = len(part) <= _LONGEST_INITIALS and not _VOWEL_LETTERS & set(part)
            if initials:  # "bbc" is spelt out
                phones = [phone for letter in part if letter != "'" for phone in self._phones(letter)]
            else:
                phones = list(self._g2p.pronounce(part))
            for decoder in (self._narrow, self._wide):
                decoder.add_word(part, " ".join(phones), False)
        return part


def load_aligner(g2p: Path) -> SphinxAligner:
    """An aligner with the network of `g2p` (checkpoint20.npz). Raises ModelError where that cannot be read."""
    return SphinxAligner(GraphemeToPhoneme(g2p))


# (is a word and no filler, first frame, frames, score, phones as (name, first frame, frames))
_Spoken = tuple[bool, int, int, int, list[tuple[str, int, int]]]


def _align(decoder: Decoder, pcm: bytes, parts: list[str]) -> list[_Spoken] | None:
    """Two passes over the sound: words, then the states within them."""
    try:
        decoder.set_align_text(" ".join(parts))
        _run(decoder, pcm)
        if decoder.hyp() is None:
            return None
        decoder.set_alignment()
        _run(decoder, pcm)
        alignment = decoder.get_alignment()
    except RuntimeError:  # PocketSphinx' only error: the last word was not reached
        return None
    if alignment is None:
        return None
    found = [
        (
            not entry.name.startswith(("<", "[", "+")),
            entry.start,
            entry.duration,
            entry.score,
            [(phone.name, phone.start, phone.duration) for phone in entry],
        )
        for entry in alignment
    ]
    return found if sum(entry[0] for entry in found) == len(parts) else None


def _run(decoder: Decoder, pcm: bytes) -> None:
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()


def _to_alignment(found: list[_Spoken], words: Sequence[str], counts: list[int]) -> Alignment:
    phonemes = tuple(
        Phoneme(start * _FRAME, (start + length) * _FRAME, name if name in PHONEME_INDEX else "NSN")
        for _, _, _, _, phones in found
        for name, start, length in phones
    )
    spoken = [entry for entry in found if entry[0]]
    frames = sum(length for _, _, length, _, _ in spoken)
    score = sum(score for _, _, _, score, _ in spoken) / max(frames, 1)
    times: list[Word | None] = []
    first = 0
    for word, count in zip(words, counts, strict=True):
        parts = spoken[first : first + count]
        first += count
        end = (parts[-1][1] + parts[-1][2]) * _FRAME if parts else 0.0
        times.append(Word(parts[0][1] * _FRAME, end, word) if parts else None)
    return Alignment(tuple(times), phonemes, score)
