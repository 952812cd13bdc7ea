import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openfacefx.export_a2f import read_a2f
from openfacefx.importers_csv import read_csv

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.arkit import SHAPES, components_named, components_of, shapes_of
from dimitra_studio.export.live_link import COLUMNS, read_live_link, write_live_link
from dimitra_studio.export.weights_json import read_weights, write_weights
from dimitra_studio.face.blendshapes import BLENDSHAPE_NAMES
from dimitra_studio.face.components import COMPONENT_INDEX

LOST = [*range(52, 64), 67, 68, 69]  # muscle units and position: no place in Live Link


def test_the_shapes_are_arkits():
    assert len(SHAPES) == 52
    assert set(SHAPES) == set(BLENDSHAPE_NAMES) - {"_neutral"} | {"tongueOut"}


def test_every_shape_survives_the_way_there_and_back():
    shapes = np.random.default_rng(1).random((9, 52)).astype(np.float32)
    np.testing.assert_allclose(shapes_of(components_of(shapes)), shapes, atol=1e-6)


def test_left_and_right_are_sum_and_difference():
    components = np.zeros((1, 64), np.float32)
    components[0, COMPONENT_INDEX["mouthPress"]] = 0.5
    components[0, COMPONENT_INDEX["mouthPressAsym"]] = 0.2
    shapes = dict(zip(SHAPES, shapes_of(components)[0], strict=True))
    assert shapes["mouthPressLeft"] == pytest.approx(0.7)
    assert shapes["mouthPressRight"] == pytest.approx(0.3)
    assert sum(shapes.values()) == pytest.approx(1.0)


def test_a_shape_moves_the_head_as_its_arkit_target_does(head):
    """The articulator is the sum of both sides, the difference the left less the right: half of each is the left."""
    one = np.zeros((1, 52), np.float32)
    one[0, SHAPES.index("mouthUpperUpLeft")] = 1
    moved = np.tensordot(components_of(one)[0], head.expression, 1)
    left = head.mean[:, 0] > 0.1
    # MakeHuman's own shape of the left reaches a little over the middle.
    assert np.abs(moved[head.mean[:, 0] < -0.1]).max() < 0.2 * np.abs(moved[left]).max()


def test_names_in_any_case_and_unknown_ones():
    values = np.array([[0.25, 0.5, 1.0]], np.float32)
    components, unknown, missing = components_named(("JAWOPEN", "MouthSmileLeft", "wiggle"), values)
    assert components[0, COMPONENT_INDEX["jawOpen"]] == 0.25
    assert components[0, COMPONENT_INDEX["mouthSmileLeft"]] == 0.5
    assert unknown == ("wiggle",)
    assert len(missing) == 50


def test_live_link_comes_back(tmp_path, motion):
    path = tmp_path / "take.csv"
    notes = write_live_link(path, motion)
    assert any("muscle units" in note for note in notes)
    assert any("position" in note for note in notes)
    found = read_live_link(path)
    assert found.motion.fps == 25
    assert found.notes == ()
    kept = np.delete(np.arange(70), LOST)
    np.testing.assert_allclose(found.motion.values[:, kept], motion.values[:, kept], atol=1e-6)
    assert not found.motion.values[:, LOST].any()


def test_live_link_has_the_apps_columns(tmp_path, motion):
    path = tmp_path / "take.csv"
    write_live_link(path, motion)
    first, second, *_ = path.read_text().splitlines()
    assert first.startswith("Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,")
    assert first.endswith(",NoseSneerRight,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll,"
                          "RightEyeYaw,RightEyePitch,RightEyeRoll")  # fmt: skip
    assert second.startswith("00:00:00:00.000,61,")
    assert len(second.split(",")) == 63


@pytest.mark.reader("live-link", "openfacefx")
def test_another_program_reads_live_link(tmp_path, motion):
    path = tmp_path / "take.csv"
    write_live_link(path, motion)
    track, _ = read_csv(str(path), fps=25, epsilon=0)
    curves = {channel.name: channel for channel in track.channels}
    shapes = shapes_of(motion.components)
    assert track.duration == pytest.approx(59 / 25)
    for name in ("JawOpen", "MouthPressLeft", "EyeBlinkRight"):
        seen = np.interp(
            np.arange(60) / 25, [key.time for key in curves[name].keys], [key.value for key in curves[name].keys]
        )
        column = shapes[:, [each.lower() for each in SHAPES].index(name.lower())]
        np.testing.assert_allclose(seen, column.clip(0, 1), atol=1e-4)  # it rounds to four digits


