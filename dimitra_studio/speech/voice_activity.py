"""Where somebody speaks: silero's voice activity detector, and the passages cut from it."""

from dataclasses import dataclass

import numpy as np
from faster_whisper.vad import SileroVADModel, get_vad_model

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.timebase import SPEECH_RATE

Span = tuple[float, float]

_HOP = 512  # samples a decision, fixed by the network
_HOP_SECONDS = _HOP / SPEECH_RATE
_BLOCK_HOPS = 1875  # one minute: an hour never lies in memory twice
_WARM_UP_HOPS = 32  # the network is recurrent: about a second before each block
# Hysteresis of silero's own recipe.
_SPEECH, _NOT_SPEECH = 0.5, 0.35
_SHORTEST_SPEECH, _SHORTEST_PAUSE = 0.06, 0.12
# Whisper hears 30 s at once.
LONGEST_PASSAGE = 26.0
# Consonants at a phrase's ends stand out less than vowels: each passage keeps this much around it.
_MARGIN = 0.3
# A pause longer than this parts passages even when both would fit into one.
_PARTING_PAUSE = 2.0


class VoiceDetector:
    """Tells how likely speech is, 31.25 times a second."""

    def __init__(self) -> None:
        self._model: SileroVADModel = get_vad_model()

    def listen(self, samples: FloatArray) -> Job[FloatArray]:
        """Probability of speech [ceil(N / 512)] for `samples` [N] at 16 kHz; entry i covers samples 512 i and on."""
        count = -(-len(samples) // _HOP)
        parts = []
        for first in range(0, count, _BLOCK_HOPS):
            lead = min(first, _WARM_UP_HOPS)
            block = samples[(first - lead) * _HOP : (first + _BLOCK_HOPS) * _HOP]
            padded = np.pad(block, (0, -len(block) % _HOP))  # a copy: the detector writes into its input
            parts.append(np.asarray(self._model(padded), dtype=np.float32).reshape(-1)[lead:])
            yield Progress("words", 0, 0)
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def speech_spans(probability: FloatArray, duration: float) -> tuple[Span, ...]:
    """(start, end) in seconds where somebody speaks; pauses under 0.12 s and blips under 0.06 s are swallowed."""
    spans: list[Span] = []
    start: int | None = None
    for index, value in enumerate(probability):
        if start is None and value >= _SPEECH:
            start = index
        elif start is not None and value < _NOT_SPEECH:
            _add(spans, start * _HOP_SECONDS, index * _HOP_SECONDS)
            start = None
    if start is not None:
        _add(spans, start * _HOP_SECONDS, duration)
    return tuple((begin, min(end, duration)) for begin, end in spans if end - begin >= _SHORTEST_SPEECH)


def _add(spans: list[Span], start: float, end: float) -> None:
    if spans and start - spans[-1][1] < _SHORTEST_PAUSE:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def complement(spans: tuple[Span, ...], duration: float) -> tuple[Span, ...]:
    """The gaps between sorted, disjoint `spans` within [0, duration]."""
    edges = [0.0, *(edge for span in spans for edge in span), duration]
    return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a)


def intersection(first: tuple[Span, ...], second: tuple[Span, ...]) -> tuple[Span, ...]:
    """Where both sorted, disjoint lists of spans hold."""
    result: list[Span] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if end > start:
            result.append((start, end))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return tuple(result)


@dataclass(frozen=True)
class Passage:
    """A stretch of speech with its margins, seconds; `voiced` of them are speech."""

    start: float
    end: float
    voiced: float

    @property
    def samples(self) -> slice:
        """The passage's place among 16 kHz samples."""
        return slice(round(self.start * SPEECH_RATE), round(self.end * SPEECH_RATE))


def cut_passages(spans: tuple[Span, ...], probability: FloatArray, duration: float) -> tuple[Passage, ...]:
    """Groups speech into passages of at most 26 s, parted at pauses; passages never overlap."""
    groups: list[list[Span]] = []
    for span in (piece for long in spans for piece in _split_long(long, probability)):
        fits = groups and span[1] - groups[-1][0][0] <= LONGEST_PASSAGE and span[0] - groups[-1][-1][1] < _PARTING_PAUSE
        if fits:
            groups[-1].append(span)
        else:
            groups.append([span])
    if not groups:
        return ()
    starts = [group[0][0] for group in groups]
    ends = [group[-1][1] for group in groups]
    # Half of the pause belongs to each neighbour, so that margins never meet.
    middles = [(end + start) / 2 for end, start in zip(ends[:-1], starts[1:], strict=True)]
    lows, highs = [0.0, *middles], [*middles, duration]
    return tuple(
        Passage(max(low, start - _MARGIN), min(high, end + _MARGIN), sum(b - a for a, b in group))
        for group, start, end, low, high in zip(groups, starts, ends, lows, highs, strict=True)
    )


def _split_long(span: Span, probability: FloatArray) -> list[Span]:
    """Cuts speech without a pause where the detector doubts most, in the second half of the longest passage."""
    start, end = span
    pieces = []
    while end - start > LONGEST_PASSAGE:
        low, high = (round((start + share * LONGEST_PASSAGE) / _HOP_SECONDS) for share in (0.5, 1.0))
        cut = (low + int(np.argmin(probability[low:high]))) * _HOP_SECONDS
        pieces.append((start, cut))
        start = cut
    return [*pieces, (start, end)]
