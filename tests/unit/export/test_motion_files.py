import io
import json
import pickle
import zipfile
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.motion_files import load_motion, save_motion

NAMES = tuple(f"c{index}" for index in range(64))


@pytest.fixture
def path(tmp_path):
    values = np.random.default_rng(0).normal(size=(5, 70)).astype(np.float32)
    values[2] = np.nan
    path = tmp_path / "motion.npz"
    save_motion(path, MotionSequence(values, 24.0, "deng"), NAMES, {"seed": 3, "Käse": "奶酪"})
    return path


def rewritten(path, **members):
    """The file with some arrays exchanged; None takes one away, bytes are put in as they are."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for name, value in members.items():
        del content[f"{name}.npy"]
        if isinstance(value, bytes):
            content[f"{name}.npy"] = value
        elif value is not None:
            stream = io.BytesIO()
            np.lib.format.write_array(stream, np.asanyarray(value), allow_pickle=True)
            content[f"{name}.npy"] = stream.getvalue()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def header(dtype, shape):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def test_comes_back_as_it_was(path):
    file = load_motion(path)
    assert file.motion.fps == 24.0
    assert file.motion.face_model == "deng"
    assert file.motion.seen.tolist() == [True, True, False, True, True]
    assert file.channel_names[:2] == ("c0", "c1")
    assert file.channel_names[-1] == "z"
    assert file.meta == {"seed": 3, "Käse": "奶酪"}
    with np.load(path, allow_pickle=False) as plain:
        np.testing.assert_array_equal(plain["values"], file.motion.values)
        assert json.loads(str(plain["meta"]))["seed"] == 3


def test_needs_the_64_names(tmp_path):
    with pytest.raises(ValueError, match="63 component names"):
        save_motion(tmp_path / "m.npz", MotionSequence(np.zeros((1, 70))), NAMES[:-1])


def with_value(value):
    values = np.zeros((3, 70), np.float32)
    values[1, 7] = value
    return values


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"values": None}, "it has no values"),
        ({"fps": None}, "it has no fps"),
        ({"values": np.zeros((3, 69), np.float32)}, r"float32 \[3, 69\]"),
        ({"values": np.zeros((0, 70), np.float32)}, r"float32 \[0, 70\]"),
        ({"values": np.zeros((3, 70), np.int32)}, "int32"),
        ({"values": np.zeros((3, 70), np.complex64)}, "complex64"),
        ({"values": np.array([{}], dtype=object)}, "values cannot be read"),
        ({"values": pickle.dumps([1])}, "values cannot be read"),
        ({"values": header("<f4", (10**15, 70))}, "values cannot be read"),
        ({"values": header("<f4", (-1, 70))}, "values cannot be read"),
        ({"values": header("|O", (1,))}, "values cannot be read"),
        ({"values": header("<f4", (2, 70)) + b"\0" * 8}, "values cannot be read"),
        ({"values": b"\x93NUMPY\x09\x00"}, "values cannot be read"),
        ({"values": with_value(np.nan)}, "c7 is nan in frame 1"),
        ({"values": with_value(np.inf)}, "c7 is inf in frame 1"),
        ({"values": with_value(-3e30)}, r"c7 is -3e\+30 in frame 1"),
        ({"values": np.full((3, 70), np.nan, np.float32)}, "no frame with a face"),
        ({"fps": 0.0}, "0.0 frames a second"),
        ({"fps": 1e-4}, "0.0001 frames a second"),
        ({"fps": np.nan}, "nan frames a second"),
        ({"fps": np.zeros(2)}, "fps is not a number"),
        ({"fps": "fast"}, "fps is not a number"),
        ({"face_model": 3}, "face_model is not text"),
        ({"channel_names": np.array(["a"] * 70)}, "does not name its 70 channels"),
        ({"channel_names": np.array(["a", "b"])}, "does not name its 70 channels"),
        ({"meta": "{"}, "meta is not JSON"),
        ({"meta": "[1]"}, "meta is not a JSON object"),
        ({"meta": "[" * 100_000}, "meta is not JSON"),
    ],
)
def test_refuses_hostile_files_in_a_sentence(path, members, sentence):
    with pytest.raises(InputError, match=sentence):
        load_motion(rewritten(path, **members))


def test_refuses_a_bomb_without_unpacking_it(path):
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb.npy", "w") as stream:
        for _ in range(8):
            stream.write(b"\0" * (1 << 20))
    content = path.read_bytes().replace(b"bomb.npy", b"meta.npy")
    path.write_bytes(content)
    with pytest.raises(InputError, match="its meta claims 8 MB"):
        load_motion(path)


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04broken"])
def test_refuses_what_is_no_archive(tmp_path, content):
    path = tmp_path / "m.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a motion file"):
        load_motion(path)


def test_says_why_a_file_cannot_be_opened(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        load_motion(tmp_path / "none.npz")
    with pytest.raises(InputError, match="directory"):
        load_motion(tmp_path)


@given(st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_changed_byte_is_read_or_refused_never_worse(path, position, byte):
    content = bytearray(path.read_bytes())
    content[position % len(content)] = byte
    changed = path.with_name("changed.npz")
    changed.write_bytes(content)
    with suppress(InputError):
        load_motion(changed)
