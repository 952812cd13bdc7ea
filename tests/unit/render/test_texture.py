"""What hidden skin borrows, and when."""

import numpy as np
import pytest

from dimitra_studio.render.geometry import HeadGeometry
from dimitra_studio.render.texture import read_texture


@pytest.fixture(scope="module")
def geometry(head, closed):
    return HeadGeometry(head, closed.fit)


@pytest.fixture(scope="module")
def texture(geometry):
    return read_texture(geometry)


def test_seen_skin_keeps_its_place_in_the_portrait(geometry, texture):
    places, beside = texture.at(geometry.source)
    np.testing.assert_array_equal(places[~texture.hidden], geometry.source.uv[~texture.hidden])
    np.testing.assert_array_equal(beside, geometry.source.uv)


def test_borrowed_places_lie_on_the_seen_face(geometry, texture, head):
    borrowing = np.abs(texture.borrowed).max(axis=1) > 0
    assert borrowing.sum() > 500
    places = (texture.places + texture.borrowed)[borrowing]
    # Laplace's equation: between the lenders' extremes.
    seen = texture.places[~texture.hidden]
    assert (places >= seen.min(axis=0) - 1).all()
    assert (places <= seen.max(axis=0) + 1).all()


def test_a_turning_cheek_borrows_and_the_other_does_not(geometry, texture, closed, head):
    posed = geometry.pose(closed.fit.expression, closed.pose(yaw=15))
    places, _ = texture.at(posed)
    far = np.abs(places - texture.places).max(axis=1)
    far[texture.hidden | (head.mean[:, 1] < 6.9)] = 0
    right, left = head.mean[:, 0] < -0.4, head.mean[:, 0] > 0.4
    # Turned to the image's right, the cheek on the image's left comes into view.
    assert (far > 0.5)[right].sum() > 50
    assert far[right].sum() > 3 * far[left].sum()


def test_rims_depart_with_their_edge_only(geometry, texture, closed):
    blink = geometry.pose(closed.components(eyeBlinkLeft=1), closed.fit.pose)
    jaw = geometry.pose(closed.components(jawOpen=0.4), closed.fit.pose)
    turned = geometry.pose(closed.fit.expression, closed.pose(x=0.3))
    left, right = texture.lids
    assert left.departure(blink.uv, texture.places) == 1
    assert right.departure(blink.uv, texture.places) == 0
    assert texture.mouth.departure(blink.uv, texture.places) == 0
    assert texture.mouth.departure(jaw.uv, texture.places) == 1
    assert texture.jaw.departure(jaw.uv, texture.places) == 1
    assert texture.mouth.departure(turned.uv, texture.places) < 0.25
