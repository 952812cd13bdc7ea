"""Phones out of mouth shapes: Rhubarb's JSON and TSV, Moho's switch data, Papagayo's projects with their words.

A shape stands for several phones, so what comes back says less than what was spoken: the first phone in its row of
`mouth_shapes`. The same shapes come out of these phones again.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from dimitra_studio.core.speech import Word
from dimitra_studio.export.exchange import checked_rate, read_text, unreadable
from dimitra_studio.export.formats import DRAWN_FPS
from dimitra_studio.export.mouth_shapes import MouthCue, MouthSet
from dimitra_studio.export.transcription import LONGEST, Transcription, transcription

_ROW = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s+(\S+)")
_Span = tuple[float, float, str]
_REST = "rest"  # Papagayo writes it among the shapes of any set


def read_rhubarb_json(path: Path) -> Transcription:
    """Reads what Rhubarb writes with `-f json`. Raises InputError for anything else."""
    try:
        content = json.loads(read_text(path, "JSON file"))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, "it is not JSON") from error
    rows = content.get("mouthCues") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable(path, "it holds no mouthCues")
    cues = [_cue(path, row) for row in rows]
    told = content.get("metadata")
    duration = told.get("duration") if isinstance(told, dict) else None
    return _spoken(path, cues, (), 0.0 if duration is None else _seconds(path, duration))


def read_rhubarb_tsv(path: Path) -> Transcription:
    """Reads what Rhubarb writes with `-f tsv`. Raises InputError for anything else."""
    rows = [_row(path, line) for line in read_text(path, "table").splitlines() if line.strip()]
    return _switched(path, rows)


def read_moho(path: Path, fps: float | None = None) -> Transcription:
    """Reads Moho's switch data (.dat), which counts frames from 1 and does not say how many a second has: `fps`.

    Raises InputError for anything else.
    """
    lines = [line for line in read_text(path, "switch data").splitlines() if line.strip()]
    if not lines or lines[0].strip() != "MohoSwitch1":
        raise unreadable(path, "it does not begin with MohoSwitch1", "Export it as Moho switch data.")
    rate = checked_rate(path, fps or DRAWN_FPS)
    rows = [_row(path, line) for line in lines[1:]]
    found = _switched(path, [(max(frame - 1, 0.0) / rate, shape) for frame, shape in rows])
    assumed = f"The file names no frame rate; {rate:g} was taken. Say another with --fps."
    return found if fps else replace(found, notes=(assumed, *found.notes))


def read_papagayo(path: Path) -> Transcription:
    """Reads a Papagayo project (.pgo): the words and shapes of its first voice. Raises InputError for anything else."""
    lines = iter(read_text(path, "Papagayo project").splitlines())
    if next(lines, "").strip() != "lipsync version 1":
        raise unreadable(path, "it does not begin with lipsync version 1", "Save it as a Papagayo project (.pgo).")
    try:
        next(lines)  # the recording's name
        rate, total, voices = checked_rate(path, _count(path, lines)), _count(path, lines), _count(path, lines)
        words, cues = _voice(path, lines, rate) if voices else ([], [])
    except StopIteration as error:
        raise unreadable(path, "it ends too early", "Copy it again.") from error
    found = _spoken(path, cues, words, total / rate)
    others = f"Of {voices} voices the first was read." if voices > 1 else ""
    return replace(found, notes=(*([others] if others else []), *found.notes))


def _voice(path: Path, lines: Iterator[str], rate: float) -> tuple[list[Word], list[MouthCue]]:
    """Words and shapes; frames count from 0, and a word's last frame is its own. Between words the mouth rests."""
    words, shapes = list[_Span](), list[_Span]()
    next(lines), next(lines)  # name and text
    for _ in range(_count(path, lines)):
        next(lines), next(lines), next(lines)  # the phrase's text, its first and last frame
        for _ in range(_count(path, lines)):
            text, start, end, count = _word(path, next(lines))
            words.append((start, end + 1, text))
            rows = [_row(path, next(lines)) for _ in range(count)]
            last = max(end, rows[-1][0] if rows else 0) + 1
            ends = [*(frame for frame, _ in rows[1:]), last]
            shapes += [(frame, stop, shape) for (frame, shape), stop in zip(rows, ends, strict=False)]
    return (
        [Word(start / rate, end / rate, text) for start, end, text in _parted(words)],
        [MouthCue(start / rate, end / rate, shape) for start, end, shape in _parted(shapes)],
    )


