"""Talking-head datasets as they lie on disk, to the rows of an `index.tsv`.

Folder layouts: VoxCeleb2 (`dev/mp4/SPEAKER/VIDEO/CLIP.mp4`, `test/mp4/...`), HDTF (`VIDEO_CLIP.mp4`, as its README
names the clips, in any folder) and CelebV-HQ (`YOUTUBE-ID_CLIP.mp4`, as its own script names them). Each video holds
its sound.
"""

import csv
import io
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import replacing
from dimitra_studio.training.corpus import COLUMNS

_HDTF_CLIP = re.compile(r"(?P<video>.+)_\d+")
_CELEBV_CLIP = re.compile(r"(?P<video>[\w-]{11})_\d+")
# HDTF counts the videos of one person, but its radio speakers are known by number alone.
_HDTF_PERSON = re.compile(r"(?P<person>.*Radio\d+|.*?)\d*")
# One speaker in so many is kept to be judged on where the dataset names none.
_JUDGED = 20


class Layout(StrEnum):
    """A dataset whose folders are known."""

    VOXCELEB2 = "voxceleb2"
    HDTF = "hdtf"
    CELEBV_HQ = "celebv-hq"


@dataclass(frozen=True)
class FoundClip:
    """A clip by `name`, its `video` below the dataset's folder, its `speaker`; `judged`: models are judged by it."""

    name: str
    video: Path
    speaker: str
    judged: bool


def find_clips(folder: Path, layout: Layout) -> tuple[FoundClip, ...]:
    """The clips of a dataset, by name. Raises InputError where `folder` holds none of that layout."""
    pattern, read = _READERS[layout]
    clips = tuple(clip for path in sorted(folder.glob(pattern)) if (clip := read(path.relative_to(folder))))
    if not clips:
        raise InputError(
            f"{folder} holds no clip as {layout} names them ({pattern}).", "Give the dataset's top folder."
        )
    return clips


def judge_speakers(clips: Iterable[FoundClip], speakers: frozenset[str]) -> tuple[FoundClip, ...]:
    """The same clips, judged on exactly these speakers. Raises InputError for one that has no clip."""
    told = tuple(replace(clip, judged=clip.speaker in speakers) for clip in clips)
    missing = sorted(speakers - {clip.speaker for clip in told})
    if missing:
        raise InputError(
            f"The dataset has no clip of the speaker {missing[0]}.", "Give one speaker a line, as in index.tsv."
        )
    return told


def draw_clips(clips: tuple[FoundClip, ...], most: int) -> tuple[FoundClip, ...]:
    """At most so many clips to learn from, drawn at random and the same each time; all clips to judge by."""
    learned = [index for index, clip in enumerate(clips) if not clip.judged]
    drawn = set(np.random.default_rng(0).permutation(learned)[:most].tolist())
    return tuple(clip for index, clip in enumerate(clips) if clip.judged or index in drawn)


def write_index(folder: Path, layout: Layout, clips: tuple[FoundClip, ...]) -> Path:
    """Writes `folder`/index.tsv. Raises InputError where there is one already or it cannot be written."""
    path = folder / "index.tsv"
    if path.exists():
        raise InputError(f"{path} is there already.", "Move it away to have it made anew.")
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow((*COLUMNS, "video", "voice"))
    for clip in clips:
        split, media = "val" if clip.judged else "train", clip.video.as_posix()
        writer.writerow((clip.name, split, clip.speaker, str(layout), _TERMS[layout], media, media))
    with replacing(path) as part:
        part.write_text(text.getvalue(), encoding="utf-8")
    return path


def _voxceleb2(path: Path) -> FoundClip | None:
    part, _, speaker, video, _ = path.parts
    if part not in ("dev", "test"):
        return None
    return FoundClip(f"{part}/{speaker}/{video}/{path.stem}", path, speaker, judged=part == "test")


def _hdtf(path: Path) -> FoundClip | None:
    named = _HDTF_CLIP.fullmatch(path.stem)
    person = _HDTF_PERSON.fullmatch(named["video"]) if named else None
    return None if person is None else _drawn(path, person["person"])


def _celebv_hq(path: Path) -> FoundClip | None:
    named = _CELEBV_CLIP.fullmatch(path.stem)
    return None if named is None else _drawn(path, named["video"])


def _drawn(path: Path, speaker: str) -> FoundClip:
    judged = zlib.crc32(speaker.encode()) % _JUDGED == 0
    return FoundClip(path.with_suffix("").as_posix(), path, speaker, judged)


_READERS: dict[Layout, tuple[str, Callable[[Path], FoundClip | None]]] = {
    Layout.VOXCELEB2: ("*/mp4/*/*/*.mp4", _voxceleb2),
    Layout.HDTF: ("**/*.mp4", _hdtf),
    Layout.CELEBV_HQ: ("**/*.mp4", _celebv_hq),
}
# None of them lets anybody use the videos for anything (corpus.is_open).
_TERMS = {
    Layout.VOXCELEB2: "VoxCeleb2: by the dataset's terms; videos belong to their owners",
    Layout.HDTF: "HDTF: by the dataset's terms; videos belong to their owners",
    Layout.CELEBV_HQ: "CelebV-HQ: research, non-commercial",
}
