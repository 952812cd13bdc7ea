"""Films with the face and the mouth repaired by the networks that ship."""

import json

import numpy as np
import pytest
from PIL import Image

from dimitra_studio.engine.loader import Loader
from dimitra_studio.engine.renderers import REPAIR_MODELS
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.images import read_portrait
from dimitra_studio.face.landmark_sets import eye_distance

SIZE = 128


@pytest.fixture
def film(dimitra, portrait, motion_file, tmp_path):
    def make(*words):
        out = tmp_path / "-".join(("film", *words))
        told = dimitra("render", portrait, motion_file, "-o", f"{out}/", "--size", SIZE, *words)
        assert told.status == 0, told.err
        pictures = [np.asarray(Image.open(each)) for each in sorted(out.glob("*.png"))]
        return pictures, json.loads((out / "about.json").read_text())["recipe"]

    return make


def test_networks_repair_the_face_and_nothing_else(film, portrait):
    (mended, recipe), (warped, quick) = film("--renderer", "neural"), film("--renderer", "warp")
    assert (recipe["render"]["renderer"], quick["render"]["renderer"]) == ("neural", "warp")
    with Loader() as loader:
        for model in REPAIR_MODELS:
            assert recipe["models"][model] == loader.registry.model(model).digest
            assert model not in quick["models"]
        sitter = read_portrait(portrait)
        fit = fit_portrait(sitter, loader.detector, loader.head)
    landmarks = fit.landmarks * (SIZE / max(sitter.size))
    reach = 2.2 * eye_distance(landmarks)  # half the network's square and how far the head moves
    (left, top), (right, bottom) = landmarks.mean(axis=0) - reach, landmarks.mean(axis=0) + reach
    about = np.zeros(warped[0].shape[:2], bool)
    about[max(int(top), 0) : int(bottom), max(int(left), 0) : int(right)] = True
    changed = np.any([mine != other for mine, other in zip(mended, warped, strict=True)], axis=(0, 3))
    assert changed[about].any()
    assert not about.all()
    assert not changed[~about].any()
