import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dimitra_studio.core.channels import COMPONENT_COUNT, IDENTITY_COUNT
from dimitra_studio.core.face import Camera
from dimitra_studio.face.building.raster import visible_triangles
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import HeadModel, Seam, load_head_model
from dimitra_studio.face.morph import deform, landmark_points, neutral, place, project, vertex_normals

_HEAD = load_head_model()
_IOD = 0.569
# The first call compiles.
_UNTIMED = settings(deadline=None)
_IDENTITY = hnp.arrays(np.float32, IDENTITY_COUNT, elements=st.floats(-1.5, 1.5, width=32))
_COMPONENTS = hnp.arrays(np.float32, COMPONENT_COUNT, elements=st.floats(0, 1, width=32))
_BLINKS = [COMPONENT_INDEX["eyeBlinkLeft"], COMPONENT_INDEX["eyeBlinkRight"]]


def _face(**components: float) -> np.ndarray:
    values = np.zeros(COMPONENT_COUNT, np.float32)
    for name, value in components.items():
        values[COMPONENT_INDEX[name]] = value
    return values


def _lid_gap(vertices: np.ndarray, seam: Seam) -> np.ndarray:
    return vertices[seam.upper] - vertices[seam.lower]


def _mouth_gap(vertices: np.ndarray) -> np.ndarray:
    """How far the upper rim is above the lower one, at the same x [39], dm."""
    upper, lower = vertices[_HEAD.mouth.upper], vertices[_HEAD.mouth.lower]
    x = np.linspace(max(upper[0, 0], lower[0, 0]), min(upper[-1, 0], lower[-1, 0]), 41)[1:-1]
    return np.interp(x, upper[:, 0], upper[:, 1]) - np.interp(x, lower[:, 0], lower[:, 1])


@_UNTIMED
@given(_IDENTITY, _COMPONENTS)
def test_a_full_blink_closes_the_lids_exactly_whoever_it_is(identity, components) -> None:
    components[_BLINKS] = 1
    vertices = deform(_HEAD, neutral(_HEAD, identity), components)
    for lid in _HEAD.lids:
        assert np.abs(_lid_gap(vertices, lid.seam)).max() < 1e-4 * _IOD


@_UNTIMED
@given(_IDENTITY, _COMPONENTS, st.floats(0, 1))
def test_a_part_of_a_blink_closes_that_part_of_the_gap(identity, components, blink) -> None:
    person = neutral(_HEAD, identity)
    components[_BLINKS] = 0
    opened = deform(_HEAD, person, components)
    components[_BLINKS] = blink
    closing = deform(_HEAD, person, components)
    for lid in _HEAD.lids:
        expected = (1 - blink) * _lid_gap(opened, lid.seam)
        assert np.allclose(_lid_gap(closing, lid.seam), expected, atol=1e-4 * _IOD)


def test_eyes_at_rest_are_open() -> None:
    for lid in _HEAD.lids:
        assert _lid_gap(_HEAD.mean, lid.seam)[10:-10, 1].min() > 0.1 * _IOD


@_UNTIMED
@given(_IDENTITY)
def test_the_neutral_mouth_is_closed(identity) -> None:
    gap = _mouth_gap(neutral(_HEAD, 0.5 * identity))
    # Half of one percent of the eye distance: under a pixel of a face 150 px wide.
    assert np.abs(gap).max() < 0.005 * _IOD


def _pixels_of(vertices: np.ndarray, pitch: float, *regions: str) -> int:
    """How many pixels of a head 500 px high show the regions."""
    camera = Camera(focal=1700.0, cx=250, cy=260, width=500, height=560)
    uv, depth = project(place(vertices, (pitch, 0, 0, 0, 0, 0), _HEAD), camera)
    seen = visible_triangles(uv, depth, _HEAD.triangles, (camera.width, camera.height))
    return int(_HEAD.region(*regions)[seen[seen >= 0]].sum())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("pitch", [-0.2, 0.0, 0.2])
def test_closed_eyes_and_mouth_show_nothing_of_what_lies_behind(seed, pitch) -> None:
    random = np.random.default_rng(seed)
    person = neutral(_HEAD, random.normal(0, 0.5, IDENTITY_COUNT))
    eyes = ("eye_left", "eye_right")
    inside = ("mouth_bag", "teeth_upper", "teeth_lower", "tongue")
    assert _pixels_of(person, pitch, *eyes) > 100
    assert _pixels_of(person, pitch, *inside) <= 5
    closed = deform(_HEAD, person, _face(eyeBlinkLeft=1, eyeBlinkRight=1, jawOpen=0.3, mouthClose=0.3))
    assert _pixels_of(closed, pitch, *eyes) == 0
    assert _pixels_of(closed, pitch, *inside) <= 10
    assert _pixels_of(deform(_HEAD, person, _face(jawOpen=0.3)), pitch, *inside) > 100


@_UNTIMED
@given(st.floats(0, 1))
def test_mouth_close_keeps_the_lips_together_while_the_jaw_opens(amount) -> None:
    together = deform(_HEAD, _HEAD.mean, _face(jawOpen=amount, mouthClose=amount))
    assert np.abs(_mouth_gap(together)).max() < 0.005 * _IOD


