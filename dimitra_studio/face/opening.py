"""The start of a video: its pictures, and the face tracked in them."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import finish
from dimitra_studio.core.face import FaceFit, FaceTrack
from dimitra_studio.core.timebase import MOTION_FPS
from dimitra_studio.face.follow import Follower
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_shape import landmark_shape
from dimitra_studio.face.landmark_track import LandmarkTrack
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.track import track_landmarks
from dimitra_studio.face.video import VideoFile

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Opening:
    """The first `pictures` [H, W, 3] of a video at 25 a second, and the 3DMM in them."""

    pictures: tuple[Pixels, ...]
    track: FaceTrack

    def fit(self, frame: int) -> FaceFit:
        """The 3DMM in one of the pictures, as if it were a portrait."""
        track = self.track
        return FaceFit(
            track.identity,
            track.motion.components[frame],
            track.motion.pose[frame],
            track.camera,
            track.landmarks[frame],
            float(track.error[frame]),
        )


def track_opening(path: Path, detector: FaceDetector, model: HeadModel, frames: int) -> Opening:
    """Follows the largest face through a video's first `frames` pictures.

    Raises InputError where the video cannot be read or shows no face in them.
    """
    follower = Follower(detector, 0)
    with VideoFile(path) as video:
        pictures = tuple(islice(video.read(MOTION_FPS), frames))
        size = (video.info.width, video.info.height)
    found = [follower.find(picture) for picture in pictures]
    faces = [face for face in found if face is not None]
    if not faces:
        raise InputError(f"No face was found in {path.name}.", "Use a video in which a face is seen from the front.")
    landmarks, blendshapes = (
        np.stack([np.full_like(blank, np.nan) if face is None else getattr(face, name) for face in found])
        for name, blank in (("landmarks", faces[0].landmarks), ("blendshapes", faces[0].blendshapes))
    )
    seen = LandmarkTrack(landmarks, blendshapes, MOTION_FPS, size)
    return Opening(pictures, finish(track_landmarks(seen, landmark_shape(model), name=path.name)))
