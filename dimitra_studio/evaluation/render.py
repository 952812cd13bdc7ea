"""Self re-enactment: a clip is rendered anew from its own first frame and tracked motion, and compared with itself."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.media import Portrait
from dimitra_studio.evaluation.picture_scores import face_box, landmark_distance, mouth_box, psnr, ssim
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import eye_distance
from dimitra_studio.face.landmarks import FaceDetector
from dimitra_studio.face.opening import track_opening
from dimitra_studio.render.warp import WarpRenderer

FRAMES, STEP = 120, 6
_SHEET_COLUMNS = 8
_PSNR_LIMIT = 60.0  # equal pictures would count as infinitely good

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class PictureScores:
    """Means over frames: PSNR (dB, at most 60 a frame) and SSIM in the face's and the mouth's box, and the distance of
    landmarks detected anew, lips and all, in percent of the eye distance (NaN where no face was found)."""

    face_psnr: float
    face_ssim: float
    mouth_psnr: float
    mouth_ssim: float
    mouth_landmarks: float
    face_landmarks: float


@dataclass(frozen=True)
class ClipScores:
    """One clip: `rendered`, beside its first frame `repeated`; `frames` compared, in `undetected` of which the detector
    found no face once rendered."""

    name: str
    frames: int
    undetected: int
    rendered: PictureScores
    repeated: PictureScores


@dataclass(frozen=True)
class RenderReport:
    """All clips; `skipped` are those that could not be used, with the reason."""

    clips: tuple[ClipScores, ...]
    skipped: tuple[str, ...]

    def mean(self, kind: str) -> PictureScores:
        """Mean over the clips of "rendered" or "repeated"."""
        rows = [asdict(getattr(clip, kind)) for clip in self.clips]
        return PictureScores(**{key: float(np.nanmean([row[key] for row in rows])) for key in rows[0]})

    def table(self) -> str:
        """Markdown: one line a clip, then the means."""
        columns = [field.name for field in fields(PictureScores)]
        lines = [f"| clip | | {' | '.join(columns)} |", "|---" * (len(columns) + 2) + "|"]
        rows = [(clip.name, kind, getattr(clip, kind)) for clip in self.clips for kind in ("rendered", "repeated")]
        if self.clips:
            rows += [("mean", kind, self.mean(kind)) for kind in ("rendered", "repeated")]
        for name, kind, scores in rows:
            cells = (f"{getattr(scores, column):.3f}" for column in columns)
            lines.append(f"| {name} | {kind} | {' | '.join(cells)} |")
        return "\n".join(lines) + "\n"


def evaluate_render(
    paths: Sequence[Path], detector: FaceDetector, model: HeadModel, sheets: Path | None = None
) -> Job[RenderReport]:
    """Scores the warp renderer on clips; writes a contact sheet of each (true, rendered) to the folder `sheets`.

    The first frame with a face is the portrait; identity and motion are tracked in the clip's first 120 frames, of
    which every sixth is compared.
    """
    clips: list[ClipScores] = []
    skipped: list[str] = []
    for done, path in enumerate(paths):
        yield Progress("clips", done, len(paths), path.stem)
        try:
            scores, sheet = _evaluate_clip(path, detector, model)
        except InputError as error:
            skipped.append(f"{path}: {error}")
            continue
        clips.append(scores)
        if sheets is not None:
            sheets.mkdir(parents=True, exist_ok=True)
            Image.fromarray(sheet).save(sheets / f"{path.parent.name}_{path.stem}.png")
    yield Progress("clips", len(paths), len(paths))
    return RenderReport(tuple(clips), tuple(skipped))


def _evaluate_clip(path: Path, detector: FaceDetector, model: HeadModel) -> tuple[ClipScores, Pixels]:
    opening = track_opening(path, detector, model, FRAMES)
    pictures, track = opening.pictures, opening.track
    seen = np.flatnonzero(track.seen)
    first = int(seen[0])
    compared = [int(frame) for frame in seen if frame > first and (frame - first) % STEP == 0]
    if not compared:
        raise InputError(f"{path.name} shows a face in too few frames.", "Use a longer clip.")
    renderer = WarpRenderer(Portrait(pictures[first], path.name, ""), opening.fit(first), model)
    rendered = [renderer.render(track.motion.components[frame], track.motion.pose[frame]) for frame in compared]
    truth = [pictures[frame] for frame in compared]
    landmarks = track.landmarks[compared]
    unit = float(eye_distance(track.landmarks[first]))
    own, undetected = _score(rendered, truth, landmarks, unit, detector)
    still, _ = _score([pictures[first]] * len(truth), truth, landmarks, unit, detector)
    name = f"{path.parent.name}/{path.stem}"
    return ClipScores(name, len(compared), undetected, own, still), _contact_sheet(truth, rendered)


def _score(
    pictures: list[Pixels], truth: list[Pixels], landmarks: NDArray[np.floating], unit: float, detector: FaceDetector
) -> tuple[PictureScores, int]:
    """Mean scores, and in how many pictures no face was found."""
    rows, undetected = [], 0
    for picture, true, points in zip(pictures, truth, landmarks, strict=True):
        face, mouth = face_box(points, true), mouth_box(points, true)
        found = detector.detect(picture)
        distances = (np.nan, np.nan)
        if found:
            distances = landmark_distance(found[0].landmarks, points, unit)
        else:
            undetected += 1
        rows.append(
            [
                min(psnr(picture[face], true[face]), _PSNR_LIMIT),
                ssim(picture[face], true[face]),
                min(psnr(picture[mouth], true[mouth]), _PSNR_LIMIT),
                ssim(picture[mouth], true[mouth]),
                *distances,
            ]
        )
    values = np.array(rows)
    means = [float(np.nanmean(column)) if np.isfinite(column).any() else float("nan") for column in values.T]
    return PictureScores(*means), undetected


def _contact_sheet(truth: list[Pixels], rendered: list[Pixels]) -> Pixels:
    """True frames above the rendered ones, evenly spread over the clip."""
    chosen = np.unique(np.linspace(0, len(truth) - 1, min(_SHEET_COLUMNS, len(truth))).round().astype(int))
    return np.vstack([np.hstack([row[index] for index in chosen]) for row in (truth, rendered)])