@pytest.mark.parametrize("amount", [0.1, 0.5, 1.0])
def test_the_jaw_opens_the_rim(amount) -> None:
    gap = _mouth_gap(deform(_HEAD, _HEAD.mean, _face(jawOpen=amount)))
    assert gap[len(gap) // 2] > 0.45 * amount * _IOD


def test_mouth_close_undoes_no_more_than_the_jaw_has_opened() -> None:
    assert np.array_equal(deform(_HEAD, _HEAD.mean, _face(mouthClose=1)), _HEAD.mean)
    one = deform(_HEAD, _HEAD.mean, _face(jawOpen=0.3, mouthClose=0.9))
    assert np.array_equal(one, deform(_HEAD, _HEAD.mean, _face(jawOpen=0.3, mouthClose=0.3)))


def test_the_tongue_comes_out_over_the_lower_lip() -> None:
    vertices = deform(_HEAD, _HEAD.mean, _face(jawOpen=0.4, tongueOut=1))
    tongue = vertices[np.unique(_HEAD.triangles[_HEAD.region("tongue")])]
    lip = vertices[_HEAD.mouth.lower]
    tip = tongue[tongue[:, 2].argmax()]
    assert tip[2] > lip[:, 2].max() + 0.05
    # Where the tongue crosses the lip its top lies above the rim, below the upper teeth.
    crossing = tongue[np.abs(tongue[:, 2] - lip[:, 2].max()) < 0.08]
    assert crossing[:, 1].max() > lip[len(lip) // 2, 1]


def test_shapes_add_up() -> None:
    random = np.random.default_rng(0)
    b = random.normal(size=IDENTITY_COUNT).astype(np.float32)
    e = random.uniform(0, 0.5, COMPONENT_COUNT).astype(np.float32)
    e[_BLINKS], e[COMPONENT_INDEX["mouthClose"]] = 0, 0
    expected = _HEAD.mean + np.tensordot(b, _HEAD.identity, 1) + np.tensordot(e, _HEAD.expression, 1)
    assert np.allclose(deform(_HEAD, neutral(_HEAD, b), e), expected, atol=1e-4)


def test_inputs_are_left_alone() -> None:
    person, e = _HEAD.mean.copy(), _face(mouthClose=1, eyeBlinkLeft=1)
    kept = e.copy()
    deform(_HEAD, person, e)
    assert np.array_equal(person, _HEAD.mean)
    assert np.array_equal(e, kept)


def test_a_wrong_number_of_coefficients_is_refused() -> None:
    with pytest.raises(ValueError, match="80"):
        neutral(_HEAD, np.zeros(79))
    with pytest.raises(ValueError, match="64"):
        deform(_HEAD, _HEAD.mean, np.zeros(65))


def test_left_and_right_are_mirror_images(head: HeadModel) -> None:
    for left, right in (("eyeBlinkLeft", "eyeBlinkRight"), ("mouthSmileLeft", "mouthSmileRight")):
        one = landmark_points(head, deform(head, head.mean, _face(**{left: 1})))
        other = landmark_points(head, deform(head, head.mean, _face(**{right: 1}))) * np.array([-1, 1, 1])
        nearest = np.linalg.norm(one[:, None] - other[None], axis=2).min(axis=1)
        assert np.median(nearest) < 0.01 * _IOD


def test_the_head_turns_about_its_pivot(head) -> None:
    pose = np.array([0.2, -0.4, 0.1, 0.3, -0.2, 0.5])
    assert np.allclose(place(head.pivot[None], pose, head), pose[3:], atol=1e-6)
    turned = place(head.mean, pose, head)
    assert np.allclose(
        np.linalg.norm(turned - pose[3:], axis=1), np.linalg.norm(head.mean - head.pivot, axis=1), atol=1e-4
    )


def test_projection_is_the_cameras(camera) -> None:
    Q = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 5]], np.float32)
    uv, depth = project(Q, camera)
    f, d = camera.focal, camera.distance
    assert np.allclose(depth, [d, d, d, d - 5])
    expected = [(0, 0), (f / d, 0), (0, -f / d), (f / (d - 5), -f / (d - 5))]
    assert np.allclose(uv - (camera.cx, camera.cy), expected, atol=1e-3)


@_UNTIMED
@given(_IDENTITY, _COMPONENTS)
def test_normals_are_unit(identity, components) -> None:
    normals = vertex_normals(deform(_HEAD, neutral(_HEAD, identity), components), _HEAD.triangles)
    assert np.allclose(np.linalg.norm(normals, axis=1), 1, atol=1e-5)


def test_normals_of_a_plane_and_of_nothing() -> None:
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [9, 9, 9]], np.float32)
    normals = vertex_normals(square, np.array([[0, 1, 2], [0, 0, 0]], np.int32))
    assert np.allclose(normals, [0, 0, 1])
    flipped = vertex_normals(square, np.array([[0, 2, 1]], np.int32))
    assert np.allclose(flipped[:3], [0, 0, -1])
