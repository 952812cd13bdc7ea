"""From when to when an edit counts, taken by an edge."""

import pytest

from dimitra_studio.core.timebase import OPEN_END, TimeRange
from dimitra_studio.editing.edits import LONGEST_BLEND, Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.editing.reach import Edge, reaching
from dimitra_studio.editing.shaping import Offset

FRAME = 0.04
EDIT = Edit("e", Offset((1.0,)), (0,), TimeRange(1.0, 2.0), 0.2, 0.3)


@pytest.mark.parametrize(
    ("edge", "seconds", "span", "blends"),
    [
        (Edge.START, 0.5, (0.5, 2.0), (0.2, 0.3)),
        (Edge.START, 9.0, (1.96, 2.0), (0.2, 0.3)),
        (Edge.START, -1.0, (0.0, 2.0), (0.2, 0.3)),
        (Edge.END, 3.0, (1.0, 3.0), (0.2, 0.3)),
        (Edge.END, 0.0, (1.0, 1.04), (0.2, 0.3)),
        (Edge.BLEND_IN, 0.5, (1.0, 2.0), (0.5, 0.3)),
        (Edge.BLEND_IN, 1.5, (1.0, 2.0), (0.0, 0.3)),
        (Edge.BLEND_OUT, 2.5, (1.0, 2.0), (0.2, 0.5)),
        (Edge.BLEND_OUT, 999.0, (1.0, 2.0), (0.2, LONGEST_BLEND)),
        (Edge.ALL, 4.0, (4.0, 5.0), (0.2, 0.3)),
        (Edge.ALL, -4.0, (0.0, 1.0), (0.2, 0.3)),
    ],
)
def test_an_edge_goes_where_it_is_taken_as_far_as_it_goes(edge, seconds, span, blends):
    made = reaching(EDIT, edge, seconds, FRAME)
    assert (made.span.start, made.span.end) == pytest.approx(span)
    assert (made.blend_in, made.blend_out) == pytest.approx(blends)
    assert made.operation == EDIT.operation


@pytest.mark.parametrize("start", [0.0, 1.0])
def test_an_edit_that_is_shorter_than_a_frame_stays_where_it_begins(start):
    """A face that was dragged at a frame."""
    face = Edit("e", Offset((0.1,)), (0,), TimeRange(start, start + 0.02))
    assert reaching(face, Edge.START, start + 0.5, 0.04).span == face.span


def test_keys_go_along_with_the_whole_and_stay_where_an_edge_moves():
    keyed = Edit("k", Keys((KeyCurve((Key(1.0, 0.5),)),)), (0,), TimeRange(1.0, 2.0))
    assert reaching(keyed, Edge.ALL, 1.5, FRAME).operation.curves[0].keys[0].seconds == pytest.approx(1.5)
    assert reaching(keyed, Edge.START, 0.5, FRAME).operation == keyed.operation


def test_an_open_range_stays_open_but_where_its_end_is_taken():
    whole = Edit("w", Offset((1.0,)), (0,), TimeRange(0.0, OPEN_END))
    assert reaching(whole, Edge.START, 0.5, FRAME).span.is_open
    assert reaching(whole, Edge.BLEND_IN, -0.5, FRAME).span.is_open
    assert reaching(whole, Edge.END, 1.5, FRAME).span == TimeRange(0.0, 1.5)
