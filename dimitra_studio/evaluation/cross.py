"""Cross re-enactment: one clip's portrait shows another's motion. There is no truth, only the person and the mesh."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENTS, Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.evaluation.frame_judges import FrameJudges
from dimitra_studio.evaluation.picture_scores import landmark_distance
from dimitra_studio.evaluation.render import FRAMES, Court, contact_sheet
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.landmark_sets import eye_distance
from dimitra_studio.face.opening import Opening, track_opening
from dimitra_studio.render.geometry import HeadGeometry
from dimitra_studio.render.safe_pose import ease_pose

_NOBODY = float("nan")
_Judged: TypeAlias = tuple[float, float, float]  # csim, m_lmd, f_lmd


@dataclass(frozen=True)
class CrossScores:
    """A renderer's over all pairs: `csim` with the portrait; `m_lmd`, `f_lmd`: how far landmarks detected anew lie from
    where the mesh has them, percent of the eye distance; `undetected` of so many `frames` show no face any more."""

    csim: float
    m_lmd: float
    f_lmd: float
    undetected: int
    frames: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def evaluate_cross(paths: Sequence[Path], court: Court, sheets: Path | None = None) -> Job[dict[str, CrossScores]]:
    """Scores by row: each clip's first face moves as the next clip's does, as against that clip's own first frame.

    The folder `sheets` gets a contact sheet of each pair (the driving clip, then the rivals). Clips without a face are
    left out; no scores where fewer than two are left.
    """
    found: dict[str, list[_Judged]] = {row: [] for row in court.rivals}
    before: Opening | None = None
    for number, path in enumerate(paths):
        yield Progress("cross", number, len(paths))
        try:
            opening = track_opening(path, court.judges.detector, court.model, FRAMES)
        except InputError:
            continue
        if before is not None:
            pictures = _enact(before, opening, court, found)
            if sheets is not None and pictures[0]:
                sheets.mkdir(parents=True, exist_ok=True)
                Image.fromarray(contact_sheet(pictures)).save(sheets / f"cross_{path.parent.name}_{path.stem}.png")
        before = opening
    yield Progress("cross", len(paths), len(paths))
    return {row: _mean(scores) for row, scores in found.items() if scores}


def _enact(
    sitting: Opening, driver: Opening, court: Court, found: dict[str, list[_Judged]]
) -> list[list[NDArray[np.uint8]]]:
    """Adds the scores of a pair to `found`; returns the driver's frames, then each rival's."""
    first = int(np.flatnonzero(sitting.track.seen)[0])
    portrait, fit = Portrait(sitting.pictures[first], "", ""), sitting.fit(first)
    person = court.judges.person(portrait.pixels, fit.landmarks)
    frames, values = moved_as(fit, driver, court.every)
    geometry = HeadGeometry(court.model, fit)
    width, height = portrait.size
    rows = [[np.asarray(Image.fromarray(driver.pictures[frame]).resize((width, height))) for frame in frames]]
    for row, make in court.rivals.items():
        show = make(portrait, fit)
        rows.append([show(values, frame) for frame in frames])
        for picture, frame in zip(rows[-1], frames, strict=True):
            expected = expected_landmarks(geometry, values[frame])
            found[row].append(_judged(picture, expected, court.judges, person))
    return rows


def cross_table(scores: dict[str, CrossScores]) -> str:
    """Markdown."""
    lines = ["| cross re-enactment | csim | m_lmd | f_lmd | no face |", "|---|---|---|---|---|"]
    lines += [
        f"| {row} | {each.csim:.3f} | {each.m_lmd:.2f} | {each.f_lmd:.2f} | {each.undetected}/{each.frames} |"
        for row, each in scores.items()
    ]
    return "\n".join(lines) + "\n"


def moved_as(fit: FaceFit, driver: Opening, every: int) -> tuple[list[int], FloatArray]:
    """Each `every`th frame of `driver`, and motion [T, 70] of a face that changes as the driver's does."""
    track = driver.track
    seen = np.flatnonzero(track.seen)
    frames = [int(frame) for frame in seen[1:] if (frame - seen[0]) % every == 0]
    rest = np.concatenate([fit.expression, fit.pose]).astype(np.float32)
    values = track.motion.values - track.motion.values[seen[0]] + rest
    values[~track.seen] = rest
    values[:, Group.POSE.columns] = ease_pose(values[:, Group.POSE.columns], fit.pose).pose
    return frames, np.asarray(values, np.float32)


def expected_landmarks(geometry: HeadGeometry, values: FloatArray) -> FloatArray:
    """Where landmarks [478, 2] lie when the head moves: as far from the mesh as in the portrait."""
    posed = geometry.pose(values[COMPONENTS], values[Group.POSE.columns])
    at, before = (_landmarks(geometry.model, uv) for uv in (posed.uv, geometry.source.uv))
    return np.asarray(geometry.fit.landmarks + at - before, np.float32)


def _landmarks(model: HeadModel, uv: FloatArray) -> FloatArray:
    return np.asarray(np.einsum("lv,lvc->lc", model.landmark_weights, uv[model.landmark_vertices]), np.float32)


def _judged(
    picture: NDArray[np.uint8], expected: FloatArray, judges: FrameJudges, person: FloatArray | None
) -> _Judged:
    faces = judges.detector.detect(picture)
    if not faces:
        return _NOBODY, _NOBODY, _NOBODY
    found = faces[0].landmarks
    return judges.likeness_of(picture, found, person), *landmark_distance(
        found, expected, float(eye_distance(expected))
    )


def _mean(scores: list[_Judged]) -> CrossScores:
    columns = np.array(scores).reshape(-1, 3).T
    lost = int(np.isnan(columns[2]).sum())
    csim, m_lmd, f_lmd = (float(np.nanmean(each)) if np.isfinite(each).any() else _NOBODY for each in columns)
    return CrossScores(csim, m_lmd, f_lmd, lost, len(scores))
