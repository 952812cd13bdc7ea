from dataclasses import replace

import cv2
import numpy as np
import pytest

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.media import Portrait
from dimitra_studio.face import morph
from dimitra_studio.face.blendshapes import BLENDSHAPE_COUNT, BLENDSHAPE_NAMES
from dimitra_studio.face.camera import face_camera
from dimitra_studio.face.components import COMPONENT_INDEX
from dimitra_studio.face.fit import fit_portrait
from dimitra_studio.face.landmark_sets import eye_distance
from dimitra_studio.face.landmarks import DetectedFace
from dimitra_studio.face.observation import observe
from dimitra_studio.face.prior import expression_prior
from dimitra_studio.face.single_fit import fit_error, fit_frame, person_problem, split_state

NO_SCORES = np.zeros(BLENDSHAPE_COUNT, np.float32)


class FixedDetector:
    """Finds the faces it was given."""

    def __init__(self, *landmarks):
        self.faces = tuple(DetectedFace(points, NO_SCORES) for points in landmarks)

    def detect(self, pixels):
        return self.faces


def picture(name="somebody.png", size=512):
    return Portrait(np.full((size, size, 3), 90, np.uint8), name, "0" * 64)


def expression(**components):
    values = np.zeros(64)
    for name, value in components.items():
        values[COMPONENT_INDEX[name]] = value
    return values


def scores_of(components):
    """The scores that MediaPipe gives for these components, which it overstates."""
    scores = NO_SCORES.copy()
    for name, value in components.items():
        scores[BLENDSHAPE_NAMES.index(name)] = value / 0.7
    return scores


POSES = ((0, 0, 0, 0, 0, 0), (0.15, -0.3, 0.1, 0.3, -0.2, 1.0), (-0.2, 0.5, -0.4, -1, 0.5, -0.8))
SMILE = {"mouthSmileLeft": 0.6, "mouthSmileRight": 0.5, "jawOpen": 0.25, "browInnerUp": 0.4}
SPEECH = {"jawOpen": 0.45, "mouthFunnel": 0.4, "eyeLookInLeft": 0.3, "eyeLookOutRight": 0.3}


@pytest.mark.parametrize("components", [{}, SMILE, SPEECH])
@pytest.mark.parametrize(
    "pose", [(0, 0, 0, 0, 0, 0), (0.15, -0.3, 0.1, 0.3, -0.2, 1.0), (-0.2, 0.5, -0.4, -1, 0.5, -0.8)]
)
def test_recovers_a_known_head(shape, camera, see, components, pose):
    """The model's own landmarks, projected with known parameters, are explained again."""
    identity = np.random.default_rng(4).normal(0, 0.3, 80)
    truth = expression(**components)
    landmarks = see(identity, truth, pose)
    state = fit_frame(person_problem(shape, expression_prior()), observe(landmarks, scores_of(components)), camera)
    _, found, found_pose = split_state(state)
    assert fit_error(shape, state, camera, landmarks, float(eye_distance(landmarks))) < 0.006
    assert np.abs(found_pose[:3] - pose[:3]).max() < 0.035
    assert np.abs(found_pose[3:5] - pose[3:5]).max() < 0.1
    for name in components:
        assert found[COMPONENT_INDEX[name]] == pytest.approx(components[name], abs=0.15)


def test_landmarks_outweigh_the_scores(shape, camera, see):
    """Scores that deny what the landmarks show."""
    landmarks = see(np.zeros(80), expression(**SMILE), (0, 0, 0, 0, 0, 0))
    state = fit_frame(person_problem(shape, expression_prior()), observe(landmarks, NO_SCORES), camera)
    found = split_state(state)[1]
    assert fit_error(shape, state, camera, landmarks, float(eye_distance(landmarks))) < 0.006
    for name in ("mouthSmileLeft", "mouthSmileRight", "jawOpen"):
        assert found[COMPONENT_INDEX[name]] > 0.6 * SMILE[name]


def test_turned_upside_down(shape, camera, see):
    landmarks = see(np.zeros(80), expression(), (0, 0, 0, 0, 0, 0))
    middle = np.array([camera.cx, camera.cy])
    state = fit_frame(person_problem(shape, expression_prior()), observe(2 * middle - landmarks, NO_SCORES), camera)
    assert abs(np.cos(state[-4]) + 1) < 1e-3


def test_noise_of_the_detector_is_borne(shape, camera, see):
    truth = expression(**SMILE)
    landmarks = see(np.zeros(80), truth, (0.1, 0.2, 0, 0, 0, 0))
    noisy = landmarks + np.random.default_rng(1).normal(0, 0.01 * eye_distance(landmarks), landmarks.shape)
    noisy[200:210] += 0.3 * eye_distance(landmarks)
    state = fit_frame(person_problem(shape, expression_prior()), observe(noisy, NO_SCORES), camera)
    assert np.abs(split_state(state)[1] - truth)[:17].max() < 0.2
    assert fit_error(shape, state, camera, landmarks, float(eye_distance(landmarks))) < 0.012


def test_bounds_hold(shape, camera, see):
    """A jaw that opens beyond what a jaw can, and lips that would have to be pulled together without an open jaw."""
    prior = expression_prior()
    landmarks = see(np.zeros(80), expression(jawOpen=2.0, mouthPucker=-1.0), (0, 0, 0, 0, 0, 0))
    found = split_state(fit_frame(person_problem(shape, prior), observe(landmarks, NO_SCORES), camera))[1]
    assert (found >= prior.lower - 1e-6).all()
    assert (found <= prior.upper + 1e-6).all()
    assert found[COMPONENT_INDEX["mouthClose"]] <= max(0, found[COMPONENT_INDEX["jawOpen"]]) + 1e-6


