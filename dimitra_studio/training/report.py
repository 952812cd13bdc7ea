"""The report on a prepared corpus: `report.md` with pictures for people, `report.json` with numbers for programs."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.channels import COMPONENT_COUNT, COMPONENTS, POSE_NAMES, Group
from dimitra_studio.core.events import Job, Progress
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.face.components import COMPONENT_NAMES
from dimitra_studio.motion.lip_shape import LipShape
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.pictures import draw_contact_sheet, draw_histograms
from dimitra_studio.training.quality import QualityLimits
from dimitra_studio.training.survey import Survey, survey_corpus
from dimitra_studio.training.sync import is_believed

_PICTURES = "report"
_SHOWN = 60  # left-out clips, by name and picture
_SPEAKERS_SHOWN = 20
# How each measure is called, and its limit's name.
_MEASURES = {
    "seconds": ("seconds", "shortest"),
    "face_width": ("face width, px", "smallest_face"),
    "unseen": ("frames without a face", "most_unseen"),
    "error": ("landmark error", "largest_error"),
    "cuts": ("cuts", ""),
    "yaw": ("yaw, degrees", "largest_yaw"),
    "loudness": ("loudness, dB", "quietest"),
    "clipped": ("clipped samples", "most_clipped"),
    "spoken": ("time with speech", "least_spoken"),
}
_AGREEMENT = "lips and voice, r"


def write_report(
    rows: tuple[CorpusRow, ...], folder: Path, left_out: Mapping[str, str], lips: LipShape, limits: QualityLimits
) -> Job[Path]:
    """Writes the report on what `folder` holds of `rows`, and why the others were `left_out`; gives report.md's path.

    Raises InputError where a clip or a record cannot be read or the report not be written.
    """
    survey = yield from survey_corpus(rows, folder, left_out)
    yield Progress("pictures", 0, 1)
    _draw(survey, lips, limits, folder / _PICTURES)
    yield Progress("pictures", 1, 1)
    _write(folder / "report.json", json.dumps(_numbers(survey), ensure_ascii=False, indent=1))
    path = folder / "report.md"
    _write(path, "\n\n".join(_parts(survey, lips)) + "\n")
    return path


def _draw(survey: Survey, lips: LipShape, limits: QualityLimits, pictures: Path) -> None:
    lost = [row for row in survey.rows if row.facts.name in survey.left_out][:_SHOWN]
    if lost:
        sheet = [(row.video, f"{row.facts.name[-28:]}\n{survey.left_out[row.facts.name][:40]}") for row in lost]
        draw_contact_sheet(sheet, pictures / "left-out.png")
    measures = [record.measures for record in survey.records.values() if record.measures]
    told: dict[str, ArrayLike] = {
        title: [getattr(each, name) for each in measures] for name, (title, _) in _MEASURES.items()
    }
    told[_AGREEMENT] = [record.offset.best for record in survey.records.values() if record.offset]
    lines = {title: getattr(limits, limit) for title, limit in _MEASURES.values() if limit}
    lines[_AGREEMENT] = limits.least_agreement
    draw_histograms(told, pictures / "measures.png", "Measures of all clips, and their limits", lines)
    names = (*COMPONENT_NAMES, *POSE_NAMES)
    for group in Group:
        columns = range(len(names))[group.columns]
        channels: dict[str, ArrayLike] = {names[column]: survey.motion[:, column] for column in columns}
        draw_histograms(channels, pictures / f"{group}.png", f"Channels of {group} (frames, logarithmic)")
    components = survey.motion[:, COMPONENTS]
    shape: dict[str, ArrayLike] = {"lip gap": lips.gap_of(components), "mouth width": lips.width_of(components)}
    rest = _at_rest(survey)
    if len(rest):
        shape |= {"gap at rest, by speaker": lips.gap_of(rest), "width at rest": lips.width_of(rest)}
    draw_histograms(shape, pictures / "mouth.png", "The mouth, in inter-ocular distances")


def _parts(survey: Survey, lips: LipShape) -> list[str]:
    """The report's paragraphs, tables and pictures."""
    lost = [row for row in survey.rows if row.facts.name in survey.left_out]
    minutes, away = (sum(map(survey.seconds_of, rows)) / 60 for rows in (survey.kept, lost))
    parts = [
        "# Prepared corpus",
        f"{len(survey.kept)} clips, {minutes:.1f} minutes of {len(survey.speakers)} speakers, are kept; "
        f"{len(lost)} clips, {away:.1f} minutes ({away / max(minutes + away, 1e-9):.1%}), are left out.",
    ]
    parts += [_shares("split", survey, lambda row: row.facts.split)]
    parts += _left_out(survey, lost) + _lags(survey)
    parts += [
        "## Measures",
        "Red: the limit; that of lips and voice is for clips of ten seconds and more.",
        _picture("measures"),
        "## Motion",
        "Frames with a face. Poses in degrees and decimetres, the mouth in inter-ocular distances.",
        _ranges(survey, lips),
        *(_picture(name) for name in ("mouth", *Group)),
        "## Sources and licences",
        _shares("source", survey, lambda row: row.facts.source),
        _shares("licence", survey, lambda row: row.facts.licence),
        "## Speakers",
        f"{len(_at_rest(survey))} of {len(survey.speakers)} speakers are silent for a second in all, so that their "
        "face at rest is known (report.json). Training does not read it: a clip's first frame tells the networks how "
        "its face rests.",
        _speakers(survey, lips),
    ]
    return parts


