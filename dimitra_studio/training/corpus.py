"""A corpus on disk: `index.tsv`, and for each of its rows `clips/NAME.mp4` with `clips/NAME.flac` or the files that the
row names."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dimitra_studio.core.errors import InputError
from dimitra_studio.motion.clips import ClipFacts

_SPLITS = ("train", "val")
COLUMNS = ("clip", "split", "speaker", "source", "licence")
# What a row may also tell; a missing column is an empty one.
_OPTIONAL = ("seconds", "lag_frames", "lag_fixed", "sync_r0", "video", "voice")
_OPEN_LICENCES = ("CC BY 4.0", "CC0", "public domain")
# A lag is measured by correlation: on a short clip, or beyond 0.2 s, that finds a chance likeness instead.
_SHORTEST_FOR_LAG = 5.0
_LARGEST_LAG = 5
# Below this correlation at lag 0 a clip long enough to tell does not show what it sounds like.
_LEAST_SYNC = 0.0


@dataclass(frozen=True)
class CorpusRow:
    """One clip of the index, where its files lie, and how many `seconds` it lasts (0 where the index does not say)."""

    facts: ClipFacts
    video: Path
    voice: Path
    in_sync: bool
    seconds: float = 0.0


def read_corpus(folder: Path, open_only: bool = False) -> tuple[CorpusRow, ...]:
    """The corpus's clips; with `open_only` those whose licence lets anybody use them for anything.

    Raises InputError where the index is missing, lacks a column or names nothing.
    """
    index = folder / "index.tsv"
    try:
        with index.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{index} has no column {missing[0]}.", f"It needs: {', '.join(COLUMNS)}.")
            rows = tuple(_row(folder, values) for values in reader if not open_only or is_open(values["licence"]))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{index} cannot be read.", "Give the folder that holds index.tsv and clips/.") from error
    except (ValueError, TypeError, AttributeError) as error:  # a short row reads as None
        raise InputError(f"{index} holds a value that cannot be read ({error}).", "Mend that row.") from error
    if not rows:
        raise InputError(f"{index} names no clip that may be used.", "Check the licences, or leave out --licence open.")
    twice = [name for name, count in Counter(row.facts.name for row in rows).items() if count > 1]
    if twice:
        raise InputError(f"{index} names the clip {twice[0]} more than once.", "Give every clip its own name.")
    return rows


def _row(folder: Path, told: dict[str, str]) -> CorpusRow:
    values = {name: told.get(name) or "" for name in _OPTIONAL} | {name: told[name].strip() for name in COLUMNS}
    name = values["clip"]
    if not name or "~" in name or PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(f"the clip's name {name!r} cannot be a file's inside a folder")
    if values["split"] not in _SPLITS:
        raise ValueError(f"the split of {name} is {values['split']!r}, neither train nor val")
    seconds = float(values["seconds"] or 0.0)
    sync = float(values["sync_r0"] or 1.0)
    lag = int(values["lag_frames"] or 0) - int(values["lag_fixed"] or 0)
    trusted = seconds >= _SHORTEST_FOR_LAG and abs(lag) <= _LARGEST_LAG
    facts = ClipFacts(
        name=name,
        split=values["split"],
        speaker=values["speaker"],
        source=values["source"],
        licence=values["licence"],
        lag=lag if trusted else 0,
    )
    in_sync = seconds < _SHORTEST_FOR_LAG or (sync >= _LEAST_SYNC and abs(lag) <= _LARGEST_LAG)
    # Names hold dots: the suffix is appended, not exchanged.
    video = folder / (values["video"] or f"clips/{name}.mp4")
    voice = folder / (values["voice"] or f"clips/{name}.flac")
    return CorpusRow(facts, video, voice, in_sync, seconds)


def is_open(licence: str) -> bool:
    """Whether a licence lets anybody use the media for anything, with attribution at most."""
    return any(name in licence for name in _OPEN_LICENCES)
