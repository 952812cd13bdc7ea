"""Which formats of other programs there are: names, endings, and whether they are read, written, or both."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from dimitra_studio.core.errors import InputError


@dataclass(frozen=True)
class Format:
    """`name` as on the command line, `ending` with its point ("" = a folder), `title` for people; `spoken` is made of
    words and phones instead of motion, `read` comes back."""

    name: str
    ending: str
    title: str
    spoken: bool = False
    read: bool = True


class Formats(Enum):
    """All of them; of those with one ending the first is meant where only the ending is said."""

    LIVE_LINK = Format("live-link", ".csv", "Live Link Face (ARKit)")
    WEIGHTS = Format("weights", ".json", "ARKit weights as JSON (Audio2Face)")
    GLTF = Format("gltf", ".glb", "glTF binary: head, shapes, motion")
    USD = Format("usd", ".usda", "USD: head, shapes, motion", read=False)
    BVH = Format("bvh", ".bvh", "BVH: the head's movement")
    OBJ = Format("obj", "", "OBJ sequence: a mesh a frame", read=False)
    DENG = Format("deng", ".mat", "Deng's 3DMM (PIRenderer, DreamTalk, StyleTalk)")
    SADTALKER = Format("sadtalker", ".mat", "SadTalker's 3DMM")
    DREAMTALK = Format("dreamtalk", ".npy", "3DMM as NumPy array (DreamTalk)")
    TEXTGRID = Format("textgrid", ".textgrid", "Praat TextGrid: words and phones", spoken=True)
    SRT = Format("srt", ".srt", "SubRip captions", spoken=True)
    VTT = Format("vtt", ".vtt", "WebVTT captions", spoken=True)
    ASS = Format("ass", ".ass", "ASS captions", spoken=True)
    RHUBARB = Format("rhubarb", ".json", "Rhubarb mouth shapes (JSON)", spoken=True, read=False)
    RHUBARB_TSV = Format("rhubarb-tsv", ".tsv", "Rhubarb mouth shapes (TSV)", spoken=True, read=False)
    MOHO = Format("moho", ".dat", "Moho switch data", spoken=True, read=False)
    PAPAGAYO = Format("papagayo", ".pgo", "Papagayo project", spoken=True, read=False)


def format_named(name: str) -> Formats:
    """The format of that name. Raises InputError."""
    for each in Formats:
        if each.value.name == name.lower():
            return each
    raise InputError(
        f"There is no format called {name}.", f"Formats: {', '.join(each.value.name for each in Formats)}."
    )


def format_of(path: Path, among: Iterable[Formats]) -> Formats:
    """The first format `among` these with the path's ending. Raises InputError where there is none."""
    among = tuple(among)
    for each in among:
        if each.value.ending and path.suffix.lower() == each.value.ending:
            return each
    endings = ", ".join(dict.fromkeys(each.value.ending for each in among if each.value.ending))
    raise InputError(f"{path.name or path} does not end like a format that can be used.", f"Endings: {endings}.")
