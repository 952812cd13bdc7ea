"""A corpus on disk: `index.tsv` beside `clips/NAME.mp4` and `clips/NAME.flac`."""

import csv
from dataclasses import dataclass
from pathlib import Path

from dimitra_studio.core.errors import InputError
from dimitra_studio.motion.clips import ClipFacts

_COLUMNS = ("clip", "split", "seconds", "speaker", "source", "lag_frames", "lag_fixed", "sync_r0", "licence")
_OPEN_LICENCES = ("CC BY 4.0", "CC0", "public domain")
# A lag is measured by correlation: on a short clip, or beyond 0.2 s, that finds a chance likeness instead.
_SHORTEST_FOR_LAG = 5.0
_LARGEST_LAG = 5
# Below this correlation at lag 0 a clip long enough to tell does not show what it sounds like.
_LEAST_SYNC = 0.0


@dataclass(frozen=True)
class CorpusRow:
    """One clip of the index and where its files lie."""

    facts: ClipFacts
    video: Path
    voice: Path
    in_sync: bool


def read_corpus(folder: Path, open_only: bool = False) -> tuple[CorpusRow, ...]:
    """The corpus's clips; with `open_only` those whose licence lets anybody use them for anything.

    Raises InputError where the index is missing, lacks a column or names nothing.
    """
    index = folder / "index.tsv"
    try:
        with index.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream, delimiter="\t")
            missing = [name for name in _COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{index} has no column {missing[0]}.", f"It needs: {', '.join(_COLUMNS)}.")
            rows = tuple(_row(folder, values) for values in reader if not open_only or is_open(values["licence"]))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{index} cannot be read.", "Give the folder that holds index.tsv and clips/.") from error
    except (ValueError, TypeError) as error:  # a short row reads as None
        raise InputError(f"{index} holds a value that cannot be read ({error}).", "Mend that row.") from error
    if not rows:
        raise InputError(f"{index} names no clip that may be used.", "Check the licences, or leave out --licence open.")
    return rows


def _row(folder: Path, values: dict[str, str]) -> CorpusRow:
    seconds = float(values["seconds"])
    sync = float(values["sync_r0"] or 1.0)
    lag = int(values["lag_frames"] or 0) - int(values["lag_fixed"] or 0)
    trusted = seconds >= _SHORTEST_FOR_LAG and abs(lag) <= _LARGEST_LAG
    facts = ClipFacts(
        name=values["clip"],
        split=values["split"],
        speaker=values["speaker"],
        source=values["source"],
        licence=values["licence"],
        lag=lag if trusted else 0,
    )
    stem = folder / "clips" / values["clip"]
    in_sync = seconds < _SHORTEST_FOR_LAG or (sync >= _LEAST_SYNC and abs(lag) <= _LARGEST_LAG)
    # Names hold dots: the suffix is appended, not exchanged.
    return CorpusRow(facts, stem.with_name(f"{stem.name}.mp4"), stem.with_name(f"{stem.name}.flac"), in_sync)


def is_open(licence: str) -> bool:
    """Whether a licence lets anybody use the media for anything, with attribution at most."""
    return any(name in licence for name in _OPEN_LICENCES)