def test_fit_agrees_with_morph(head, detector, sample):
    """What the fit says, the renderer's own functions must show where the landmarks were detected."""
    fit = fit_portrait(sample, detector, head)
    vertices = morph.deform(head, morph.neutral(head, fit.identity), fit.expression)
    Q = morph.place(morph.landmark_points(head, vertices), fit.pose, head)
    pixels, depth = morph.project(Q, fit.camera)
    assert np.allclose(depth, fit.camera.distance - Q[:, 2])
    distance = np.linalg.norm(pixels - fit.landmarks, axis=1).mean() / eye_distance(fit.landmarks)
    assert distance == pytest.approx(fit.error, abs=1e-4)
    assert fit.error < 0.015
    assert (fit.face, fit.faces, fit.notes) == (0, 1, ())


def test_same_picture_same_fit(head, detector, sample):
    one, two = fit_portrait(sample, detector, head), fit_portrait(sample, detector, head)
    assert np.array_equal(one.identity, two.identity)
    assert np.array_equal(one.expression, two.expression)


def test_size_changes_nothing_but_the_camera(head, detector, sample):
    small = fit_portrait(sample, detector, head)
    large = fit_portrait(
        replace(sample, pixels=cv2.resize(sample.pixels, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)),
        detector,
        head,
    )
    assert large.camera.focal == pytest.approx(3 * small.camera.focal, rel=0.02)
    assert np.abs(large.pose[:3] - small.pose[:3]).max() < 0.03
    assert np.abs(large.expression - small.expression).max() < 0.25


def test_camera_looks_at_the_face_wherever_it_is(shape, see):
    landmarks = see(np.zeros(80), expression(), (0, 0, 0, 0, 0, 0))
    iod = float(eye_distance(landmarks))
    near = face_camera(landmarks, iod, (512, 512), shape)
    far = face_camera(landmarks + np.array([3000, 1000]), iod, (4000, 2000), shape)
    assert (far.cx - near.cx, far.cy - near.cy, far.focal) == pytest.approx((3000, 1000, near.focal))


def test_what_a_better_photo_would_mend_is_told(head, see):
    def notes(jaw, yaw):
        return fit_portrait(
            picture(), FixedDetector(see(np.zeros(80), expression(jawOpen=jaw), (0, yaw, 0, 0, 0, 0))), head
        ).notes

    assert notes(jaw=0.05, yaw=0.1) == ()
    (turned,) = notes(jaw=0.05, yaw=-0.5)
    assert "turned by" in turned
    (gaping,) = notes(jaw=0.8, yaw=0.0)
    assert "wide open" in gaping


@pytest.mark.parametrize(("roll", "lies"), [(-1.6, True), (1.4, True), (3.1, True), (0.4, False)])
def test_a_photo_that_lies_on_its_side_is_told(roll, lies, head, see):
    upright = see(np.zeros(80), expression(jawOpen=0.05), (0, 0, 0, 0, 0, 0))
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    notes = fit_portrait(picture(), FixedDetector((upright - 256) @ turn + 256), head).notes
    assert any("on its side" in note for note in notes) is lies


def test_no_face(head):
    with pytest.raises(InputError, match=r"No face was found in somebody\.png"):
        fit_portrait(picture(), FixedDetector(), head)


def test_several_faces(head, detector, sample):
    half = cv2.resize(sample.pixels, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    pixels = np.full((512, 1024, 3), 110, np.uint8)
    pixels[:, :512] = sample.pixels
    pixels[: half.shape[0], 560 : 560 + half.shape[1]] = half
    both = Portrait(pixels, "two.png", "0" * 64)
    largest, second = fit_portrait(both, detector, head), fit_portrait(both, detector, head, face=1)
    assert (largest.faces, largest.face, second.face) == (2, 0, 1)
    assert largest.camera.cx < 512 < second.camera.cx
    assert "2 faces" in largest.notes[0]
    assert "largest was taken" in largest.notes[0]
    assert "number 1" in second.notes[0]
    for wrong in (2, -1):
        with pytest.raises(InputError, match="shows 2 faces"):
            fit_portrait(both, detector, head, face=wrong)
    with pytest.raises(InputError, match="only one face"):
        fit_portrait(sample, detector, head, face=1)


def test_small_face_says_how_small(head, detector, sample):
    small = cv2.resize(sample.pixels, None, fx=0.55, fy=0.55, interpolation=cv2.INTER_AREA)
    with pytest.raises(InputError, match=r"only 5[0-9] px wide"):
        fit_portrait(Portrait(small, "small.png", "0" * 64), detector, head)


def test_profile_is_refused(head, see):
    turned = see(np.zeros(80), expression(), (0, 1.1, 0, 0, 0, 0))
    with pytest.raises(InputError, match=r"turned [56][0-9]° to the side"):
        fit_portrait(picture(), FixedDetector(turned), head)


def test_what_no_head_can_be_is_refused(head, see):
    face = see(np.zeros(80), expression(), (0, 0, 0, 0, 0, 0))
    drawn = face.copy()
    # Eyes and mouth three times their size, as in a cartoon.
    for part in (slice(0, 478, 2), slice(468, 478)):
        drawn[part] = face[part].mean(axis=0) + 1.6 * (face[part] - face[part].mean(axis=0))
    with pytest.raises(InputError, match="does not have a human head's shape"):
        fit_portrait(picture(), FixedDetector(drawn), head)
