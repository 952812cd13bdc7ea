import numpy as np
import pytest

from dimitra_studio.core.channels import COMPONENT_COUNT
from dimitra_studio.core.errors import ModelError
from dimitra_studio.core.paths import resource, shipped_model
from dimitra_studio.face.images import read_portrait
from dimitra_studio.render.matte import MattedRenderer, find_matte
from dimitra_studio.render.warp import WarpRenderer

NETWORK = shipped_model("selfie_segmentation.tflite")


@pytest.fixture(scope="module")
def pixels():
    return read_portrait(resource("sample/portrait.png")).pixels


def test_the_person_is_whole_and_the_background_gone(pixels):
    matte = find_matte(pixels, NETWORK)
    assert (matte.shape, matte.dtype) == (pixels.shape[:2], np.uint8)
    assert (matte[70:150, 195:255] == 255).all()  # the face
    assert (matte[330:500, 130:200] == 255).all()  # the suit, in which the network sees holes
    assert (matte[:140, :100] == 0).all()  # the flag
    assert (matte[20:250, 330:] < 16).all()  # the rocket
    assert 0.3 < (matte == 255).mean() < 0.7
    assert ((matte > 0) & (matte < 255)).mean() < 0.06  # edges alone are in between


def test_a_picture_without_a_person_is_all_background():
    noise = np.random.default_rng(0).integers(90, 110, (200, 300, 3), np.uint8)
    assert (find_matte(noise, NETWORK) == 0).mean() > 0.95


def test_a_damaged_network_is_one_sentence(pixels, tmp_path):
    (tmp_path / "bad.tflite").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="cannot be read as a network"):
        find_matte(pixels, tmp_path / "bad.tflite")


def test_the_matte_moves_as_the_picture_does(closed, head):
    """A matte that is the picture's own green channel goes where the green goes."""
    warp = WarpRenderer(closed.portrait, closed.fit, head)
    green = np.ascontiguousarray(warp.picture[:, :, 1])
    renderer = MattedRenderer(warp, warp, green)
    fit = warp.geometry.fit
    values = np.concatenate([np.zeros(COMPONENT_COUNT), fit.pose]).astype(np.float32)[None].repeat(2, 0)
    values[0, :COMPONENT_COUNT] = fit.expression
    values[1, :COMPONENT_COUNT] = fit.expression
    values[1, 65] += 0.15
    still, turned = (renderer.show(values, frame) for frame in (0, 1))
    assert still.shape == (*warp.picture.shape[:2], 4)
    np.testing.assert_array_equal(still[:, :, :3], warp.picture)
    np.testing.assert_array_equal(still[:, :, 3], green)
    moved = np.abs(turned[:, :, 3].astype(int) - green) > 8
    assert moved.mean() > 0.02
    difference = np.abs(turned[:, :, 3].astype(int) - turned[:, :, 1])
    assert np.median(difference[moved]) <= 2  # but for eyes and the mouth's inside, which are drawn
