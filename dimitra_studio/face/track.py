"""A video's 3DMM: one identity and camera, then expression and pose frame by frame."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import runs
from dimitra_studio.core.channels import CHANNEL_COUNT, COMPONENT_COUNT, POSE_COUNT
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import Camera, FaceTrack
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.face.camera import face_camera, seen_eye_distance
from dimitra_studio.face.fit import LARGEST_ERROR, LARGEST_YAW, SMALLEST_FACE
from dimitra_studio.face.follow import follow_face
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.identity_fit import fit_identity
from dimitra_studio.face.landmark_sets import facing_away
from dimitra_studio.face.landmark_shape import LandmarkShape, landmark_shape
from dimitra_studio.face.landmark_track import LandmarkTrack
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.observation import observe
from dimitra_studio.face.prior import expression_prior
from dimitra_studio.face.single_fit import fit_error, fit_frame, person_problem, refine
from dimitra_studio.face.smoothing import smooth_motion
from dimitra_studio.face.solver import Gaussian

# Frames that the identity is fitted to, spread over the video.
IDENTITY_FRAMES = 8
# About 35 degrees of yaw: beyond, the far side of the face is guessed.
_FRONTAL = 1.0
_STEPS = 4
# The single fits only start the joint one.
_SINGLE_STEPS = 6
_MISLED = LARGEST_ERROR / 2
# How strongly a frame holds on to the one before: components, then pose (radians, decimetres).
_COMPONENT_HOLD = 15.0
_POSE_HOLD = 0.15 / np.array([0.01, 0.01, 0.01, 0.02, 0.02, 0.1]) ** 2
_HOLD = np.concatenate([np.full(COMPONENT_COUNT, _COMPONENT_HOLD), _POSE_HOLD])
_GAPS_TOLD = 8


def track_video(
    path: str | Path,
    detector: FaceDetector,
    model: HeadModel,
    smooth: bool = False,
    face: int = 0,
    *,
    fps: float | None = MOTION_FPS,
) -> Job[FaceTrack]:
    """Follows face number `face` (0 = the largest) through a video at `fps` (None: its own rate).

    `smooth` takes the landmarks' trembling out without delay and without opening closed lips or lids. Frames without a
    usable face are NaN and told in the notes. Raises InputError as `follow_face` and `track_landmarks`.
    """
    seen = yield from follow_face(path, detector, face, fps)
    return (yield from track_landmarks(seen, landmark_shape(model), smooth=smooth, name=Path(path).name))


def track_landmarks(
    seen: LandmarkTrack, shape: LandmarkShape, smooth: bool = False, name: str = "the video"
) -> Job[FaceTrack]:
    """Fits the head model to landmarks already detected; `shape` from `landmark_shape(model)`.

    Raises InputError when no frame shows a face that is large, frontal and lifelike enough.
    """
    frames = np.flatnonzero(_usable(seen))
    if len(frames) == 0:
        raise InputError(
            f"No face in {name} is at least {SMALLEST_FACE} px wide.", "Use a video in which the face is larger."
        )
    identity, camera, iod = _person(seen, frames, shape, name)
    yield Progress("fit", 0, len(frames))
    values = np.full((len(seen), CHANNEL_COUNT), np.nan)
    error = np.full(len(seen), np.nan)
    person = shape.of_person(identity.astype(np.float32))
    for done, (frame, state, off) in enumerate(_fit_frames(seen, frames, person, camera, iod), 1):
        if state is not None:
            values[frame], error[frame] = state, off
        yield Progress("fit", done, len(frames))
    lost = len(frames) - int(np.isfinite(error).sum())
    if lost == len(frames):
        raise InputError(
            f"No face in {name} can be fitted: all are turned too far aside or unlike a human head.",
            "Use a video in which a face is seen from the front.",
        )
    notes = _notes(seen, lost, np.isfinite(error))
    motion = MotionSequence(values.astype(np.float32), seen.fps)
    if smooth:
        motion = smooth_motion(motion, seen)
    landmarks = np.where(np.isfinite(error)[:, None, None], seen.landmarks, np.float32(np.nan))
    return FaceTrack(motion, identity.astype(np.float32), camera, landmarks, error.astype(np.float32), notes)


def _usable(seen: LandmarkTrack) -> NDArray[np.bool_]:
    """Frames [T] with a face that is wide enough."""
    wide = np.zeros(len(seen), dtype=np.bool_)
    there = seen.seen
    wide[there] = np.ptp(seen.landmarks[there, :, 0], axis=1) >= SMALLEST_FACE
    return wide


def _person(
    seen: LandmarkTrack, frames: NDArray[np.intp], shape: LandmarkShape, name: str
) -> tuple[NDArray[np.float64], Camera, float]:
    """Identity [80], camera and eye distance (px, as seen from the front) of the whole video."""
    problem = person_problem(shape, expression_prior())
    frontal = frames[facing_away(seen.landmarks[frames]) < _FRONTAL]
    candidates = frontal if len(frontal) else frames
    middle = (np.arange(IDENTITY_FRAMES) + 0.5) / IDENTITY_FRAMES * len(candidates)
    chosen = candidates[np.unique(middle.astype(np.intp))]
    observed = [observe(seen.landmarks[frame], seen.blendshapes[frame]) for frame in chosen]
    rough = face_camera(
        np.median(seen.landmarks[frames], axis=0), float(np.median([frame.iod for frame in observed])), seen.size, shape
    )
    fits = [fit_frame(problem, frame, rough, _SINGLE_STEPS) for frame in observed]
    good = [
        index
        for index, (fit, frame) in enumerate(zip(fits, chosen, strict=True))
        if abs(fit[-POSE_COUNT + 1]) <= LARGEST_YAW
        and fit_error(shape, fit, rough, seen.landmarks[frame], observed[index].iod) <= LARGEST_ERROR
    ]
    if not good:
        raise InputError(
            f"No face in {name} can be fitted: all are turned too far aside or unlike a human head.",
            "Use a video in which a face is seen from the front.",
        )
    # A turned head's eyes look closer together, so it is the fits that tell the size; then the median face has depth 0.
    nearer = float(np.median([rough.distance / (rough.distance - fits[index][-1]) for index in good]))
    camera = replace(rough, focal=rough.focal * nearer)
    iod = seen_eye_distance(camera, shape)
    states = [fits[index].copy() for index in good]
    for state in states:
        state[-1] = rough.distance - nearer * (rough.distance - state[-1])
    sharp = [observe(seen.landmarks[chosen[index]], seen.blendshapes[chosen[index]], iod) for index in good]
    return fit_identity(problem, sharp, camera, states), camera, iod


def _fit_frames(
    seen: LandmarkTrack, frames: NDArray[np.intp], person: LandmarkShape, camera: Camera, iod: float
) -> Iterator[tuple[int, NDArray[np.float64] | None, float]]:
    """Each frame's number, state [70] (None: no head explains it) and error; started from the frame before."""
    problem = person_problem(person, expression_prior())
    last, state = -2, np.zeros(0)
    for frame in frames.tolist():
        observed = observe(seen.landmarks[frame], seen.blendshapes[frame], iod)
        off = np.inf
        if frame == last + 1:
            belief = problem.belief(observed) * Gaussian(state, _HOLD)
            state = refine(problem, observed, camera, state, belief, steps=_STEPS)
            off = fit_error(person, state, camera, seen.landmarks[frame], iod)
        # Also after a cut, which the frame before misleads.
        if not off <= _MISLED:
            state = fit_frame(problem, observed, camera)
            off = fit_error(person, state, camera, seen.landmarks[frame], iod)
        good = off <= LARGEST_ERROR and abs(state[COMPONENT_COUNT + 1]) <= LARGEST_YAW
        last = frame if good else -2
        yield frame, state if good else None, off


def _notes(seen: LandmarkTrack, lost: int, fitted: NDArray[np.bool_]) -> tuple[str, ...]:
    notes = []
    if seen.faces > 1:
        notes.append(f"The video shows {seen.faces} faces at once; one of them was followed.")
    if not fitted.all():
        gaps = [f"{start / seen.fps:.2f}-{end / seen.fps:.2f} s" for start, end in runs(~fitted)]
        shown = ", ".join(gaps[:_GAPS_TOLD]) + (f" and {len(gaps) - _GAPS_TOLD} more" if len(gaps) > _GAPS_TOLD else "")
        count = int((~fitted).sum())
        notes.append(f"{count} of {len(fitted)} frames show no usable face and are left empty: {shown}.")
    if lost:
        notes.append(f"In {lost} of them the face is turned too far aside or does not look like a head.")
    return tuple(notes)
