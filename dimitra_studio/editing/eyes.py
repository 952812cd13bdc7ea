"""Blinks and looks: what eyes do at a moment."""

import secrets

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.blending import BlendToNeighbour
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Key, KeyCurve
from dimitra_studio.editing.macros import LOOK_DOWN, LOOK_LEFT, LOOK_RIGHT, LOOK_UP, both, channel_of
from dimitra_studio.editing.shaping import Hold

# Seconds. Lids close in a tenth and open a little more slowly; eyes jump.
_CLOSING, _CLOSED, _OPENING = 0.1, 0.02, 0.12
_JUMP = 0.05
LIDS = tuple(channel_of(name) for name, _ in both("eyeBlink", 1.0))
GAZE = tuple(channel_of(name) for name, _ in (*LOOK_RIGHT, *LOOK_LEFT, *LOOK_UP, *LOOK_DOWN))


def blink(seconds: float) -> Edit:
    """A new edit: both lids meet at a moment. It comes from where the lids are and goes back there."""
    shut = Keys((KeyCurve((Key(seconds, 1.0),)),))
    span = TimeRange(seconds, seconds + _CLOSED)
    return Edit(secrets.token_hex(4), shut, LIDS, span, _CLOSING, _OPENING, name="Blink")


def without_blinks(span: TimeRange) -> Edit:
    """A new edit: the lids stay as they are beside a stretch."""
    return Edit(secrets.token_hex(4), BlendToNeighbour(), LIDS, span, name="No Blink")


def look(right: float, up: float, span: TimeRange) -> Edit:
    """A new edit: the eyes look to the image's `right` (-1..1) and `up` (-1..1) for a stretch."""
    pulls = (
        max(right, 0),
        max(right, 0),
        max(-right, 0),
        max(-right, 0),
        max(up, 0),
        max(up, 0),
        max(-up, 0),
        max(-up, 0),
    )
    curves = tuple(KeyCurve((Key(span.start, float(pull)),)) for pull in pulls)
    return Edit(secrets.token_hex(4), Keys(curves), GAZE, span, _JUMP, _JUMP, name="Look")


def steady_gaze(span: TimeRange) -> Edit:
    """A new edit: the eyes stay where they look when a stretch begins."""
    return Edit(secrets.token_hex(4), Hold(), GAZE, span, 0.0, _JUMP, name="Steady Gaze")
