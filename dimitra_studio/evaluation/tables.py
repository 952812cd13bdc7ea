"""Scores as Markdown tables, and in words what each column means."""

import math
from collections.abc import Sequence
from functools import partial
from inspect import cleandoc

from dimitra_studio.evaluation.evidence import Estimate
from dimitra_studio.evaluation.long_takes import LongReport
from dimitra_studio.evaluation.metrics import Metric
from dimitra_studio.evaluation.scores import Part

_TITLES = {"natural": "Natural speech", "grid": "GRID sentences"}


def motion_tables(parts: dict[str, Part], metrics: Sequence[Metric]) -> str:
    """A table for every kind of clip and every part of the face: value, and 95 % interval over clips."""
    text = []
    for name, part in parts.items():
        text.append(f"## {_TITLES[name]} ({part.clips} clips, {part.minutes:.1f} min)\n")
        for title in dict.fromkeys(metric.part for metric in metrics):
            columns = [metric for metric in metrics if metric.part == title]
            rows = {
                row: [_cell(found.get(each.name), each.digits) for each in columns] for row, found in part.rows.items()
            }
            told = {row: cells for row, cells in rows.items() if any(cells)}
            if told:
                text.append(f"### {title}\n\n{_table([metric.title for metric in columns], told)}")
    return "\n".join(text)


def long_table(report: LongReport) -> str:
    """Seams, drift and diversity by group."""
    rows = {
        group: [_cell(report.seams[group], 3), _number(report.drift[group], 2), _cell(report.diversity[group], 2)]
        for group in report.seams
    }
    titles = ["seam ratio", f"drift over {report.seconds / 60:g} min", "diversity of seeds"]
    return f"## Long takes and seeds\n\n{_table(titles, rows)}"


def time_table(seconds: dict[str, float]) -> str:
    """Processor seconds a second of voice, of rows that take any to speak of."""
    rows = {row: [_number(each, 3)] for row, each in seconds.items() if each >= 0.0005}
    return f"## Time\n\n{_table(['processor s / s of voice'], rows)}"


def definitions(metrics: Sequence[Metric]) -> str:
    """What each column means: the metrics' own docstrings."""
    told: dict[str, dict[str, None]] = {}
    for metric in metrics:
        function = metric.measure.func if isinstance(metric.measure, partial) else metric.measure
        words = " ".join(cleandoc(function.__doc__ or "").replace("`", "").split())
        told.setdefault(words, {})[metric.title] = None
    lines = (f"- **{'; '.join(titles)}**: {words}\n" for words, titles in told.items())
    return "## What the columns mean\n\n" + "".join(lines)


def _table(titles: Sequence[str], rows: dict[str, list[str]]) -> str:
    lines = [f"| | {' | '.join(titles)} |", "|---" * (len(titles) + 1) + "|"]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows.items()]
    return "\n".join(lines) + "\n"


def _cell(found: Estimate | None, digits: int) -> str:
    if found is None or math.isnan(found.value):
        return ""
    value = _number(found.value, digits)
    if math.isnan(found.low):
        return value
    return f"{value} [{_number(found.low, digits)}, {_number(found.high, digits)}]"


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"