@pytest.mark.parametrize("fps", [24.0, 29.97, 60.0])
def test_live_link_keeps_moments_at_any_rate(tmp_path, fps):
    values = np.zeros((200, 70), np.float32)
    values[:, 0] = np.arange(200) / fps  # what is shown is the moment
    path = tmp_path / "take.csv"
    write_live_link(path, MotionSequence(values, fps))
    found = read_live_link(path).motion
    np.testing.assert_allclose(found.values[:, 0], np.arange(len(found)) / found.fps, atol=2e-3)
    assert found.fps == round(fps)


def test_live_link_bridges_frames_that_the_phone_dropped(tmp_path):
    rows = [(second, frame) for second in range(3) for frame in range(60) if frame % 7 or second == 1]
    hours = ("14:59:58", "14:59:59", "15:00:00")
    lines = [f"{hours[second]}:{frame:02}.250,61,{second + frame / 60}\n" for second, frame in rows]
    text = "Timecode,BlendshapeCount,jawOpen\n" + "".join(lines)
    path = tmp_path / "phone.csv"
    path.write_text(text)
    found = read_live_link(path)
    assert found.motion.fps == 60
    np.testing.assert_allclose(np.diff(found.motion.values[:, 0]), 1 / 60, atol=1e-4)
    assert any("dropped" in note for note in found.notes)


def test_frames_without_a_face_are_bridged_and_told(tmp_path, motion):
    values = np.array(motion.values)
    values[10:14] = np.nan
    notes = write_weights(tmp_path / "a.json", MotionSequence(values))
    assert any("4 frames without a face" in note for note in notes)
    read = read_weights(tmp_path / "a.json").motion.values
    np.testing.assert_allclose(read[11], 0.6 * values[9] + 0.4 * values[14], atol=1e-5)


def test_json_comes_back_whole(tmp_path, motion):
    path = tmp_path / "take.json"
    write_weights(path, motion)
    found = read_weights(path)
    np.testing.assert_allclose(found.motion.values, motion.values, atol=1e-6)
    assert found.notes == ()


@pytest.mark.reader("weights", "openfacefx")
def test_another_program_reads_the_json(tmp_path, motion):
    path = tmp_path / "take.json"
    write_weights(path, motion)
    track, _ = read_a2f(str(path), epsilon=0)
    assert {channel.name for channel in track.channels} == set(SHAPES)
    assert track.fps == 25


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("a,b\n1,2\n", "Timecode"),
        ("Timecode,JawOpen\n", "no frame"),
        ("Timecode,JawOpen\n00:00:00:00,0\n", "--fps"),
        ("Timecode,JawOpen\nsoon,0\n", "timecode"),
        ("Timecode,JawOpen\n00:00:00:00,0,9\n", "line 2"),
        ("Timecode,JawOpen\n00:00:00:00,much\n00:00:01:00,1\n00:00:02:00,1\n", "'much'"),
        ("Timecode,JawOpen\n00:00:00:00,nan\n00:00:01:00,1\n00:00:02:00,1\n", "nan"),
        ("Timecode,JawOpen\n00:00:01:00,0\n00:00:00:00,1\n00:00:02:00,1\n", "rise"),
    ],
)
def test_live_link_files_that_cannot_be_used_say_why(tmp_path, text, told):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=told):
        read_live_link(path)


CELLS = st.sampled_from(
    ["0", "1e400", "nan", "-", "00:00:00:00", "00:00:01:59.9", "23:59:59:00", "", "9" * 40, '"', "JawOpen"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=6))
def test_no_csv_crashes_the_reader(tmp_path, rows):
    path = tmp_path / "fuzz.csv"
    path.write_text("Timecode,JawOpen,HeadYaw\n" + "\n".join(",".join(row) for row in rows))
    with suppress(InputError):
        assert len(read_live_link(path).motion) > 0


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-(10**400), 10**400) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["pose", "units", "x"]), inner, max_size=2)
    ),
    max_leaves=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(changes=st.dictionaries(st.sampled_from(["exportFps", "facsNames", "weightMat", "dimitra"]), JSON, min_size=1))
def test_no_json_crashes_the_reader(tmp_path, changes):
    path = tmp_path / "fuzz.json"
    content = {"exportFps": 30, "facsNames": ["jawOpen"], "weightMat": [[0.5]]} | changes
    path.write_text(json.dumps(content))
    with suppress(InputError):
        assert len(read_weights(path).motion) > 0


def test_columns_have_no_doubles():
    assert len(set(COLUMNS)) == 61
