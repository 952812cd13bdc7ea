"""`dimitra evaluate sync`: whether the mouth in finished videos fits their sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.signal import medfilt

from dimitra_studio.audio.files import read_voice
from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import Job, Progress, finish
from dimitra_studio.core.timebase import MOTION_FPS, SPEECH_RATE
from dimitra_studio.evaluation.listener import Listener
from dimitra_studio.evaluation.syncnet import FRAMES, SIDE, SyncNet, SyncScore, score_sync
from dimitra_studio.face.follow import follow_face
from dimitra_studio.face.landmark_shape import LandmarkShape
from dimitra_studio.face.landmark_track import LandmarkTrack
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.track import track_landmarks
from dimitra_studio.face.video import VideoFile
from dimitra_studio.motion.ear_to_mouth import Offset
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.speech.features import FeatureExtractor

# The crop of SyncNet's authors (run_pipeline.py): boxes by their median over 13 frames, 40 % around, grey beyond.
_STEADY, _AROUND, _GREY = 13, 0.4, 110


@dataclass(frozen=True)
class Watcher:
    """What looks and listens: `syncnet` where the user has its weights."""

    detector: FaceDetector
    shape: LandmarkShape
    lips: LipShape
    features: FeatureExtractor
    listener: Listener
    syncnet: SyncNet | None = None


@dataclass(frozen=True)
class VideoSync:
    """One video: how its sound fits the lips by our own listener, and by SyncNet where it was given."""

    name: str
    frames: int
    own: Offset
    syncnet: SyncScore | None


@dataclass(frozen=True)
class SyncReport:
    """All videos; `skipped` are those that could not be used, with the reason."""

    videos: tuple[VideoSync, ...]
    skipped: tuple[str, ...]

    def table(self) -> str:
        """Markdown, a line a video."""
        published = any(video.syncnet for video in self.videos)
        titles = ["frames", "sound late, frames", "r", "confidence"]
        titles += ["SyncNet distance", "SyncNet confidence", "SyncNet offset"] if published else []
        lines = [f"| | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
        for video in self.videos:
            cells = [str(video.frames), str(video.own.lag), f"{video.own.best:.3f}", f"{video.own.confidence:.3f}"]
            if video.syncnet is not None:
                score = video.syncnet
                cells += [f"{score.distance:.3f}", f"{score.confidence:.3f}", str(score.offset)]
            lines.append(f"| {video.name} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"

    def as_dict(self) -> list[dict[str, object]]:
        """For JSON."""
        return [
            {
                "name": video.name,
                "frames": video.frames,
                "sound_late": video.own.lag,
                "correlation": video.own.best,
                "confidence": video.own.confidence,
                "syncnet": None
                if video.syncnet is None
                else {
                    "distance": video.syncnet.distance,
                    "confidence": video.syncnet.confidence,
                    "offset": video.syncnet.offset,
                },
            }
            for video in self.videos
        ]


def evaluate_sync(paths: Sequence[Path], watcher: Watcher) -> Job[SyncReport]:
    """Scores every video's largest face with its own sound; videos that cannot be used are told.

    Raises ModelError where the listener knows other features.
    """
    if watcher.features.kind != watcher.listener.feature_kind:
        raise ModelError(
            f"The listener was fitted on {watcher.listener.feature_kind}, the voice is heard with "
            f"{watcher.features.kind}.",
            "Fit it again: dimitra evaluate listener.",
        )
    videos, skipped = [], []
    for done, path in enumerate(paths):
        yield Progress(path.name, done, len(paths))
        try:
            videos.append(_watch(path, watcher))
        except InputError as error:
            skipped.append(f"{path}: {error}")
    yield Progress("sync", len(paths), len(paths))
    return SyncReport(tuple(videos), tuple(skipped))


def _watch(path: Path, watcher: Watcher) -> VideoSync:
    # The sound first: it is the quicker one to be found missing.
    samples = read_voice(path).samples
    seen = finish(follow_face(path, watcher.detector))
    motion = finish(track_landmarks(seen, watcher.shape, name=path.name)).motion
    features = _paired(finish(watcher.features.extract(samples)), len(motion))
    own = watcher.listener.ear.offset(features, watcher.lips.gap_of(motion.components))
    return VideoSync(path.stem, len(motion), own, _score(path, seen, samples, watcher.syncnet))


def _score(path: Path, seen: LandmarkTrack, samples: FloatArray, syncnet: SyncNet | None) -> SyncScore | None:
    if syncnet is None:
        return None
    first, last = np.flatnonzero(seen.seen)[[0, -1]]
    sound = samples[round(first / MOTION_FPS * SPEECH_RATE) :]
    faces = crop_faces(path, seen, int(first), int(last) + 1)
    if min(len(faces), len(sound) / SPEECH_RATE * MOTION_FPS) <= FRAMES:
        raise InputError(f"{path.name} is too short for SyncNet.", "Use a video of at least a second.")
    return score_sync(syncnet, faces, sound)


def crop_faces(path: Path, seen: LandmarkTrack, first: int, end: int) -> NDArray[np.uint8]:
    """Face crops [end - first, 224, 224, 3] of a video at 25 fps, cut as SyncNet's authors do.

    Their detector boxes a face from forehead to chin; here the box is that of the face's landmarks, in frames without a
    face between its neighbours'.
    """
    boxes = face_boxes(seen)[first:end]
    steady = np.stack(
        [medfilt(column, _STEADY) for column in np.pad(boxes, ((_STEADY // 2,) * 2, (0, 0)), mode="edge").T], axis=1
    )
    crops = np.empty((len(boxes), SIDE, SIDE, 3), dtype=np.uint8)
    with VideoFile(path) as video:
        for index, picture in enumerate(video.read(MOTION_FPS)):
            if index >= end:
                break
            if index >= first:
                crops[index - first] = cut_face(picture, *steady[index - first + _STEADY // 2])
    return crops


def face_boxes(seen: LandmarkTrack) -> NDArray[np.float64]:
    """Centre x, y and half the longer side [T, 3] of the face's landmarks, px."""
    low, high = seen.landmarks.min(axis=1), seen.landmarks.max(axis=1)
    boxes = np.column_stack(((low + high) / 2, (high - low).max(axis=1) / 2)).astype(np.float64)
    there = np.flatnonzero(seen.seen)
    frames = np.arange(len(boxes))
    return np.stack([np.interp(frames, there, column[there]) for column in boxes.T], axis=1)


def cut_face(picture: NDArray[np.uint8], x: float, y: float, half: float) -> NDArray[np.uint8]:
    """A square [224, 224, 3] about a face box with its centre and half its side: 40 % beside it and 80 % below."""
    pad = int(half * (1 + 2 * _AROUND))
    wide = cv2.copyMakeBorder(picture, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(_GREY,) * 3)
    x, y = x + pad, y + pad
    rows = slice(int(y - half), int(y + half * (1 + 2 * _AROUND)))
    columns = slice(int(x - half * (1 + _AROUND)), int(x + half * (1 + _AROUND)))
    return np.asarray(cv2.resize(wide[rows, columns], (SIDE, SIDE)), np.uint8)


def _paired(features: FloatArray, frames: int) -> FloatArray:
    """Two features a frame [2 frames, F], the last repeated where the sound is shorter."""
    return np.asarray(features[np.clip(np.arange(2 * frames), 0, len(features) - 1)])
