"""Where an export may go: looked at while the name is typed, told in a sentence."""

import shutil
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.engine.outputs import check_exchange, check_film, check_output, film_bytes
from dimitra_studio.studio.export_kinds import ExportKind, ExportWish
from dimitra_studio.studio.exports import Subject

_LONGEST_NAME = 200  # bytes; disks take 255, of which suffix and number need some


@dataclass(frozen=True)
class Finding:
    """What there is to say of a place: `problem` keeps it from being written, `replaces` the file that is there."""

    problem: str = ""
    replaces: bool = False


def look_at(wish: ExportWish, subject: Subject, frames: int) -> Finding:
    """Whether the wish can be written as it is."""
    path, film, form = wish.path, wish.kind.film, wish.kind.form
    if not path.name.removesuffix(wish.kind.suffix):
        return Finding("Give it a name.")
    if path in subject.taken:
        return Finding(f"Another export is writing {path.name}. Give another name.")
    if form and form.value.spoken and not (subject.said and (subject.said.words or subject.said.phonemes)):
        heard = "of this voice" if subject.said else "yet: the voice is still listened to"
        return Finding(f"No words are known {heard}.")
    try:
        if film is not None:
            check_film(path, film, subject.inputs, most_bytes(wish, subject, frames))
        elif form is not None:
            check_exchange(path, form, subject.inputs, skinned=subject.portrait is not None)
        else:
            check_output(path, wish.kind.suffix, subject.inputs)
    except InputError as error:
        return Finding(str(error))
    except ValueError:  # a NUL in it
        return Finding("This name cannot be used.")
    return Finding(replaces=path.is_file())


def most_bytes(wish: ExportWish, subject: Subject, frames: int) -> int:
    """About what the wish takes on the disk at most; 0 where nothing can be said."""
    film, size = wish.kind.film, subject.size
    if film is None or size is None:
        return 0
    scale = wish.size / max(size) if wish.size else 1.0
    return film_bytes(film, round(size[0] * scale), round(size[1] * scale), frames, wish.crf)


def free_bytes(folder: Path) -> int | None:
    """Room on the folder's disk; None where it is not there."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def fresh(folder: Path, name: str, kind: ExportKind, taken: tuple[Path, ...] = ()) -> Path:
    """A path of that name, or of that name and a number, at which nothing is yet and which is not `taken`; a name that
    is too long for disks is cut."""
    plain = "".join("-" if letter in '/\\:*?"<>|' else letter for letter in name)
    plain = plain.encode()[:_LONGEST_NAME].decode(errors="ignore").strip()
    tries = (folder / f"{plain}{'' if number == 1 else f' {number}'}{kind.suffix}" for number in count(1))
    return next(path for path in tries if path not in taken and not _is_there(path))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # what cannot be looked at cannot be written either, and `look_at` says why
        return False


def spoken_size(size: float) -> str:
    """ "12 MB"."""
    for unit in ("KB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.0f} {unit}" if size >= 10 else f"{size:.1f} {unit}"
    return f"{size / 1000:.1f} TB"
