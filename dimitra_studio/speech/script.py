"""A script that the user gives, shared out over the passages in which it is spoken."""

from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np

from dimitra_studio.core.speech import Word
from dimitra_studio.speech.spelling import spoken_words
from dimitra_studio.speech.voice_activity import Passage


def share_script(script: Sequence[str], heard: Sequence[Word], passages: Sequence[Passage]) -> list[list[str]]:
    """The script's words passage by passage, in order.

    `heard` are a recogniser's words (seconds from the beginning). Script words that it heard too stand where it heard
    them, the others between their neighbours; where nothing matches, words follow the time of speech.
    """
    if len(passages) == 1:
        return [list(script)]
    letters = np.cumsum([0, *(len(word) + 1 for word in script)], dtype=np.float64)
    anchors = _anchors(script, heard)
    places, times = zip(*anchors, strict=True) if anchors else ((), ())
    # Speech time, not clock time: pauses hold no words.
    starts = np.cumsum([0.0, *(passage.voiced for passage in passages)])
    spoken = [_speech_time(time, passages, starts) for time in times]
    known_at = np.array([0.0, *(letters[place] for place in places), letters[-1]])
    known = np.maximum.accumulate(np.array([0.0, *spoken, starts[-1]]))
    middles = (letters[:-1] + letters[1:]) / 2
    owners = np.searchsorted(starts[1:-1], np.interp(middles, known_at, known), side="right")
    # A matched word belongs where it was heard, whatever the interpolation says.
    for place, time in zip(places, spoken, strict=True):
        owners[place] = np.searchsorted(starts[1:-1], time, side="right")
    owners = np.maximum.accumulate(owners)
    return [
        [word for word, owner in zip(script, owners, strict=True) if owner == index] for index in range(len(passages))
    ]


def _anchors(script: Sequence[str], heard: Sequence[Word]) -> list[tuple[int, float]]:
    """(place in the script, middle of the heard word) for the words that both have in the same order."""
    ours = [" ".join(spoken_words(word)) for word in script]
    theirs = [" ".join(spoken_words(word.text)) for word in heard]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return [
        (block.a + i, (heard[block.b + i].start + heard[block.b + i].end) / 2)
        for block in blocks
        for i in range(block.size)
        if ours[block.a + i]
    ]


def _speech_time(time: float, passages: Sequence[Passage], starts: Sequence[float] | np.ndarray) -> float:
    """Seconds of speech before `time`, with a passage's speech taken as spread over it."""
    for passage, start in zip(passages, starts, strict=False):
        if time < passage.end:
            share = max(time - passage.start, 0.0) / (passage.end - passage.start)
            # Half a sample inside its own passage, so that the passage can be told from it.
            return float(start) + min(max(share, 1e-4), 1 - 1e-4) * passage.voiced
    return float(starts[-1])
