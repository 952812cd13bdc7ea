import io
from contextlib import suppress

import numpy as np
import pytest
import scipy.io
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export import mat_files
from dimitra_studio.export.deng_files import MatLayout, read_deng, write_mat, write_npy
from dimitra_studio.export.deng_map import ANGLES, CROP, EXPRESSIONS, load_deng_map
from dimitra_studio.export.mat_files import read_arrays


@pytest.fixture
def talk():
    """A jaw that opens and shuts, a head that nods and turns."""
    values = np.zeros((50, 70), np.float32)
    beat = np.sin(np.arange(50) / 4)
    values[:, 0] = 0.3 + 0.3 * beat
    values[:, 64], values[:, 65] = 0.2 * beat, 0.3 * beat[::-1]
    return MotionSequence(values)


@pytest.mark.reader("deng", "scipy")
def test_the_renderers_find_what_they_read(tmp_path, talk):
    path = tmp_path / "a.mat"
    notes = write_mat(path, talk, MatLayout.DENG)
    assert any("R² 0.46" in note for note in notes)
    mat = scipy.io.loadmat(path)
    assert mat["coeff"].shape == (50, 257)
    assert mat["coeff"].dtype == np.float32
    assert not mat["coeff"][:, :80].any()
    assert not mat["coeff"][:, 144:224].any()
    assert mat["transform_params"].shape == (50, 5)
    assert (mat["transform_params"][:, :2] == 256).all()
    # Where a clip's face lies in its crop: Deng's networks see it at about this size and place.
    np.testing.assert_allclose(mat["transform_params"][:, 2:].mean(axis=0), (1.05, 127, 132), rtol=0.1)


def test_angles_are_the_heads(tmp_path, talk):
    write_mat(tmp_path / "a.mat", talk, MatLayout.DENG)
    angles = scipy.io.loadmat(tmp_path / "a.mat")["coeff"][:, 224:227]
    for ours, theirs in zip(talk.pose.T[:2], angles.T[:2], strict=True):
        assert np.corrcoef(ours, theirs)[0, 1] > 0.97
        assert 0.7 < theirs.std() / ours.std() < 1.3


@pytest.mark.parametrize("layout", list(MatLayout))
def test_the_jaw_and_the_head_come_back(tmp_path, talk, layout):
    path = tmp_path / "a.mat"
    write_mat(path, talk, layout)
    found = read_deng(path)
    assert found.motion.fps == 25
    assert len(found.motion) == 50
    assert any("R²" in note for note in found.notes)
    for channel in (0, 64, 65):
        assert np.corrcoef(found.motion.values[:, channel], talk.values[:, channel])[0, 1] > 0.9


@pytest.mark.reader("sadtalker", "scipy")
@pytest.mark.reader("dreamtalk", "numpy")
def test_layouts_say_the_same(tmp_path, talk):
    write_mat(tmp_path / "a.mat", talk, MatLayout.DENG)
    write_mat(tmp_path / "b.mat", talk, MatLayout.SADTALKER)
    write_npy(tmp_path / "c.npy", talk)
    assert scipy.io.loadmat(tmp_path / "b.mat")["coeff_3dmm"].shape == (50, 73)
    assert np.load(tmp_path / "c.npy").shape == (50, 73)
    first, *others = (read_deng(tmp_path / name).motion.values for name in ("a.mat", "b.mat", "c.npy"))
    for other in others:
        np.testing.assert_allclose(other, first, atol=1e-5)


def test_seventy_columns_mean_the_mean_crop(tmp_path, talk):
    write_npy(tmp_path / "a.npy", talk)
    np.save(tmp_path / "b.npy", np.load(tmp_path / "a.npy")[:, :70])
    whole, part = (read_deng(tmp_path / name).motion.values for name in ("a.npy", "b.npy"))
    np.testing.assert_allclose(part[:, :64], whole[:, :64], atol=1e-5)


def test_another_rate_becomes_25(tmp_path, talk):
    write_npy(tmp_path / "a.npy", MotionSequence(talk.values, 50.0))
    assert np.load(tmp_path / "a.npy").shape == (25, 73)
    assert read_deng(tmp_path / "a.npy", 30.0).motion.fps == 30


def test_the_map_tells_what_it_knows():
    known = load_deng_map()
    assert 0.4 < known.to_deng.score(EXPRESSIONS) < 0.6
    assert known.to_deng.score(ANGLES) > 0.9
    assert known.to_deng.r2[CROP].shape == (3,)
    assert known.from_deng.r2[0] > 0.6  # the jaw


