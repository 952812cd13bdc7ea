"""Live Link Face's CSV: `Timecode`, `BlendShapeCount`, then 61 columns: ARKit's 52 shapes, and yaw, pitch and roll of
the head and of each eye.

Columns are found by name, in any order and case. Angles are radians in ARKit's axes of a face, which are ours: x to the
subject's left, y up, z out of the face; R = Rz(roll) Ry(yaw) Rx(pitch). So pitch > 0 looks down, yaw > 0 turns to the
subject's left, roll > 0 tips the crown to the subject's right. The head's position has no column. The eyes' angles are
written for programs that want them and say what the eyeLook shapes say; read back are the shapes.
"""

import csv
import io
import math
import re
from pathlib import Path

import numpy as np

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import POSE_COUNT
from dimitra_studio.core.files import replacing
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.export.arkit import SHAPES, components_named, lost_note, naming_notes, shapes_of
from dimitra_studio.export.exchange import (
    Imported,
    assemble,
    bridge,
    checked_rate,
    checked_values,
    on_clock,
    read_text,
    unreadable,
)
from dimitra_studio.face.components import COMPONENT_INDEX

ANGLES = ("HeadYaw", "HeadPitch", "HeadRoll", "LeftEyeYaw", "LeftEyePitch", "LeftEyeRoll", "RightEyeYaw",
          "RightEyePitch", "RightEyeRoll")  # fmt: skip
COLUMNS = (*(name[0].upper() + name[1:] for name in SHAPES), *ANGLES)
# How far an eyeLook shape of 1 turns the head model's eyeballs (rad), measured on it.
_SIDEWAYS, _UP, _DOWN = 0.25, 0.17, 0.19
_TIMECODE = re.compile(r"(\d+):(\d+):(\d+)[:;](\d+(?:\.\d+)?)")
_DAY = 24 * 3600


def write_live_link(path: Path, motion: MotionSequence) -> tuple[str, ...]:
    """Writes `motion`; returns notes on what was lost. Raises InputError where it cannot be written."""
    motion, notes = bridge(motion)
    table = np.concatenate([shapes_of(motion.components), _angles(motion)], axis=1)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("Timecode", "BlendShapeCount", *COLUMNS))
    for index, row in enumerate(table):
        # Nine digits bring every float32 back.
        writer.writerow((_timecode(index, motion.fps), len(COLUMNS), *(f"{value:.9g}" for value in row)))
    with replacing(path) as part:
        part.write_text(text.getvalue(), encoding="utf-8")
    return (*notes, *lost_note(motion.components, "Live Link"), "Live Link has no place for the head's position.")


def read_live_link(path: Path, fps: float | None = None) -> Imported:
    """Reads such a file. `fps` is needed only where it is shorter than the second that shows its frame rate.

    Raises InputError for anything else.
    """
    try:
        rows = [
            row for row in csv.reader(io.StringIO(read_text(path, "CSV file"))) if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise unreadable(path, f"it is not a CSV file ({error})") from error
    header = [cell.strip() for cell in rows[0]] if rows else []
    lower = [name.lower() for name in header]
    if "timecode" not in lower or not set(lower) & {name.lower() for name in COLUMNS}:
        raise unreadable(path, "its first line does not name Timecode and ARKit's shapes", "Use Live Link Face's CSV.")
    if len(rows) < 2:
        raise unreadable(path, "it holds no frame")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise unreadable(path, f"line {number} has {len(row)} cells, the first line has {len(header)}")
    clock = [_parsed(path, row[lower.index("timecode")]) for row in rows[1:]]
    rate = checked_rate(path, fps or _rate(path, clock))
    times = np.array([second + frame / rate for second, frame in clock])
    times += np.cumsum(np.concatenate([[0.0], np.diff(times) < -_DAY / 2])) * _DAY  # midnight
    kept = [index for index, name in enumerate(lower) if name not in ("timecode", "blendshapecount", "")]
    table = _numbers(path, rows[1:], kept)
    table, filled = on_clock(path, times, table, rate)
    return _imported([header[index] for index in kept], table, rate, filled)


def _imported(names: list[str], table: FloatArray, fps: float, filled: int) -> Imported:
    lower = [name.lower() for name in names]
    places = {name: lower.index(name.lower()) for name in ANGLES if name.lower() in lower}
    shapes = [index for index in range(len(names)) if index not in places.values()]
    components, unknown, missing = components_named([names[index] for index in shapes], table[:, shapes])
    pose = np.zeros((len(table), POSE_COUNT), np.float32)
    for channel, name in enumerate(("HeadPitch", "HeadYaw", "HeadRoll")):
        if name in places:
            pose[:, channel] = table[:, places[name]]
    notes = naming_notes(unknown, missing)
    if filled:
        notes = (f"{filled} frames that the recording dropped were bridged with straight lines.", *notes)
    return Imported(assemble(components, pose, fps), notes)


def _angles(motion: MotionSequence) -> FloatArray:
    """The nine angle columns [T, 9]."""
    components = motion.components

    def look(direction: str, side: str) -> FloatArray:
        return components[:, COMPONENT_INDEX[f"eyeLook{direction}{side}"]]

    columns = [motion.pose[:, 1], motion.pose[:, 0], motion.pose[:, 2]]
    for side, outwards in (("Left", 1), ("Right", -1)):
        columns.append(outwards * _SIDEWAYS * (look("Out", side) - look("In", side)))
        columns.append(_DOWN * look("Down", side) - _UP * look("Up", side))
        columns.append(np.zeros(len(motion), np.float32))
    return np.stack(columns, axis=1).astype(np.float32)


def _timecode(index: int, fps: float) -> str:
    """`HH:MM:SS:FF.FFF`; the frames of a second are broken where `fps` is."""
    seconds = math.floor(index / fps + 1e-9)
    thousandths = round((index - seconds * fps) * 1000)
    return (
        f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:"
        f"{thousandths // 1000:02}.{thousandths % 1000:03}"
    )


def _parsed(path: Path, cell: str) -> tuple[int, float]:
    """Whole seconds and frames of a timecode."""
    match = _TIMECODE.fullmatch(cell.strip())
    if match is None or len(cell) > 32:
        raise unreadable(path, f"{cell[:40]!r} is no timecode HH:MM:SS:FF")
    hours, minutes, seconds = (int(match[index]) for index in (1, 2, 3))
    return hours * 3600 + minutes * 60 + seconds, float(match[4])


def _rate(path: Path, clock: list[tuple[int, float]]) -> float:
    """Frames a second: how many rows most of the full seconds hold, and more than any frame's number."""
    seconds = np.array([second for second, _ in clock])
    values, counts = np.unique(seconds, return_counts=True)
    whole = counts[:-1] if clock[0][1] < 1 else counts[1:-1]
    if len(values) < 2 or len(whole) == 0:
        raise unreadable(path, "it is too short to show its frame rate", "Say it: --fps 60.")
    return max(float(whole.max()), math.floor(max(frame for _, frame in clock)) + 1.0)


def _numbers(path: Path, rows: list[list[str]], columns: list[int]) -> FloatArray:
    table = np.empty((len(rows), len(columns)))
    for index, row in enumerate(rows):
        for place, column in enumerate(columns):
            try:
                table[index, place] = float(row[column])
            except ValueError as error:
                raise unreadable(path, f"{row[column][:40]!r} in frame {index} is no number") from error
    return checked_values(path, table, "it")
