import contextlib
import json

import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import Camera, FaceFit, FaceTrack
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.face_files import load_fit, load_track, save_fit, save_track
from dimitra_studio.export.motion_files import load_motion
from dimitra_studio.face.components import COMPONENT_NAMES

CAMERA = Camera(1234.5, 250.25, 240.75, 512, 500)


@pytest.fixture
def fit():
    rng = np.random.default_rng(0)
    arrays = (rng.normal(size=80), rng.uniform(size=64), rng.normal(size=6))
    return FaceFit(*arrays, CAMERA, rng.normal(size=(478, 2)), 0.011, 1, 3, notes=("Ein Hinweis: 肖像.",))


@pytest.fixture
def track():
    rng = np.random.default_rng(0)
    values, landmarks, error = rng.normal(size=(9, 70)), rng.normal(size=(9, 478, 2)), rng.uniform(size=9)
    values[4:6], landmarks[4:6], error[4:6] = np.nan, np.nan, np.nan
    return FaceTrack(MotionSequence(values, 30.0), rng.normal(size=80), CAMERA, landmarks, error, ("a gap",))


def assert_same(one, two, names):
    for name in names:
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True), name


def test_fit_comes_back_exactly(tmp_path, fit):
    save_fit(tmp_path / "fit.npz", fit, {"portrait": "abc"})
    back = load_fit(tmp_path / "fit.npz")
    assert_same(back, fit, ("identity", "expression", "pose", "landmarks"))
    assert (back.camera, back.error, back.face, back.faces, back.notes) == (CAMERA, 0.011, 1, 3, fit.notes)
    assert [path.name for path in tmp_path.iterdir()] == ["fit.npz"]
    with np.load(tmp_path / "fit.npz", allow_pickle=False) as archive:
        assert json.loads(str(archive["about"]))["meta"] == {"portrait": "abc"}


def test_track_comes_back_exactly_and_is_a_motion_file(tmp_path, track):
    path = tmp_path / "track.npz"
    save_track(path, track, COMPONENT_NAMES, {"video": "abc"})
    back = load_track(path)
    assert_same(back, track, ("identity", "landmarks", "error"))
    assert_same(back.motion, track.motion, ("values",))
    assert (back.motion.fps, back.motion.face_model) == (30.0, "open-head")
    assert (back.camera, back.notes, back.gaps()) == (CAMERA, ("a gap",), ((4, 6),))
    motion = load_motion(path)
    assert motion.meta == {"video": "abc"}
    assert motion.channel_names[:64] == COMPONENT_NAMES


@pytest.mark.parametrize("load", [load_fit, load_track])
def test_what_is_no_such_file_is_refused(tmp_path, load, fit):
    with pytest.raises(InputError):
        load(tmp_path / "missing.npz")
    for name, content in (("empty", b""), ("text", b"hello" * 50), ("zip", b"PK\x03\x04" + b"\0" * 80)):
        path = tmp_path / f"{name}.npz"
        path.write_bytes(content)
        with pytest.raises(InputError) as refusal:
            load(path)
        assert refusal.value.hint


def test_a_fit_is_no_track_and_a_damaged_one_is_told(tmp_path, fit, track):
    save_fit(tmp_path / "fit.npz", fit)
    save_track(tmp_path / "track.npz", track, COMPONENT_NAMES)
    with pytest.raises(InputError):
        load_track(tmp_path / "fit.npz")
    with pytest.raises(InputError, match="not a fit"):
        load_fit(tmp_path / "track.npz")
    with np.load(tmp_path / "fit.npz") as archive:
        arrays = dict(archive)
    arrays["pose"] = arrays["pose"][:4]
    np.savez(tmp_path / "short.npz", **arrays)
    with pytest.raises(InputError, match="pose has shape"):
        load_fit(tmp_path / "short.npz")
    content = (tmp_path / "fit.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError):
        load_fit(tmp_path / "cut.npz")


@pytest.mark.parametrize("seed", range(40))
def test_any_flipped_byte_is_read_or_refused(tmp_path, fit, seed):
    save_fit(tmp_path / "fit.npz", fit)
    content = bytearray((tmp_path / "fit.npz").read_bytes())
    random = np.random.default_rng(seed)
    # The headers, where flags and compression methods stand, as often as the data.
    places = [*random.integers(0, 40, 1), *random.integers(len(content) - 300, len(content), 1)]
    for place in places:
        content[place] = random.integers(256)
    (tmp_path / "bad.npz").write_bytes(content)
    with contextlib.suppress(InputError):
        load_fit(tmp_path / "bad.npz")


def test_a_compression_that_zip_does_not_know_is_refused(tmp_path, fit):
    save_fit(tmp_path / "fit.npz", fit)
    content = bytearray((tmp_path / "fit.npz").read_bytes())
    start = content.index(b"PK\x01\x02")
    while start >= 0:
        content[start + 10] = 99
        start = content.find(b"PK\x01\x02", start + 4)
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        load_fit(tmp_path / "bad.npz")


def test_pickles_are_not_opened(tmp_path, fit):
    save_fit(tmp_path / "fit.npz", fit)
    with np.load(tmp_path / "fit.npz") as archive:
        arrays = dict(archive)
    arrays["pose"] = np.array([object()] * 6, dtype=object)
    np.savez(tmp_path / "pickle.npz", **arrays)
    with pytest.raises(InputError):
        load_fit(tmp_path / "pickle.npz")


def test_a_folder_that_is_not_there(tmp_path, fit):
    with pytest.raises(InputError, match="cannot be written"):
        save_fit(tmp_path / "no" / "fit.npz", fit)
