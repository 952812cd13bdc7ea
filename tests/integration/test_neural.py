"""Films with the mouth repaired by the network that ships."""

import json

import numpy as np
import pytest
from PIL import Image

from dimitra_studio.engine.loader import Loader
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.landmark_sets import LIPS_OUTER


@pytest.fixture
def film(dimitra, portrait, motion_file, tmp_path):
    def make(*words):
        out = tmp_path / "-".join(("film", *words))
        told = dimitra("render", portrait, motion_file, "-o", f"{out}/", "--size", 128, *words)
        assert told.status == 0, told.err
        pictures = [np.asarray(Image.open(each)) for each in sorted(out.glob("*.png"))]
        return pictures, json.loads((out / "about.json").read_text())["recipe"]

    return make


def test_a_network_repairs_the_mouth_and_nothing_else(film, portrait):
    (mended, recipe), (warped, quick) = film("--renderer", "neural"), film()
    assert (recipe["render"]["renderer"], quick["render"]["renderer"]) == ("neural", "warp")
    with Loader() as loader:
        assert recipe["models"]["renderer-mouth"] == loader.registry.model("renderer-mouth").digest
        assert "renderer-mouth" not in quick["models"]
        sitter = read_portrait(portrait)
        fit = fit_portrait(sitter, loader.detector, loader.head)
    lips = fit.landmarks[list(LIPS_OUTER)] * (128 / max(sitter.size))
    width = np.ptp(lips[:, 0])
    (left, top), (right, bottom) = lips.min(axis=0) - width, lips.max(axis=0) + width
    about = np.zeros(warped[0].shape[:2], bool)
    about[max(int(top), 0) : int(bottom), max(int(left), 0) : int(right)] = True
    changed = np.any([mine != other for mine, other in zip(mended, warped, strict=True)], axis=(0, 3))
    assert changed[about].any()
    assert not changed[~about].any()
