"""What a batch has made already, in a file beside the results; a run that was killed goes on from it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, replacing
from dimitra_studio.engine.batch.row import Made

LEDGER = "batch-state.json"
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """A video that was made: by which `recipe`, and the bytes of each of its results."""

    recipe: str
    sizes: tuple[int, ...]
    made: Made


class Ledger:
    """The entries of a batch's folder, by the video's name in it.

    Raises InputError where the file is damaged or of a newer version: guessing would make hours of work anew.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEDGER
        self._entries = _read(self._path)

    def made(self, name: str, recipe: str, results: Sequence[Path]) -> Made | None:
        """What is known of the video `name`, where it was made by this recipe and its results lie there unchanged in
        size; else None."""
        entry = self._entries.get(name)
        unchanged = entry is not None and entry.recipe == recipe and entry.sizes == tuple(map(size_of, results))
        return entry.made if entry is not None and unchanged else None

    def owns(self, name: str, result: Path) -> bool:
        """Whether the video `name` lies there as the batch has left it, whatever it was made of."""
        entry = self._entries.get(name)
        return entry is not None and entry.sizes[:1] == (size_of(result),)

    def enter(self, name: str, entry: Entry) -> None:
        """Writes an entry down. Raises InputError when the system refuses."""
        self._entries[name] = entry
        told = {name: asdict(entry) for name, entry in self._entries.items()}
        with replacing(self._path) as part:
            part.write_text(json.dumps({"format": _FORMAT, "made": told}, indent=1), encoding="utf-8")


def size_of(path: Path) -> int | None:
    """Bytes of a file, or of all files in a folder; None where nothing is there."""
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size if path.is_file() else None


def _read(path: Path) -> dict[str, Entry]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != _FORMAT:
            raise InputError(
                f"{path} was written by another version of Dimitra Studio.",
                "Use that version, or give another folder after -o.",
            )
        return {str(name): _entry(told) for name, told in content["made"].items()}
    except FileNotFoundError:
        return {}
    except (*DAMAGE, AttributeError) as error:
        raise InputError(
            f"{path}, which says what this batch has made already, is damaged.",
            "Remove it, and every video is made anew; or give another folder after -o.",
        ) from error


def _entry(told: dict[str, Any]) -> Entry:
    made = told["made"]
    film = Made(int(made["frames"]), float(made["fps"]), float(made["seconds"]), tuple(map(str, made["notes"])))
    return Entry(str(told["recipe"]), tuple(map(int, told["sizes"])), film)
