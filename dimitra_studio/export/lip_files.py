"""Mouth shapes for programs of drawn animation: Rhubarb's JSON and TSV, Moho's switch data, Papagayo's projects."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import replacing
from dimitra_studio.core.speech import UNSPOKEN, Phoneme, Word
from dimitra_studio.export.formats import DRAWN_FPS
from dimitra_studio.export.mouth_shapes import MouthCue, MouthSet, mouth_cues

_RATES = range(1, 121)


def write_rhubarb_json(path: Path, phonemes: Sequence[Phoneme], duration: float, sound: str = "") -> None:
    """Rhubarb's `-f json`: seconds with two decimals. `sound` names the recording."""
    cues = [
        {"start": round(cue.start, 2), "end": round(cue.end, 2), "value": cue.shape}
        for cue in mouth_cues(phonemes, duration, MouthSet.RHUBARB)
    ]
    content = {"metadata": {"soundFile": sound, "duration": round(duration, 2)}, "mouthCues": cues}
    _write(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_rhubarb_tsv(path: Path, phonemes: Sequence[Phoneme], duration: float) -> None:
    """Rhubarb's `-f tsv`: a start and a shape a line; the last line is the end."""
    cues = mouth_cues(phonemes, duration, MouthSet.RHUBARB)
    lines = [f"{cue.start:.2f}\t{cue.shape}" for cue in cues]
    _write(path, "\n".join([*lines, f"{duration:.2f}\t{MouthSet.RHUBARB.rest}"]) + "\n")


def write_moho(path: Path, phonemes: Sequence[Phoneme], duration: float, fps: int = DRAWN_FPS) -> None:
    """Moho's switch data (.dat) with Preston Blair's shapes; frames count from 1.

    Raises InputError for a broken rate.
    """
    frames = _by_frame(mouth_cues(phonemes, duration, MouthSet.PRESTON_BLAIR), _whole(fps))
    end = max(int(duration * fps) + 1, frames[-1][0] + 1 if frames else 1)
    lines = [f"{frame} {shape}" for frame, shape in (*frames, (end, MouthSet.PRESTON_BLAIR.rest))]
    _write(path, "\n".join(["MohoSwitch1", *lines]) + "\n")


def write_papagayo(
    path: Path,
    words: Sequence[Word],
    phonemes: Sequence[Phoneme],
    duration: float,
    *,
    fps: int = DRAWN_FPS,
    sound: str = "",
) -> None:
    """A Papagayo project (.pgo): one voice, one phrase, each word with its mouth shapes; frames count from 0, unlike
    Moho's, and a word's last frame is its own.

    Shapes between words, rest among them, belong to the word before, which lasts as long: what lies outside its word
    Papagayo does not show. Raises InputError for a broken rate.
    """
    cues = mouth_cues(phonemes, duration, MouthSet.PRESTON_BLAIR)
    frames = [(frame - 1, shape) for frame, shape in _by_frame(cues, _whole(fps))]
    total = max(round(duration * fps), frames[-1][0] + 1 if frames else 1)
    spoken = [word for word in words if word.text.strip()]
    starts = [int(word.start * fps + 1e-6) for word in spoken]
    ends = [*starts[1:], total]
    # Everything before the first word is silence; Papagayo wants each shape inside a word.
    groups = [[f for f in frames if begin <= f[0] < end] for begin, end in zip(starts, ends, strict=True)]
    text = " ".join(word.text.strip() for word in spoken)
    first, last = (starts[0], total - 1) if starts else (0, total - 1)
    lines = ["lipsync version 1", sound, str(fps), str(total), "1", "\tVoice 1", f"\t{text}", "\t1"]
    lines += [f"\t\t{text}", f"\t\t{first}", f"\t\t{last}", f"\t\t{len(spoken)}"]
    for word, start, next_start, group in zip(spoken, starts, ends, groups, strict=True):
        end = max([start, min(math.ceil(word.end * fps - 1e-6), next_start) - 1, *(frame for frame, _ in group)])
        lines.append(f"\t\t\t{'_'.join(word.text.split())} {start} {end} {len(group)}")
        lines += [f"\t\t\t\t{frame} {shape}" for frame, shape in group]
    _write(path, "\n".join(lines) + "\n")


def spoken_phones(phonemes: Sequence[Phoneme]) -> int:
    """How many phones are more than silence and noise."""
    return sum(phone.symbol not in UNSPOKEN for phone in phonemes)


def _by_frame(cues: Sequence[MouthCue], fps: int) -> list[tuple[int, str]]:
    """(frame from 1, shape); of cues within one frame the first stands."""
    frames = list[tuple[int, str]]()
    for cue in cues:
        frame = int(cue.start * fps + 1e-6) + 1
        if not frames or frame > frames[-1][0]:
            frames.append((frame, cue.shape))
    return frames


def _whole(fps: int) -> int:
    if fps not in _RATES:
        raise InputError(f"{fps} frames a second cannot be written.", "Give a whole number from 1 to 120, such as 24.")
    return fps


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
