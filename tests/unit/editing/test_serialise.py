import copy
import json
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.presets import Preset, applied, as_preset, load_preset, save_preset
from dimitra_studio.editing.recordings import Override, Samples
from dimitra_studio.editing.serialise import describe_edit, describe_operation, read_edit, read_operation
from dimitra_studio.editing.shaping import Offset

CALM = settings(max_examples=100, deadline=None)
SIMPLE = Edit("e", Offset((0.5,)), (3,), TimeRange(1.0, 2.0))


@CALM
@given(st.data())
def test_an_edit_comes_back_as_it_was(any_edit, data):
    edit = data.draw(any_edit)
    text = json.dumps(describe_edit(edit), allow_nan=False)
    assert read_edit(json.loads(text)) == edit
    assert read_operation(json.loads(json.dumps(describe_operation(edit.operation)))) == edit.operation


def changed(**what) -> dict:
    return describe_edit(SIMPLE) | what


@pytest.mark.parametrize(
    ("described", "says"),
    [
        (None, "None stands for Edit"),
        ([], "stands for Edit"),
        (changed(amount=float("nan")), "nan is no number"),
        (changed(amount=10**400), "."),
        (changed(amount="1"), "'1' is no number"),
        (changed(amount=True), "True is no number"),
        (changed(amount=9.0), "the amount is 9"),
        (changed(muted=1), "1 is no yes or no"),
        (changed(channels=[70]), "a channel is 70"),
        (changed(channels=[0.5]), "0.5 is no whole number"),
        (changed(channels=3), "3 is no list"),
        (changed(span={"start": 2.0, "end": 1.0}), "no stretch of time"),
        (changed(span={"start": 2.0}), "'end' is missing"),
        (changed(colour="red"), "'colour' is not known"),
        (changed(operation={"kind": "explode"}), "no operation 'explode'"),
        (changed(operation={"kind": ["offset"]}), "no operation"),
        (changed(operation={"kind": "offset", "by": [0.5, 0.5]}), "2 values for 1 channels"),
        (changed(operation={"kind": "offset", "by": [float("inf")]}), "inf is no number"),
        (changed(operation={"kind": "keys", "curves": [{"keys": []}]}), "has no key"),
        (changed(operation={"kind": "sculpt", "dabs": [], "falloff": "round"}), "round"),
        (
            changed(operation={"kind": "override", "samples": {"start": 0, "rate": 25, "columns": 1, "float32": "?"}}),
            ".",
        ),
        (
            changed(operation={"kind": "override", "samples": {"start": 0, "rate": 25, "columns": 0, "float32": ""}}),
            ".",
        ),
    ],
)
def test_what_is_no_edit_is_refused_in_a_sentence(described, says):
    with pytest.raises(InputError, match=says) as refused:
        read_edit(described)
    assert refused.value.message.startswith("An edit cannot be read: ")
    assert refused.value.hint


@CALM
@given(st.data())
def test_whatever_is_broken_is_refused_or_read_as_an_edit(any_edit, data):
    described = copy.deepcopy(describe_edit(data.draw(any_edit)))
    junk = st.sampled_from([None, [], {}, "x", -1, 1e308, float("nan"), True, [[]], [None]])
    place = data.draw(st.sampled_from(["operation", "channels", "span", "blend_in", "amount", "muted"]))
    target = described[place] if isinstance(described[place], dict) and data.draw(st.booleans()) else described
    key = data.draw(st.sampled_from(sorted(target))) if target is not described else place
    target[key] = data.draw(junk)
    with suppress(InputError):
        assert isinstance(read_edit(described), Edit)


def test_samples_are_the_same_where_their_numbers_are():
    one, two = (Samples(0.0, 25.0, np.ones((2, 1))) for _ in range(2))
    assert one == two
    assert hash(Override(one)) == hash(Override(two))
    assert one != replace(two, start=1.0)


def test_a_preset_is_saved_and_laid_elsewhere(tmp_path):
    short = replace(SIMPLE, id="f", span=TimeRange(1.25, 1.5), blend_in=0.1, name="Ä")
    path = tmp_path / "mood.json"
    save_preset(as_preset("Mood", [SIMPLE, short]), path)
    preset = load_preset(path)
    assert preset.name == "Mood"
    whole, part = applied(preset, TimeRange(10.0, 14.0))
    assert whole.span == TimeRange(10.0, 14.0)
    assert part.span == TimeRange(10.25, 10.5)
    assert replace(part, id="f", span=short.span) == short
    assert len({edit.id for edit in (*applied(preset, TimeRange(0, 1)), whole, part)}) == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not a preset"),
        ("[" * 100_000, "not a preset"),
        ("[]", "not a preset"),
        ('{"kind": "something", "format": 1, "name": "a", "edits": []}', "not a preset"),
        ('{"kind": "dimitra edits", "format": 2, "name": "a", "edits": []}', "newer version"),
        ('{"kind": "dimitra edits", "format": 1, "name": 3, "edits": []}', "not a preset"),
        (
            '{"kind": "dimitra edits", "format": 1, "name": "a", "edits": [{"operation": NaN}]}',
            "An edit cannot be read",
        ),
    ],
)
def test_strangers_presets_are_looked_at(tmp_path, text, says):
    path = tmp_path / "p.json"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        load_preset(path)


def test_an_empty_preset_does_nothing():
    assert applied(Preset("none", ()), TimeRange(0, 1)) == ()
