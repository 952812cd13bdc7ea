"""Words and phones in `project.json`: each utterance stands there once, and is named by its place.

Reading raises TypeError or ValueError for what is no utterance.
"""

import math
from itertools import pairwise
from typing import Any

from dimitra_studio.core.speech import PHONEME_INDEX, Phoneme, Utterance, Word
from dimitra_studio.project.document import Project

Described = dict[str, list[list[Any]]]


def utterances_of(project: Project) -> tuple[Utterance, ...]:
    """Those that the document and its takes name, without doubles."""
    found: list[Utterance] = []
    for each in (project.speech, *(take.speech for take in project.takes)):
        if each is not None and each not in found:
            found.append(each)
    return tuple(found)


def place_of(utterance: Utterance | None, all_of_them: tuple[Utterance, ...]) -> int | None:
    """What names it; None for none."""
    return None if utterance is None else all_of_them.index(utterance)


def describe_utterance(utterance: Utterance) -> Described:
    """Words as [start, end, text], phones as [end, symbol]: each of them begins where the one before ends."""
    return {
        "words": [[word.start, word.end, word.text] for word in utterance.words],
        "phones": [[phone.end, phone.symbol] for phone in utterance.phonemes],
    }


def read_utterance(described: object) -> Utterance:
    """As it was described."""
    if not isinstance(described, dict):
        raise TypeError("an utterance is no object")
    words = tuple(Word(_seconds(start), _seconds(end), _text(text)) for start, end, text in described["words"])
    if any(later.start < word.start for word, later in pairwise(words)):
        raise ValueError("words are not in order")
    phones: list[Phoneme] = []
    now = 0.0
    for end, symbol in described["phones"]:
        if _text(symbol) not in PHONEME_INDEX or _seconds(end) <= now:
            raise ValueError(f"{symbol!r} until {end!r} s is no phone")
        phones.append(Phoneme(now, float(end), symbol))
        now = float(end)
    return Utterance(words, tuple(phones))


def read_place(place: object, all_of_them: tuple[Utterance, ...]) -> Utterance | None:
    """The utterance of that name; None for none."""
    if place is None:
        return None
    if type(place) is not int or not 0 <= place < len(all_of_them):
        raise ValueError(f"there is no utterance {place!r}")
    return all_of_them[place]


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not (math.isfinite(value) and value >= 0):
        raise TypeError(f"{value!r} is no moment")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
