import numpy as np
import pytest

from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.paths import resource
from dimitra_studio.face.components import ARTICULATORS, COMPONENT_NAMES
from dimitra_studio.face.head_model import REGIONS, load_head_model
from dimitra_studio.face.landmark_sets import LIPS_INNER
from dimitra_studio.face.morph import landmark_points

_IOD = 0.569


def test_components_are_thirteen_articulators_then_the_rest() -> None:
    assert len(set(COMPONENT_NAMES)) == COMPONENT_COUNT
    assert COMPONENT_NAMES[:13] == tuple(ARTICULATORS)
    assert COMPONENT_NAMES[13] == "mouthLowerDownAsym"
    assert COMPONENT_NAMES[17] == "browDownLeft"
    assert COMPONENT_NAMES[52] == "mh_neck-platysma"


def test_every_triangle_has_a_region_and_every_region_triangles(head) -> None:
    counts = np.bincount(head.triangle_region, minlength=len(REGIONS))
    assert len(counts) == len(REGIONS)
    assert (counts > 0).all()
    assert head.region(*REGIONS).all()


def test_regions_lie_where_their_names_say(head) -> None:
    centre = {name: head.mean[head.triangles[head.region(name)]].mean(axis=(0, 1)) for name in REGIONS}
    assert centre["eye_left"][0] > 0.2
    assert centre["eye_right"][0] < -0.2
    assert centre["teeth_upper"][1] > centre["teeth_lower"][1]
    ears = head.mean[head.triangles[head.region("ears")]]
    assert np.abs(ears[..., 0]).min() > 0.5
    bag = head.mean[head.triangles[head.region("mouth_bag")]].reshape(-1, 3)
    lips = head.mean[head.mouth.upper]
    assert bag[:, 2].max() < lips[:, 2].max() + 0.02  # behind the lips


def test_regions_are_symmetric(head) -> None:
    for left, right in (("eye_left", "eye_right"), ("skin", "skin"), ("ears", "ears"), ("mouth_bag", "mouth_bag")):
        one = np.sort(np.abs(head.mean[head.triangles[head.region(left)]].mean(axis=1)[:, 1]))
        other = np.sort(np.abs(head.mean[head.triangles[head.region(right)]].mean(axis=1)[:, 1]))
        assert np.allclose(one, other, atol=1e-4)


def test_landmarks_lie_on_the_surface(head) -> None:
    assert (head.landmark_weights >= -1e-6).all()
    assert np.allclose(head.landmark_weights.sum(axis=1), 1, atol=1e-4)
    regions = np.array(REGIONS)[head.triangle_region[head.landmark_triangles]]
    assert set(regions[:468]) <= {"skin", "ears"}
    assert set(regions[468:473]) == {"eye_right"}
    assert set(regions[473:]) == {"eye_left"}


def test_landmarks_are_symmetric(head) -> None:
    points = landmark_points(head, head.mean)
    mirrored = points * np.array([-1, 1, 1])
    distance = np.linalg.norm(points[:, None] - mirrored[None], axis=2)
    assert distance.min(axis=1).max() < 0.02 * _IOD
    pairs = {33: 263, 61: 291, 133: 362, 159: 386, 468: 473, 1: 1, 152: 152, 78: 308}
    assert all(distance[one].argmin() == other for one, other in pairs.items())


def test_inner_lip_landmarks_lie_on_the_rim(head) -> None:
    rim = {*head.mouth.upper.tolist(), *head.mouth.lower.tolist()}
    for landmark in LIPS_INNER:
        carried = head.landmark_vertices[landmark][head.landmark_weights[landmark] > 1e-4]
        assert set(carried.tolist()) <= rim


def test_outside_is_counter_clockwise(head) -> None:
    a, b, c = (head.mean[head.triangles[head.region("skin"), k]] for k in range(3))
    nose = np.argmax(a[:, 2])
    assert np.cross(b - a, c - a)[nose, 2] > 0


def test_arrays_cannot_be_changed(head) -> None:
    with pytest.raises(ValueError, match="read-only"):
        head.mean[0] = 0


def _broken(tmp_path, **changes):
    with np.load(resource("head_model.npz"), allow_pickle=False) as archive:
        arrays = dict(archive) | changes
    path = tmp_path / "head.npz"
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": np.array(99)}, "format is 99"),
        ({"identity": np.zeros((79, 4903, 3), np.float16)}, "identity"),
        ({"pivot": np.array([0, np.nan, 0], np.float32)}, "pivot"),
        ({"landmark_triangles": np.full(478, 10**6, np.int32)}, "landmark_triangles"),
        ({"smoothing_columns": np.full(109687, 60000, np.uint16)}, "indices"),
        ({"fine_vertices": np.array(["a"])}, "cannot be read"),
        ({"mouth_upper": np.array([-1, 2])}, "mouth_upper"),
        ({"component_names": np.array(["a"] * 64)}, "components"),
        ({"regions": np.array([object()])}, "allow_pickle"),
    ],
)
def test_a_damaged_file_is_named_with_its_fault(tmp_path, changes, said) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        load_head_model(_broken(tmp_path, **changes))
    assert "head.npz" in caught.value.message
    assert caught.value.hint


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(ModelError, match=r"none\.npz is missing"):
        load_head_model(tmp_path / "none.npz")


def test_a_file_cut_short_is_refused(tmp_path) -> None:
    path = tmp_path / "head.npz"
    path.write_bytes(resource("head_model.npz").read_bytes()[:100_000])
    with pytest.raises(ModelError, match="cannot be read"):
        load_head_model(path)


def test_a_file_with_wrong_bytes_is_refused(tmp_path) -> None:
    content = bytearray(resource("head_model.npz").read_bytes())
    content[1_000_000:1_000_100] = bytes(100)
    path = tmp_path / "head.npz"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        load_head_model(path)


def test_a_file_that_is_something_else_is_refused(tmp_path) -> None:
    path = tmp_path / "head.npz"
    path.write_text("not a model")
    with pytest.raises(ModelError, match="cannot be read"):
        load_head_model(path)
