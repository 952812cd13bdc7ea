"""What a take may leave as, sorted by what it is for, and what the user asks for."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dimitra_studio.core.requests import USUAL_CRF, FilmKind
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.export.formats import DRAWN_FPS, Formats


class Purpose(StrEnum):
    """What an export is for, as the dialog calls it."""

    VIDEO = "Video"
    MOTION = "Motion for other tools"
    SPEECH = "Lip sync and captions"


@dataclass(frozen=True)
class ExportKind:
    """A kind of export: `name` as it is remembered, `about` what it is good for, `suffix` how the file's name ends
    (empty for a folder). It is a `film`, or a `form` of another program, or neither: the studio's own motion file."""

    name: str
    purpose: Purpose
    title: str
    about: str
    suffix: str
    film: FilmKind | None = None
    form: Formats | None = None


_FILMS = {
    FilmKind.MP4: ("MP4, H.264", "Plays everywhere."),
    FilmKind.HEVC: ("MP4, H.265", "About a sixth smaller at the same quality, for newer players and phones."),
    FilmKind.WEBM: ("WebM, VP9", "For web pages and browsers."),
    FilmKind.PRORES: ("MOV, ProRes 4444", "For editing: all of the colour, the sound as it is. Large."),
    FilmKind.GIF: ("GIF", "A preview for chats and pages: no sound, 256 colours."),
    FilmKind.WEBP: ("WebP, moving", "A preview in true colours, smaller than a GIF: no sound."),
    FilmKind.PICTURES: ("PNG pictures and WAV", "For programs that take pictures: every pixel as it is, in a folder."),
    FilmKind.EXR: ("EXR pictures and WAV", "For compositing: linear light, half floats, in a folder."),
}
_OWN = ExportKind(
    "motion",
    Purpose.MOTION,
    "Dimitra motion (NPZ)",
    "Every curve to the last bit: the command line renders it, and the studio opens it as a take.",
    ".npz",
)


def _of_film(film: FilmKind) -> ExportKind:
    title, about = _FILMS[film]
    return ExportKind(film.value, Purpose.VIDEO, title, about, film.suffix, film=film)


def _of_form(form: Formats) -> ExportKind:
    told = form.value
    purpose = Purpose.SPEECH if told.spoken else Purpose.MOTION
    return ExportKind(told.name, purpose, told.title, told.about, told.ending, form=form)


KINDS = (*(_of_film(film) for film in _FILMS), _OWN, *(_of_form(form) for form in Formats))
_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> ExportKind:
    """The kind of that name. Raises KeyError."""
    return _BY_NAME[name]


@dataclass(frozen=True)
class ExportWish:
    """What to write where: `size` is the pictures' longer side in px (None = the portrait's own), `part` the stretch of
    the take (None = all of it), `even` whether the sound is brought to the usual loudness, `fps` the rate of drawn
    animation, `matte` whether the person is cut out of the background."""

    path: Path
    kind: ExportKind
    size: int | None = None
    crf: int = USUAL_CRF
    part: TimeRange | None = None
    even: bool = False
    fps: int = DRAWN_FPS
    matte: bool = False
