"""What is kept of each clip: NAME.npz to learn from, its variants NAME~1.npz ... (training.vary), and NAME.json, which
says how it was judged; none is analysed twice."""

import glob
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, make_folder, replacing
from dimitra_studio.motion.clips import ClipFacts, TalkingClip, save_clip
from dimitra_studio.motion.ear_to_mouth import Offset
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.quality import ClipMeasures, QualityLimits


@dataclass(frozen=True)
class ClipRecord:
    """How one clip fared.

    `facts` by the index; `media`: sizes of its video and voice in bytes, by which another take under the same name is
    noticed; `measures`, none where it could not be analysed; `faults` by the measure's name, empty for a clip that was
    kept; `limits` that it was held against; `fits` as in motion.ear_to_mouth.Offset, empty for a clip too short to
    tell, None until it is listened to.
    """

    facts: ClipFacts
    media: tuple[int, int]
    measures: ClipMeasures | None
    faults: dict[str, str]
    limits: QualityLimits
    fits: tuple[float, ...] | None = None

    @property
    def kept(self) -> bool:
        """Whether the clip is there to be learned from."""
        return not self.faults

    @property
    def reason(self) -> str:
        """Why it was left out."""
        return "; ".join(self.faults.values())

    @property
    def offset(self) -> Offset | None:
        """How sound and picture agree beyond the index's lag, where that was measured."""
        return Offset(np.array(self.fits)) if self.fits else None

    def judged(self, limits: QualityLimits) -> "ClipRecord":
        """The same clip held against other limits."""
        if self.measures is None or limits == self.limits:
            return self
        return replace(self, limits=limits, faults=limits.faults(self.measures))


def media_of(row: CorpusRow) -> tuple[int, int]:
    """Sizes of a clip's files; 0 for one that is not there."""
    video, voice = (path.stat().st_size if path.is_file() else 0 for path in (row.video, row.voice))
    return video, voice


def clip_path(folder: Path, name: str) -> Path:
    """Where a clip lies. Names hold dots: the suffix is appended, not exchanged."""
    return folder / f"{name}.npz"


def other_clips(folder: Path, rows: Sequence[CorpusRow]) -> int:
    """How many clips lie in `folder` of which no row tells: of another corpus, or of an index as it once was."""
    own = {clip_path(folder, row.facts.name) for row in rows}
    return sum("~" not in path.name and path not in own for path in folder.rglob("*.npz"))


def variant_path(folder: Path, name: str, variant: int) -> Path:
    """Where a variant of a clip lies; no clip's own name holds a `~` (training.corpus)."""
    return clip_path(folder, f"{name}~{variant}")


def keep_clip(folder: Path, clip: TalkingClip) -> None:
    """Writes a clip. Variants of what lay there before go: nobody may learn from what is no longer so."""
    _drop_variants(folder, clip.facts.name)
    save_clip(clip_path(folder, clip.facts.name), clip)


def drop_clip(folder: Path, name: str) -> None:
    """Removes a clip and its variants, where they are."""
    _drop_variants(folder, name)
    clip_path(folder, name).unlink(missing_ok=True)


def record_path(folder: Path, name: str) -> Path:
    """Where its record lies."""
    return folder / f"{name}.json"


def save_record(folder: Path, record: ClipRecord) -> None:
    """Writes the record; it appears whole or not at all."""
    path = record_path(folder, record.facts.name)
    make_folder(path.parent)
    with replacing(path) as part:
        part.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1), encoding="utf-8")


def load_record(folder: Path, name: str) -> ClipRecord | None:
    """The record, or None where there is none yet. Raises InputError for one that cannot be read."""
    path = record_path(folder, name)
    if not path.exists():
        return None
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        video, voice = told["media"]
        return ClipRecord(
            facts=ClipFacts(**told["facts"]),
            media=(int(video), int(voice)),
            measures=None if told["measures"] is None else ClipMeasures(**told["measures"]),
            faults={str(name): str(text) for name, text in told["faults"].items()},
            limits=QualityLimits(**told["limits"]),
            fits=None if told["fits"] is None else tuple(float(fit) for fit in told["fits"]),
        )
    except (*DAMAGE, AttributeError) as error:
        raise InputError(
            f"{path} is no record of a clip ({error}).", "Remove it; the clip is analysed again."
        ) from error


def _drop_variants(folder: Path, name: str) -> None:
    path = clip_path(folder, f"{glob.escape(name)}~*")
    for variant in path.parent.glob(path.name):
        variant.unlink()