def _shares(title: str, survey: Survey, key: Callable[[CorpusRow], str]) -> str:
    rows: dict[str, list[CorpusRow]] = defaultdict(list)
    for row in survey.kept:
        rows[key(row)].append(row)
    longest = sorted(rows.items(), key=lambda pair: -sum(map(survey.seconds_of, pair[1])))
    return _table(
        (title, "clips", "minutes", "speakers"),
        (
            (name, len(each), f"{sum(map(survey.seconds_of, each)) / 60:.1f}", len({row.facts.speaker for row in each}))
            for name, each in longest
        ),
    )


def _left_out(survey: Survey, lost: list[CorpusRow]) -> list[str]:
    if not lost:
        return ["## Left out", "Nothing."]
    listed = [
        (row.facts.name, f"{survey.seconds_of(row):.1f}", survey.left_out[row.facts.name]) for row in lost[:_SHOWN]
    ]
    more = [f"And {len(lost) - _SHOWN} more; each clip's .json says why."] if len(lost) > _SHOWN else []
    return ["## Left out", _table(("clip", "seconds", "why"), listed), *more, _picture("left-out")]


def _lags(survey: Survey) -> list[str]:
    heard = {name: record.offset for name, record in survey.records.items() if record.offset}
    late = {name: offset for name, offset in heard.items() if is_believed(offset) and name not in survey.left_out}
    told = f"{len(heard)} training clips were listened to; from {len(late)} a lag was taken out (frames; late above 0)."
    listed = [
        (name, f"{offset.lag:+d}", f"{offset.now:.2f}", f"{offset.best:.2f}") for name, offset in sorted(late.items())
    ]
    table = [_table(("clip", "lag", "r without", "r with"), listed)] if listed else []
    return ["## Lags", told, *table]


def _ranges(survey: Survey, lips: LipShape) -> str:
    components = survey.motion[:, COMPONENTS]
    turns = np.degrees(survey.motion[:, COMPONENT_COUNT : COMPONENT_COUNT + 3])
    values = {"lip gap": lips.gap_of(components), "mouth width": lips.width_of(components)}
    values |= dict(zip(POSE_NAMES, (*turns.T, *survey.motion[:, COMPONENT_COUNT + 3 :].T), strict=True))
    shares = (1, 25, 50, 75, 99)
    if not len(survey.motion):
        return "None."
    return _table(
        ("", *(f"{share} %" for share in shares)),
        ((name, *(f"{value:.3g}" for value in np.percentile(told, shares))) for name, told in values.items()),
    )


def _speakers(survey: Survey, lips: LipShape) -> str:
    longest = sorted(survey.speakers.items(), key=lambda pair: -pair[1].seconds)
    listed = [
        (
            name,
            each.clips,
            f"{each.seconds / 60:.1f}",
            "" if each.neutral is None else f"{lips.gap_of(each.neutral):.3f}",
        )
        for name, each in longest[:_SPEAKERS_SHOWN]
    ]
    return _table(("speaker", "clips", "minutes", "lip gap at rest"), listed)


def _at_rest(survey: Survey) -> FloatArray:
    """Faces at rest [speakers, 64], where they are known."""
    known = [each.neutral for each in survey.speakers.values() if each.neutral is not None]
    return np.array(known, dtype=np.float32).reshape(-1, COMPONENT_COUNT)


def _numbers(survey: Survey) -> dict[str, Any]:
    """What report.json says."""
    speakers = {
        name: {
            "clips": each.clips,
            "seconds": round(each.seconds, 2),
            "neutral": None
            if each.neutral is None
            else dict(zip(COMPONENT_NAMES, map(float, each.neutral), strict=True)),
        }
        for name, each in survey.speakers.items()
    }
    kept = [{"clip": row.facts.name, "seconds": round(survey.seconds_of(row), 2)} for row in survey.kept]
    return {"kept": kept, "left_out": dict(survey.left_out), "speakers": speakers}


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = [str(cell) for cell in header]
    lines = [head, ["---"] * len(head), *([str(cell).replace("|", "/") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _picture(name: str) -> str:
    return f"![{name}]({_PICTURES}/{name}.png)"


def _write(path: Path, text: str) -> None:
    make_folder(path.parent)
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
