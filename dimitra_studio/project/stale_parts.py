"""Where a take says other things than the voice does now."""

from dimitra_studio.core.speech import Utterance
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.project.document import Take
from dimitra_studio.speech.corrections import differing

_REACH = 0.12  # seconds: lips prepare for a phone, and leave it, beside it
_APART = 0.3  # stretches nearer to each other than that are one


class StaleParts:
    """Finds stale parts; it keeps what it found last for each take, since views ask often."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Utterance, Utterance, tuple[TimeRange, ...]]] = {}

    def of(self, take: Take, spoken: Utterance | None) -> tuple[TimeRange, ...]:
        """The stretches in which other phones sound now than when the take was made; none where that is not known."""
        if take.speech is None or spoken is None:
            return ()
        known = self._found.get(take.id)
        if known is None or known[0] is not take.speech or known[1] != spoken:
            known = self._found[take.id] = (take.speech, spoken, differing(take.speech, spoken))
        return known[2]


def widened(spans: tuple[TimeRange, ...], duration: float) -> tuple[TimeRange, ...]:
    """The stretches with what their sounds reach into, those that are near joined, within `duration` seconds."""
    found: list[TimeRange] = []
    for span in spans:
        start, end = max(span.start - _REACH, 0.0), min(span.end + _REACH, duration)
        if found and start - found[-1].end < _APART:
            start = found.pop().start
        if start < end:
            found.append(TimeRange(start, end))
    return tuple(found)