def test_a_damaged_map_is_told(tmp_path):
    np.savez(tmp_path / "map.npz", to_deng_slope=np.zeros((2, 2)))
    with pytest.raises(ModelError, match="map"):
        load_deng_map(tmp_path / "map.npz")


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"other": np.zeros((3, 257))}, "neither"),
        ({"coeff": np.zeros((3, 256))}, "no coefficients"),
        ({"coeff": np.full((3, 257), np.nan)}, "no face has"),
        ({"coeff": np.full((3, 257), 900.0)}, "the face that it means"),
        ({"coeff": np.zeros((3, 257)), "transform_params": np.zeros((4, 5))}, "transform_params"),
        ({"coeff_3dmm": np.array(["a"])}, "neither"),
        ({"coeff_3dmm": np.zeros((3, 73), complex)}, "neither"),
        ({"coeff_3dmm": np.zeros((0, 73))}, "no coefficients"),
    ],
)
def test_mats_that_cannot_be_used_say_why(tmp_path, members, told):
    scipy.io.savemat(tmp_path / "bad.mat", members)
    with pytest.raises(InputError, match=told):
        read_deng(tmp_path / "bad.mat")


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", ["f4", "f8", "i2", "u1"])
def test_what_another_program_writes_is_read(compressed, dtype):
    """Whatever stands beside the numbers, and in whichever of MATLAB's small types they are packed."""
    stream = io.BytesIO()
    numbers = np.arange(6).reshape(3, 2).astype(dtype)
    others = {"a": "text", "s": {"x": 1}, "c": np.array([1j]), "m": np.ones((2, 2, 2)), "one": 7.0}
    scipy.io.savemat(stream, {**others, "numbers": numbers}, do_compression=compressed)
    arrays = read_arrays(stream.getvalue())
    np.testing.assert_array_equal(arrays["numbers"], numbers)
    assert arrays["numbers"].dtype == numbers.dtype
    assert arrays["m"].shape == (2, 2, 2)
    assert arrays["one"].item() == 7
    assert not arrays.keys() & {"a", "s", "c"}


def test_a_bomb_is_refused(monkeypatch):
    stream = io.BytesIO()
    scipy.io.savemat(stream, {"coeff": np.zeros((500, 500))}, do_compression=True)
    monkeypatch.setattr(mat_files, "_LARGEST", 1_000_000)
    with pytest.raises(ValueError, match="too much"):
        read_arrays(stream.getvalue())


def test_objects_are_not_unpickled(tmp_path):
    np.save(tmp_path / "bad.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="cannot be used"):
        read_deng(tmp_path / "bad.npy")


@pytest.fixture(scope="module")
def good():
    stream = io.BytesIO()
    scipy.io.savemat(stream, {"coeff_3dmm": np.zeros((4, 73), np.float32)}, do_compression=True)
    return stream.getvalue()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, 400), change=st.binary(min_size=1, max_size=8), cut=st.integers(0, 400))
def test_no_mat_crashes_the_reader(tmp_path, good, at, change, cut):
    path = tmp_path / "fuzz.mat"
    path.write_bytes((good[:at] + change + good[at + len(change) :])[: cut + 100])
    with suppress(InputError):
        assert len(read_deng(path).motion) > 0


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(array=hnp.arrays(st.sampled_from(["f4", "f8", "i2", "U3", "?"]), hnp.array_shapes(max_dims=3, max_side=4)))
def test_no_array_of_another_kind_is_taken(tmp_path, array):
    path = tmp_path / "fuzz.npy"
    np.save(path, array)
    with pytest.raises(InputError, match=r"fuzz\.npy"):
        read_deng(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    at=st.integers(6, 140),
    change=st.sampled_from([b"{", b"(", b"'", b"\0", b"\xff", b"9", b"O", b"\n"]),
    cut=st.integers(1, 900),
)
def test_no_npy_crashes_the_reader(tmp_path, at, change, cut):
    stream = io.BytesIO()
    np.save(stream, np.zeros((3, 73), np.float32))
    content = stream.getvalue()
    path = tmp_path / "fuzz.npy"
    path.write_bytes((content[:at] + change + content[at + 1 :])[: cut + 140])
    with suppress(InputError):
        assert len(read_deng(path).motion) > 0


def test_an_open_bracket_in_a_header_is_told(tmp_path):
    """numpy lets Python's tokenizer speak here."""
    path = tmp_path / "bad.npy"
    np.save(path, np.zeros((3, 73), np.float32))
    path.write_bytes(path.read_bytes().replace(b"), }", b"(, }"))
    with pytest.raises(InputError, match="cannot be used"):
        read_deng(path)