def _parted(spans: Sequence[_Span]) -> list[_Span]:
    """Those that were pushed over each other end where the next begins."""
    nexts = [*(start for start, _, _ in spans[1:]), math.inf]
    return [(start, max(start, min(end, after)), what) for (start, end, what), after in zip(spans, nexts, strict=False)]


def _word(path: Path, line: str) -> tuple[str, int, int, int]:
    parts = line.strip().rsplit(maxsplit=3)
    if len(parts) != 4 or not all(re.fullmatch(r"\d{1,9}", part) for part in parts[1:]):
        raise unreadable(path, f"a word's line says {line.strip()[:30]!r}, not text, two frames and a count")
    return parts[0], int(parts[1]), int(parts[2]), int(parts[3])


def _count(path: Path, lines: Iterator[str]) -> int:
    line = next(lines).strip()
    if not re.fullmatch(r"\d{1,9}", line):
        raise unreadable(path, f"{line[:30]!r} stands where a whole number should")
    return int(line)


def _row(path: Path, line: str) -> tuple[float, str]:
    match = _ROW.fullmatch(line.strip())
    if match is None:
        raise unreadable(path, f"a line says {line.strip()[:30]!r}, not a time and a mouth shape")
    return float(match[1]), match[2]


def _cue(path: Path, row: dict[str, object]) -> MouthCue:
    shape = row.get("value")
    if not isinstance(shape, str):
        raise unreadable(path, "one of its mouthCues has no value")
    return MouthCue(_seconds(path, row.get("start")), _seconds(path, row.get("end")), shape)


def _seconds(path: Path, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST:
        raise unreadable(path, f"it has {str(value)[:30]!r} where seconds should stand")
    return float(value)


def _switched(path: Path, rows: Sequence[tuple[float, str]]) -> Transcription:
    """Each shape lasts until the next; the last row is the end."""
    cues = [MouthCue(start, end, shape) for (start, shape), (end, _) in pairwise(rows)]
    return _spoken(path, cues, (), rows[-1][0] if rows else 0.0)


def _spoken(path: Path, cues: Sequence[MouthCue], words: Sequence[Word], duration: float) -> Transcription:
    """The phones that stand for these shapes, but those of no length; and the note that says which."""
    cues = [cue for cue in cues if cue.end != cue.start]
    if not cues and not words:
        raise unreadable(path, "it holds no mouth shapes")
    used = dict.fromkeys(cue.shape for cue in cues)
    phone_of = _phones(path, used)
    phones = [(cue.start, cue.end, phone_of[cue.shape.lower()]) for cue in cues]
    found = transcription(path, words, phones, duration)
    told = ", ".join(f"{shape} is {phone_of[shape.lower()]}" for shape in sorted(used))
    return replace(found, notes=(f"Each mouth shape became one phone: {told}.",) if used else ())


def _phones(path: Path, used: dict[str, None]) -> dict[str, str]:
    """The phone of each shape, written small, in the set that knows all of them."""
    for shapes in (MouthSet.PRESTON_BLAIR, MouthSet.RHUBARB):
        phone_of = {shape.lower(): phone for shape, phone in shapes.phone_of.items()} | {_REST: "SIL"}
        if all(shape.lower() in phone_of for shape in used):
            return phone_of
    known = {shape.lower() for shapes in MouthSet for shape in shapes.phone_of}
    odd = next((shape for shape in used if shape.lower() not in known), None)
    what = (
        "it mixes Preston Blair's and Rhubarb's mouth shapes" if odd is None else f"it has the mouth shape {odd[:20]!r}"
    )
    raise unreadable(path, what, "Use Preston Blair's shapes (AI, E, O, MBP ...) or Rhubarb's (A to H, X).")
