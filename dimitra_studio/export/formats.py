"""Which formats of other programs there are: names, endings, and whether they are read, written, or both."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from importlib.util import find_spec
from pathlib import Path

from dimitra_studio.core.errors import InputError


@dataclass(frozen=True)
class Format:
    """`name` as on the command line, `ending` with its point ("" = a folder), `title` for people, `about` what it is
    good for, in a sentence; `spoken` is made of words and phones instead of motion, `read` comes back, also under
    the endings of `also`. `mark` is what files of this format hold near their beginning, where others end alike."""

    name: str
    ending: str
    title: str
    about: str
    spoken: bool = False
    read: bool = True
    also: tuple[str, ...] = ()
    mark: bytes = b""

    @property
    def endings(self) -> tuple[str, ...]:
        """Those under which it is read; none where it is not."""
        return (self.ending, *self.also) if self.read else ()


class Formats(Enum):
    """All of them; of those with one ending the first is meant where only the ending is said."""

    LIVE_LINK = Format(
        "live-link",
        ".csv",
        "Live Link Face (ARKit)",
        "ARKit's 52 shapes and the head's angles, for Unreal, MetaHuman and the add-ons of Blender and Maya.",
    )
    WEIGHTS = Format(
        "weights",
        ".json",
        "ARKit weights as JSON (Audio2Face)",
        "Every curve by its name, in the layout of Audio2Face; comes back whole.",
    )
    GLTF = Format(
        "gltf",
        ".glb",
        "glTF binary: head, shapes, motion",
        "The head with 64 shapes, its motion and skin in one file, for Blender, three.js, Godot and Unity.",
    )
    USD = Format(
        "usd",
        ".usda",
        "USD: head, shapes, motion",
        "The head with 64 shapes, its motion and skin, for Omniverse, Maya and Houdini.",
        also=(".usdc", ".usd", ".usdz"),
    )
    ALEMBIC = Format(
        "alembic",
        ".abc",
        "Alembic: the moved mesh",
        "The moved head as one animated mesh, for Houdini, Maya, Cinema 4D, Unreal and Blender.",
        read=False,
    )
    BVH = Format("bvh", ".bvh", "BVH: the head's movement", "The head's movement alone, for MotionBuilder and Blender.")
    OBJ = Format(
        "obj",
        "",
        "OBJ sequence: a mesh a frame",
        "The moved head as one mesh a frame, in a folder, for programs that take nothing else.",
        read=False,
    )
    PLY = Format(
        "ply",
        "",
        "PLY sequence: a mesh a frame",
        "The moved head as one mesh a frame, in a folder: bytes instead of text, for MeshLab, Open3D and scans.",
        read=False,
    )
    DENG = Format(
        "deng",
        ".mat",
        "Deng's 3DMM (PIRenderer, DreamTalk, StyleTalk)",
        "The papers' coefficients, for PIRenderer, DreamTalk and StyleTalk.",
    )
    SADTALKER = Format("sadtalker", ".mat", "SadTalker's 3DMM", "The papers' coefficients as SadTalker wants them.")
    DREAMTALK = Format(
        "dreamtalk", ".npy", "3DMM as NumPy array (DreamTalk)", "The papers' coefficients as DreamTalk wants them."
    )
    TEXTGRID = Format(
        "textgrid",
        ".textgrid",
        "Praat TextGrid: words and phones",
        "Words and phones on two tiers, for Praat and aligners.",
        spoken=True,
    )
    SRT = Format("srt", ".srt", "SubRip captions", "Captions that every player and editor reads.", spoken=True)
    VTT = Format("vtt", ".vtt", "WebVTT captions", "Captions for the web, with the time of every word.", spoken=True)
    ASS = Format("ass", ".ass", "ASS captions", "Captions in which every word lights up as it is said.", spoken=True)
    RHUBARB = Format(
        "rhubarb",
        ".json",
        "Rhubarb mouth shapes (JSON)",
        "Mouth shapes A to H and X, for Spine, After Effects and games.",
        spoken=True,
        mark=b'"mouthCues"',
    )
    RHUBARB_TSV = Format(
        "rhubarb-tsv",
        ".tsv",
        "Rhubarb mouth shapes (TSV)",
        "Mouth shapes A to H and X as a table.",
        spoken=True,
    )
    MOHO = Format(
        "moho",
        ".dat",
        "Moho switch data",
        "Preston Blair's mouth shapes, for Moho and OpenToonz.",
        spoken=True,
    )
    PAPAGAYO = Format(
        "papagayo",
        ".pgo",
        "Papagayo project",
        "Words with Preston Blair's mouth shapes, for Papagayo and Blender.",
        spoken=True,
    )


DRAWN_FPS = 24  # frames a second of drawn animation, where nothing else is asked for
# Those of another face model, which is reached by a measured map (`deng_map`).
MAPPED = (Formats.DENG, Formats.SADTALKER, Formats.DREAMTALK)
# Those that count in frames of drawn animation.
DRAWN = (Formats.MOHO, Formats.PAPAGAYO)
_BEGINNING = 1 << 16  # bytes in which a format's mark stands


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
    raise _no_format(path, (each.value.ending for each in among))


def format_of_file(path: Path) -> Formats:
    """The format of a file that is read, by its ending, and by what stands in it where several end alike. Raises
    InputError where it ends like none."""
    ending = path.suffix.lower()
    alike = [each for each in Formats if ending in each.value.endings]
    if not alike:
        raise _no_format(path, (each for form in Formats for each in form.value.endings))
    marked = [each for each in alike if each.value.mark]
    beginning = _beginning(path) if marked and len(alike) > 1 else b""
    return next((each for each in marked if each.value.mark in beginning), alike[0])


def _beginning(path: Path) -> bytes:
    """Nothing where it cannot be read: its reader says why."""
    with suppress(OSError):
        if path.is_file():  # a pipe would be waited for
            with path.open("rb") as stream:
                return stream.read(_BEGINNING)
    return b""


def _no_format(path: Path, endings: Iterable[str]) -> InputError:
    known = ", ".join(dict.fromkeys(ending for ending in endings if ending))
    return InputError(f"{path.name or path} does not end like a format that can be used.", f"Endings: {known}.")


def require_writer(kind: Formats) -> None:
    """Raises InputError where what writes the format is not installed."""
    if kind is Formats.ALEMBIC and find_spec("alembic3d") is None:
        raise InputError(
            "Alembic needs the library alembic3d, which is not installed.",
            "Install it: pip install 'dimitra-studio[alembic]'; or choose glTF, USD or a PLY sequence.",
        )


def texture_path(path: Path) -> Path:
    """Where the skin of `NAME.usda` lies: `NAME_skin.jpg`, so that it is not a portrait called NAME.jpg."""
    return path.with_name(f"{path.stem}_skin.jpg")
