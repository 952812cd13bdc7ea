"""A corpus of talking clips to what training reads: one .npz a clip with tracked motion and analysed voice."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.crew import Broken
from dimitra_studio.motion.clips import load_clip
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.analysis import AnalysedClip
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.quality import QualityLimits
from dimitra_studio.training.records import (
    ClipRecord,
    clip_path,
    drop_clip,
    keep_clip,
    load_record,
    media_of,
    save_record,
)
from dimitra_studio.training.sync import DISAGREES, correct_lags, is_believed

# Analyses rows in whatever order they are done.
Analyse: TypeAlias = Callable[[Sequence[CorpusRow]], Generator[tuple[CorpusRow, AnalysedClip | Broken], None, None]]


@dataclass
class Prepared:
    """What came of a corpus: clips `done` now, those `there` from before, why others were `left_out`, and the `lags`
    in frames that were taken out beside those that the index tells."""

    done: int = 0
    there: int = 0
    left_out: dict[str, str] = field(default_factory=dict)
    lags: dict[str, int] = field(default_factory=dict)


def prepare_corpus(
    rows: tuple[CorpusRow, ...], folder: Path, limits: QualityLimits, analyse: Analyse, lips: LipShape
) -> Job[Prepared]:
    """Prepares every clip that `folder` does not hold yet, then takes the lags of training clips out.

    A clip that cannot be used, or is beyond the `limits`, is told, not fatal; what is known of it stays beside the
    others (training.records), and other limits judge it anew. Raises InputError where `folder` cannot be written.
    """
    result = Prepared()
    waiting = [row for row in rows if not _settle(row, folder, limits, result)]
    settled = len(rows) - len(waiting)
    yield Progress("prepare", settled, len(rows))
    with closing(analyse(waiting)) as analysed:
        for done, (row, told) in enumerate(analysed, settled + 1):
            _keep(row, told, folder, limits, result)
            reason = result.left_out.get(row.facts.name)
            note = f"{row.facts.name} is left out: {reason}" if reason else ""
            yield Progress("prepare", done, len(rows), note)
    names = [row.facts.name for row in rows if row.facts.split == "train" and row.facts.name not in result.left_out]
    heard = yield from correct_lags(folder, names, lips, limits)
    for name, record in heard.items():
        if not record.kept:
            result.left_out[name] = record.reason
        elif record.offset and is_believed(record.offset):
            result.lags[name] = record.offset.lag
    return result


def _settle(row: CorpusRow, folder: Path, limits: QualityLimits, result: Prepared) -> bool:
    """Whether nothing is left to be done for a clip, and what became of it in `result`."""
    name = row.facts.name
    path = clip_path(folder, name)
    if not row.in_sync:
        result.left_out[name] = "sound and picture do not belong together, says the index"
        drop_clip(folder, name)
        return True
    record = load_record(folder, name)
    if record is None or record.media != media_of(row):
        return False
    if DISAGREES in record.faults and record.facts != row.facts:
        return False  # it was asked of a clip to learn from, at the lag of another index
    judged = record.judged(limits)
    if judged.kept and not path.exists():
        return False
    if judged.kept:
        result.there += 1
        if record.facts != row.facts:
            keep_clip(folder, replace(load_clip(path), facts=row.facts))
            judged = replace(judged, facts=row.facts, fits=None)
    else:
        result.left_out[name] = judged.reason
        drop_clip(folder, name)
    if judged != record:
        save_record(folder, judged)
    return True


def _keep(row: CorpusRow, told: AnalysedClip | Broken, folder: Path, limits: QualityLimits, result: Prepared) -> None:
    """Writes what came of a clip, and notes it in `result`."""
    name = row.facts.name
    if isinstance(told, Broken):
        result.left_out[name] = told.message
        drop_clip(folder, name)
        if told.lasting:
            save_record(folder, ClipRecord(row.facts, media_of(row), None, {"files": told.message}, limits))
        return
    faults = limits.faults(told.measures)
    record = ClipRecord(row.facts, media_of(row), told.measures, faults, limits)
    if record.kept:
        keep_clip(folder, told.clip)
        result.done += 1
    else:
        drop_clip(folder, name)
        result.left_out[name] = record.reason
    save_record(folder, record)
