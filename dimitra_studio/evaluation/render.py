"""Re-enactment: clips are rendered anew from their own first frame and tracked motion, and compared with themselves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.face import FaceFit
from dimitra_studio.core.media import Portrait
from dimitra_studio.evaluation.frame_judges import NAMES, FrameJudges, FrameScores, Pair, mean_scores
from dimitra_studio.face.head_model import HeadModel
from dimitra_studio.face.opening import Opening, track_opening

FRAMES = 120
TRUTH, REPEATED = "truth", "first frame"
_SHEET_COLUMNS = 8
# Pitch and yaw, degrees: heads that talk seldom turn farther.
_TURNS = ((0, 10), (0, -10), (10, 0), (-10, 0))

Pixels = NDArray[np.uint8]
# Shows frame i of motion values [T, 70] on the portrait that it was made for.
Show: TypeAlias = Callable[[FloatArray, int], Pixels]
# Renderers by their row's name: each makes a `Show` of a portrait and its fit.
Rivals: TypeAlias = Mapping[str, Callable[[Portrait, FaceFit], Show]]


@dataclass(frozen=True)
class Court:
    """Who is compared by whom: each `every`th frame of a clip."""

    rivals: Rivals
    judges: FrameJudges
    model: HeadModel
    every: int = 6


@dataclass(frozen=True)
class ClipScores:
    """One clip: mean scores by row over `frames` frames, in `undetected` (by row) of which no face was found any more;
    `turned`: likeness to the portrait with its head turned by 10 degrees, by row."""

    name: str
    frames: int
    rows: dict[str, FrameScores]
    undetected: dict[str, int]
    turned: dict[str, float]


@dataclass(frozen=True)
class RenderReport:
    """All clips; `skipped` are those that could not be used, with the reason."""

    clips: tuple[ClipScores, ...]
    skipped: tuple[str, ...]

    def mean(self, row: str) -> FrameScores:
        """Mean over the clips."""
        return mean_scores([clip.rows[row] for clip in self.clips])

    def table(self) -> str:
        """Markdown: the means by row, then every clip's."""
        header = f"| clip | row | {' | '.join(NAMES)} | no face | turned csim |"
        lines = [header, "|---" * (len(NAMES) + 4) + "|"]
        if self.clips:
            lines += [self._mean_line(row) for row in self.clips[0].rows]
        for clip in self.clips:
            lines += [
                _line(clip.name, row, scores, f"{clip.undetected[row]}/{clip.frames}", clip.turned.get(row))
                for row, scores in clip.rows.items()
            ]
        return "\n".join(lines) + "\n"

    def _mean_line(self, row: str) -> str:
        lost, all_frames = sum(clip.undetected[row] for clip in self.clips), sum(clip.frames for clip in self.clips)
        turned = [clip.turned[row] for clip in self.clips if np.isfinite(clip.turned.get(row, np.nan))]
        return _line("mean", row, self.mean(row), f"{lost}/{all_frames}", float(np.mean(turned)) if turned else None)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        clips = [
            {
                "name": clip.name,
                "frames": clip.frames,
                "rows": {row: {name: getattr(scores, name) for name in NAMES} for row, scores in clip.rows.items()},
                "undetected": clip.undetected,
                "turned": clip.turned,
            }
            for clip in self.clips
        ]
        return {"clips": clips, "skipped": list(self.skipped)}


def evaluate_render(paths: Sequence[Path], court: Court, sheets: Path | None = None) -> Job[RenderReport]:
    """Scores renderers on clips, beside the truth and the first frame repeated; writes a contact sheet of each clip
    (true, then the rivals) to the folder `sheets`.

    The first frame with a face is the portrait; identity and motion are tracked in the clip's first 120 frames.
    """
    clips: list[ClipScores] = []
    skipped: list[str] = []
    for done, path in enumerate(paths):
        yield Progress("clips", done, len(paths), path.stem)
        try:
            opening = track_opening(path, court.judges.detector, court.model, FRAMES)
            scores, sheet = _evaluate_clip(f"{path.parent.name}/{path.stem}", opening, court)
        except InputError as error:
            skipped.append(f"{path}: {error}")
            continue
        clips.append(scores)
        if sheets is not None:
            sheets.mkdir(parents=True, exist_ok=True)
            Image.fromarray(sheet).save(sheets / f"{path.parent.name}_{path.stem}.png")
    yield Progress("clips", len(paths), len(paths))
    return RenderReport(tuple(clips), tuple(skipped))


def _evaluate_clip(name: str, opening: Opening, court: Court) -> tuple[ClipScores, Pixels]:
    pictures, track, judges = opening.pictures, opening.track, court.judges
    seen = np.flatnonzero(track.seen)
    first = int(seen[0])
    following = seen[np.isin(seen + 1, seen)]
    compared = [int(frame) for frame in following if frame > first and (frame - first) % court.every == 0]
    if not compared:
        raise InputError(f"{name} shows a face in too few frames.", "Use a longer clip.")
    portrait, fit = Portrait(pictures[first], name, ""), opening.fit(first)
    person = judges.person(pictures[first], track.landmarks[first])
    shows: dict[str, Show] = {
        TRUTH: lambda _, frame: pictures[frame],
        REPEATED: lambda *_: pictures[first],
        **{row: make(portrait, fit) for row, make in court.rivals.items()},
    }
    rows, undetected = {}, {}
    sheet = []
    for row, show in shows.items():
        pairs = [_pair(show, frame, opening) for frame in compared]
        scores = [judges.judge(pair, person) for pair in pairs]
        rows[row], undetected[row] = mean_scores(scores), sum(not score.is_detected for score in scores)
        if row != REPEATED:
            sheet.append([pair.rendered[0] for pair in pairs])
    turned = {row: _turned(shows[row], fit, judges, person) for row in court.rivals}
    return ClipScores(name, len(compared), rows, undetected, turned), contact_sheet(sheet)


def _pair(show: Show, frame: int, opening: Opening) -> Pair:
    values, pictures = opening.track.motion.values, opening.pictures
    shown = (show(values, frame), show(values, frame + 1))
    return Pair(shown, (pictures[frame], pictures[frame + 1]), opening.track.landmarks[frame])


def _turned(show: Show, fit: FaceFit, judges: FrameJudges, person: FloatArray | None) -> float:
    """Mean likeness to the portrait with its head turned; NaN where it cannot be told, 0 where no face is found."""
    likeness = []
    for pitch, yaw in _TURNS:
        values = np.concatenate([fit.expression, fit.pose])[None].astype(np.float32)
        values[0, Group.POSE.columns.start : Group.POSE.columns.start + 2] += np.radians([pitch, yaw])
        picture = show(values, 0)
        found = judges.detector.detect(picture)
        likeness.append(judges.likeness_of(picture, found[0].landmarks, person) if found else 0.0)
    return float(np.mean(likeness))


def contact_sheet(rows: list[list[Pixels]]) -> Pixels:
    """Rows of pictures of one size, evenly spread over the clip, as one."""
    count = len(rows[0])
    chosen = np.unique(np.linspace(0, count - 1, min(_SHEET_COLUMNS, count)).round().astype(int))
    return np.vstack([np.hstack([row[index] for index in chosen]) for row in rows])


def _line(clip: str, row: str, scores: FrameScores, lost: str, turned: float | None) -> str:
    cells = [_cell(getattr(scores, name)) for name in NAMES]
    return f"| {clip} | {row} | {' | '.join(cells)} | {lost} | {_cell(turned)} |"


def _cell(value: float | None) -> str:
    return "" if value is None or not np.isfinite(value) else f"{value:.3f}"
