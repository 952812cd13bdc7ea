"""Locked channels go on showing what they showed, the others what was done."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.editing.locks import differing, held_by, keeping
from dimitra_studio.editing.shaping import MirrorFace, Offset
from dimitra_studio.editing.stack import evaluate

CALM = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
LEFT, RIGHT = 25, 26  # of one component
SPAN = TimeRange(0.4, 0.8)


def smile(by: float = 0.2, channels: tuple[int, ...] = (0, 13, 65), **how) -> Edit:
    return Edit("smile", Offset(tuple(by + channel for channel in channels)), channels, SPAN, name="Smile", **how)


@st.composite
def _changed(draw, any_edit, edits):
    """Other edits, as hands make them of these."""
    edits = list(edits)
    for _ in range(draw(st.integers(1, 4))):
        match draw(st.sampled_from(["add", "remove", "mute", "move", "change", "amount", "rename"])):
            case "add":
                edits.insert(draw(st.integers(0, len(edits))), draw(any_edit))
            case what if edits:
                place = draw(st.integers(0, len(edits) - 1))
                taken = edits.pop(place)
                if what == "mute":
                    edits.insert(place, replace(taken, muted=not taken.muted))
                elif what == "amount":
                    edits.insert(place, replace(taken, amount=draw(st.sampled_from([0.0, 0.5, 1.0]))))
                elif what == "move":
                    edits.insert(draw(st.integers(0, len(edits))), taken)
                elif what == "change":
                    edits.insert(place, replace(draw(any_edit), id=taken.id))
                elif what == "rename":
                    edits.insert(place, replace(taken, name="Other"))
    return tuple(edits)


@CALM
@given(st.data())
def test_locked_channels_stay_bit_by_bit_and_the_others_change(any_edit, base, around, data):
    before = tuple(data.draw(st.lists(any_edit, max_size=5)))
    locked = frozenset(data.draw(st.lists(st.sampled_from([0, 13, 25, 26, 65]), min_size=1, max_size=4)))
    for _ in range(2):  # what was parted once is changed again
        after = data.draw(_changed(any_edit, before))
        held = held_by(before, locked)
        kept = keeping(before, after, held)
        assert len({edit.id for edit in kept}) == len(kept)
        old, new, made = (evaluate(base, edits, around).values for edits in (before, after, kept))
        for channel in held:
            assert old[:, channel].tobytes() == made[:, channel].tobytes()
        if held == locked == held_by(kept, held) and not any(isinstance(e.operation, MirrorFace) for e in kept):
            for channel in set(range(70)) - held:
                assert new[:, channel].tobytes() == made[:, channel].tobytes()
        assert not differing(before, kept, held)
        assert keeping(before, kept, held) is kept
        before = kept


def test_an_edit_is_parted_and_its_locked_part_named():
    kept = keeping((smile(),), (smile(0.5),), {13})
    assert [(edit.title, edit.channels, edit.operation) for edit in kept] == [
        ("Smile · locked", (13,), Offset((13.2,))),
        ("Smile", (0, 65), Offset((0.5, 65.5))),
    ]
    assert kept[1].id == "smile"
    again = keeping(kept, (kept[0], replace(kept[1], muted=True)), {13, 65})
    assert [(edit.channels, edit.muted) for edit in again] == [((13,), False), ((65,), False), ((0,), True)]
    assert len({edit.id for edit in again}) == 3
    assert again[1].title == "Smile · locked"


def test_what_only_touches_others_stays_one_edit():
    before = (smile(), Edit("o", Offset((1.0,)), (3,), SPAN))
    after = (smile(), Edit("o", Offset((2.0,)), (3,), SPAN))
    assert keeping(before, after, {0, 13}) is after
    assert keeping(before, (*before, smile(channels=(3,))), {0, 13}) == (*before, smile(channels=(3,)))
    renamed = (replace(smile(), name="Grin"), before[1])
    assert keeping(before, renamed, {0, 13}) is renamed


def test_a_new_edit_leaves_locked_channels_out_and_one_of_locked_ones_alone_is_gone():
    (kept,) = keeping((), (smile(),), {0, 13})
    assert kept.channels == (65,)
    assert keeping((), (smile(),), {0, 13, 65}) == ()
    assert keeping((smile(),), (), {0, 13, 65}) == (smile(),)
    every = {0, 13, 65}
    assert keeping((smile(),), (smile(0.9),), every) == (smile(),)
    muted = (smile(muted=True),)
    assert keeping(muted, (), every) == ()  # it shows nothing
    assert keeping(muted, (smile(),), every) == muted
    assert [edit.muted for edit in keeping(muted, (smile(),), {13})] == [True, False]


def test_each_channel_keeps_its_own_keys():
    curves = tuple(KeyCurve((Key(0.4, by),)) for by in (0.1, 0.2))
    face = Edit("f", Keys(curves, additive=True), (0, 13), SPAN)
    kept = keeping((face,), (), {13})
    assert [(edit.channels, edit.operation.curves) for edit in kept] == [((13,), curves[1:])]


def test_what_a_locked_channel_mirrors_is_held_as_well(base):
    mirror = Edit("m", MirrorFace(), (LEFT,), SPAN)
    assert held_by((mirror,), {LEFT}) == {LEFT, RIGHT}
    assert held_by((replace(mirror, muted=True),), {LEFT}) == {LEFT}
    below = Edit("b", Offset((0.5,)), (RIGHT,), SPAN)
    kept = keeping((mirror,), (below, mirror), held_by((mirror,), {LEFT}))
    np.testing.assert_array_equal(evaluate(base, kept).values, evaluate(base, (mirror,)).values)
