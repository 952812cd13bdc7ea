from dataclasses import replace

import numpy as np
import pytest

from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT
from dimitra_studio.face.building.landmark_refine import SeenFace, measure_misses, refine_landmarks
from dimitra_studio.face.building.landmark_search import search_landmarks
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.head_model import REGIONS
from dimitra_studio.face.landmarks import DetectedFace
from dimitra_studio.face.morph import landmark_points

_IOD = 0.569
# The tip of the nose, a cheek, the chin.
_MOVED = (1, 205, 425, 199)


@pytest.fixture(scope="module")
def people(see) -> list[SeenFace]:
    random = np.random.default_rng(1)
    faces = []
    for _ in range(12):
        expression = np.zeros(64)
        expression[COMPONENT_INDEX["jawOpen"]] = random.uniform(0, 0.3)
        pose = [*random.uniform(-0.2, 0.2, 3), 0, 0, 0]
        landmarks = see(random.normal(0, 0.3, 80), expression, pose)
        faces.append(SeenFace(DetectedFace(landmarks, np.zeros(BLENDSHAPE_COUNT)), (512, 512)))
    return faces


def test_refinement_brings_misplaced_landmarks_back(head, people) -> None:
    triangles, weights = head.landmark_triangles.copy(), head.landmark_weights.copy()
    centres = head.mean[head.triangles].mean(axis=1)
    skin = np.flatnonzero(head.region("skin"))
    truth = landmark_points(head, head.mean)
    for landmark in _MOVED:
        # Some 4 % of the eye distance higher up.
        wanted = truth[landmark] + (0, 0.024, 0)
        triangles[landmark] = skin[np.linalg.norm(centres[skin] - wanted, axis=1).argmin()]
        weights[landmark] = 1 / 3
    wrong = replace(head, landmark_triangles=triangles, landmark_weights=weights)
    places = refine_landmarks(wrong, people, rounds=3)

    def error(model) -> np.ndarray:
        return np.linalg.norm(landmark_points(model, model.mean) - truth, axis=1)[list(_MOVED)]

    mended = replace(head, landmark_triangles=places.triangles, landmark_weights=places.weights.astype(np.float32))
    assert error(wrong).min() > 0.015
    assert error(mended).max() < 0.5 * error(wrong).min()
    assert "12 video frames" in places.provenance


def test_misses_are_small_where_the_model_is_right(head, people) -> None:
    misses = measure_misses(head, people)
    assert np.mean([miss.distances.mean() for miss in misses]) < 0.005
    assert max(np.linalg.norm(miss.offsets, axis=1).max() for miss in misses) < 0.05 * _IOD


def test_rendered_heads_show_where_landmarks_lie(head, detector) -> None:
    places = search_landmarks(head, detector, heads=2, seed=3)
    assert np.allclose(places.weights.sum(axis=1), 1)
    regions = np.array(REGIONS)[head.triangle_region[places.triangles]]
    assert set(regions) <= {"skin", "ears", "eye_left", "eye_right"}
    found = np.einsum("nk,nkd->nd", places.weights, head.mean[head.triangles[places.triangles]])
    away = np.linalg.norm(found - landmark_points(head, head.mean), axis=1) / _IOD
    # Renderings are seen with a bias; refinement on real frames is what removes it.
    assert np.median(away) < 0.04
