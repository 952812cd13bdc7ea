"""Words and phones from other programs' files, and how they become a speech analysis."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from dimitra_studio.core.speech import PHONEME_INDEX, Phoneme, SpeechAnalysis, Word
from dimitra_studio.export.exchange import unreadable

_ROUNDING = 0.005  # seconds
LONGEST = 24 * 3600.0  # seconds
_SILENT = {"", "sil", "sp", "<sil>", "<eps>", "<p:>", "_", "pau", "#"}
_NOISE = {"spn", "nsn", "noise", "<unk>"}
_STRESS = re.compile(r"[0-2]$")


@dataclass(frozen=True)
class Transcription:
    """`words` in order; `phonemes` cover 0 to `duration` s, or are empty where the file has none."""

    words: tuple[Word, ...]
    phonemes: tuple[Phoneme, ...]
    duration: float
    notes: tuple[str, ...] = ()


def transcription(
    path: Path, words: Iterable[Word], phones: Iterable[tuple[float, float, str]], duration: float
) -> Transcription:
    """Checked: times rise within the file's duration, phones are ARPAbet with or without stress.

    Raises InputError for what cannot be used.
    """
    words = tuple(word for word in words if word.text)
    spoken = [Phoneme(start, end, _symbol(path, label)) for start, end, label in phones]
    for spans in ([(w.start, w.end) for w in words], [(p.start, p.end) for p in spoken]):
        _check_times(path, spans)
        duration = max([duration, *(end for _, end in spans)])
    if not 0 < duration <= LONGEST:
        raise unreadable(path, f"its duration is {duration:g} s")
    return Transcription(words, _covering(spoken, duration), duration)


def into_analysis(found: Transcription, analysis: SpeechAnalysis | None) -> SpeechAnalysis:
    """`analysis` with these words and phones instead of its own; its phones stay where the file has none. Without an
    analysis one that knows words and phones alone: no features, so it drives no network."""
    text = " ".join(word.text for word in found.words)
    if analysis is None:
        return SpeechAnalysis(
            duration=found.duration,
            words=found.words,
            phonemes=found.phonemes,
            text=text,
            language="en",
            features=np.zeros((0, 0), np.float32),
            feature_kind="none",
            text_embedding=np.zeros(0, np.float32),
            embedding_kind="none",
            notes=found.notes,
        )
    words = tuple(w for w in found.words if w.start < analysis.duration) if found.words else analysis.words
    return replace(
        analysis,
        words=words,
        text=text or analysis.text,
        phonemes=_covering(found.phonemes, analysis.duration) if found.phonemes else analysis.phonemes,
    )


def _check_times(path: Path, spans: list[tuple[float, float]]) -> None:
    for start, end in spans:
        if not 0 <= start <= end <= LONGEST:
            raise unreadable(path, f"it has a time from {start:g} to {end:g} s")
    for (start, end), (other, _) in pairwise(spans):
        if other < max(start, end - _ROUNDING):
            raise unreadable(path, f"what begins at {other:g} s begins before the end of what it follows")


def _symbol(path: Path, label: str) -> str:
    plain = label.strip()
    if plain.lower() in _SILENT:
        return "SIL"
    if plain.lower() in _NOISE:
        return "NSN"
    symbol = _STRESS.sub("", plain.upper())
    if symbol not in PHONEME_INDEX:
        raise unreadable(
            path, f"the phone {plain[:20]!r} is not ARPAbet", "Align it with an ARPAbet model (AA, B, CH ...)."
        )
    return symbol


def _covering(phones: Iterable[Phoneme], duration: float) -> tuple[Phoneme, ...]:
    """`phones` with SIL between them, from 0 to `duration`; none for none."""
    covering, place = list[Phoneme](), 0.0
    for phone in phones:
        start, end = max(phone.start, place), min(phone.end, duration)
        if end <= start:
            continue
        if start > place:
            covering.append(Phoneme(place, start, "SIL"))
        if covering and phone.symbol == "SIL" == covering[-1].symbol:
            covering[-1] = Phoneme(covering[-1].start, end, "SIL")
        else:
            covering.append(Phoneme(start, end, phone.symbol))
        place = end
    if covering and place < duration:
        if covering[-1].symbol == "SIL":
            covering[-1] = Phoneme(covering[-1].start, duration, "SIL")
        else:
            covering.append(Phoneme(place, duration, "SIL"))
    return tuple(covering)
