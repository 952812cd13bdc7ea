"""A portrait's 3DMM."""

import math
from dataclasses import replace

import numpy as np

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.face.camera import face_camera
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import LIP_GAP_PAIRS, eye_distance, pair_gap
from dimitra_studio.face.landmark_shape import landmark_shape
from dimitra_studio.face.landmarks import DetectedFace, FaceDetector
from dimitra_studio.face.observation import observe
from dimitra_studio.face.prior import expression_prior
from dimitra_studio.face.single_fit import fit_error, fit_frame, person_problem, split_state

SMALLEST_FACE = 64
# Beyond this MediaPipe guesses the hidden half of the face.
LARGEST_YAW = math.radians(50)
# Real faces stay below 0.03; landmarks that no head can have are not a face's.
LARGEST_ERROR = 0.06
# Usable, but the result shows it: the user is told. Angles in radians, the lips' gap in inter-ocular distances.
_FRONTAL = math.radians(20)
_UPRIGHT = math.radians(45)
_MOUTH_OPEN = 0.2


def fit_portrait(portrait: Portrait, detector: FaceDetector, model: HeadModel, face: int = 0) -> FaceFit:
    """Fits face number `face` (0 = the largest) of a picture.

    Raises InputError when there is no such face, or it is under 64 px wide, turned too far aside, or unlike any head.
    """
    found = detector.detect(portrait.pixels)
    if not found:
        raise InputError(
            f"No face was found in {portrait.name}.", "Use a photo in which one face is seen clearly from the front."
        )
    if not 0 <= face < len(found):
        faces = "only one face" if len(found) == 1 else f"{len(found)} faces"
        raise InputError(
            f"{portrait.name} shows {faces}, so there is no face {face}.",
            f"Choose 0 (the largest) to {len(found) - 1}." if len(found) > 1 else "Leave the choice of a face out.",
        )
    chosen = found[face]
    if chosen.width < SMALLEST_FACE:
        raise InputError(
            f"The face in {portrait.name} is only {chosen.width:.0f} px wide; at least {SMALLEST_FACE} px are needed.",
            "Use a larger picture of the face.",
        )
    fit = fit_detected(chosen, portrait.size, model)
    _refuse_unusable(fit, portrait.name)
    notes = [*portrait.notes]
    if len(found) > 1:
        which = "the largest" if face == 0 else f"number {face}, counted from the largest (0)"
        notes.append(f"The picture shows {len(found)} faces; {which} was taken.")
    notes += _advice(fit)
    boxes = tuple(each.box for each in found)
    return replace(fit, face=face, faces=len(found), notes=tuple(notes), boxes=boxes)


def fit_detected(face: DetectedFace, size: tuple[int, int], model: HeadModel) -> FaceFit:
    """Fits one detected face of a picture of `size` (width, height) px, whatever comes out."""
    shape = landmark_shape(model)
    iod = float(eye_distance(face.landmarks))
    camera = face_camera(face.landmarks, iod, size, shape)
    state = fit_frame(person_problem(shape, expression_prior()), observe(face.landmarks, face.blendshapes), camera)
    identity, expression, pose = split_state(state)
    error = fit_error(shape, state, camera, face.landmarks, iod)
    return FaceFit(
        identity.astype(np.float32),
        expression.astype(np.float32),
        pose.astype(np.float32),
        camera,
        face.landmarks,
        error,
    )


def _advice(fit: FaceFit) -> list[str]:
    """What a better photo would mend."""
    advice = []
    if math.cos(float(fit.pose[2])) < math.cos(_UPRIGHT):
        advice.append("The photo seems to lie on its side. Turn it so that the head is upright and open it again.")
    turned = max(abs(float(angle)) for angle in fit.pose[:2])
    if turned > _FRONTAL:
        advice.append(
            f"The head is turned by {math.degrees(turned):.0f}° in this picture: what it hides can only be guessed. "
            "A photo from the front works better."
        )
    if pair_gap(fit.landmarks, LIP_GAP_PAIRS) > _MOUTH_OPEN * eye_distance(fit.landmarks):
        advice.append("The mouth is wide open in this picture. A photo with closed lips gives a better mouth.")
    return advice


def _refuse_unusable(fit: FaceFit, name: str) -> None:
    yaw, limit = math.degrees(abs(float(fit.pose[1]))), math.degrees(LARGEST_YAW)
    if yaw > limit:
        raise InputError(
            f"The face in {name} is turned {yaw:.0f}° to the side; at most {limit:.0f}° can be used.",
            "Use a photo in which both eyes are seen.",
        )
    if not fit.error <= LARGEST_ERROR:
        raise InputError(
            f"What looks like a face in {name} does not have a human head's shape "
            f"(its landmarks are off by {fit.error:.0%} of the eye distance).",
            "Use a photo of a person; drawings work only when they are drawn lifelike.",
        )
