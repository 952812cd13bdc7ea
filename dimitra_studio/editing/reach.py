"""When an edit counts, put otherwise: by a hand that has an edge of it, or by numbers."""

from dataclasses import replace
from enum import StrEnum

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import LONGEST_BLEND, Edit


class Edge(StrEnum):
    """What of an edit's reach is taken hold of."""

    START = "start"
    END = "end"
    BLEND_IN = "blend in"  # where it begins to come
    BLEND_OUT = "blend out"  # where it is gone
    ALL = "all"


def reaching(edit: Edit, edge: Edge, seconds: float, frame: float) -> Edit:
    """The edit with an edge at a moment, as far as that goes: a `frame` (seconds) is left of it. Its blends keep their
    length where its start or end moves; what it holds (keys, dabs, samples) stays where it is."""
    start, end = edit.span.start, edit.span.end
    match edge:
        case Edge.START:
            latest = max(end - frame, start)  # an edit may be shorter than a frame
            return replace(edit, span=TimeRange(min(max(seconds, 0.0), latest), end))
        case Edge.END:
            return replace(edit, span=TimeRange(start, max(seconds, start + frame)))
        case Edge.BLEND_IN:
            return replace(edit, blend_in=_blend(start - seconds))
        case Edge.BLEND_OUT:
            return replace(edit, blend_out=_blend(seconds - end))
        case Edge.ALL:
            return edit.moved(max(seconds, 0.0) - start)


def _blend(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_BLEND)
