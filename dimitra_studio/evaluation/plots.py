"""Pictures beside the tables: gap curves of a few clips, and quality against steps and time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.files import replacing
from dimitra_studio.core.speech import UNSPOKEN, Phoneme
from dimitra_studio.core.timebase import MOTION_FPS, frame_centres
from dimitra_studio.evaluation.evidence import Estimate
from dimitra_studio.evaluation.phone_metrics import BILABIAL, CLOSED
from dimitra_studio.evaluation.scores import Part

_COLOURS = {"truth": "0.25", "ours": "tab:red", "openfacefx": "tab:blue"}
_SECONDS = 5.0
_QUALITY = {
    "gap_r": "gap r",
    "width_r": "width r",
    "gap_jitter": "gap jitter / truth",
    "closed_bilabials": "p b m < 3 %",
}


@dataclass(frozen=True)
class GapExample:
    """Gap `curves` [T] (inter-ocular distances) of one clip by row, and its `phones`."""

    name: str
    curves: Mapping[str, FloatArray]
    phones: tuple[Phoneme, ...]


def draw_gaps(examples: Sequence[GapExample], path: Path) -> None:
    """Writes the first five seconds of each example, a panel each; p, b and m are shaded, all phones named."""
    figure = Figure(figsize=(12.0, 0.6 + 2.7 * len(examples)), layout="constrained")
    panels = figure.subplots(len(examples), squeeze=False)[:, 0]
    for axes, example in zip(panels, examples, strict=True):
        _draw_gap(axes, example)
    panels[0].legend(loc="lower right", bbox_to_anchor=(1.0, 1.08), ncols=5, frameon=False)
    panels[-1].set_xlabel("seconds")
    _save(figure, path)


def draw_quality(parts: Mapping[str, Part], steps: Mapping[str, int], seconds: Mapping[str, float], path: Path) -> None:
    """Writes lip metrics against sampling `steps` (by row), with intervals, and the time a second of voice takes."""
    order = sorted(steps, key=lambda row: steps[row])
    figure = Figure(figsize=(3.2 * (len(_QUALITY) + 1), 3.2), layout="constrained")
    panels = figure.subplots(1, len(_QUALITY) + 1)
    for axes, (metric, title) in zip(panels, _QUALITY.items(), strict=False):
        for name, part in parts.items():
            found = {steps[row]: part.rows[row][metric] for row in order if metric in part.rows.get(row, {})}
            _draw_estimates(axes, found, name)
        axes.set_title(title, loc="left", fontsize="medium")
    panels[0].legend(frameon=False)
    panels[-1].plot([steps[row] for row in order], [seconds[row] for row in order], marker="o", color="0.3")
    panels[-1].set_title("processor s / s of voice", loc="left", fontsize="medium")
    panels[-1].set_ylim(bottom=0)
    for axes in panels:
        axes.set_xscale("log")
        axes.set_xticks([steps[row] for row in order], [str(steps[row]) for row in order])
        axes.minorticks_off()
        axes.set_xlabel("sampling steps")
        _tidy(axes)
    _save(figure, path)


def _draw_estimates(axes: Axes, found: Mapping[int, Estimate], label: str) -> None:
    if not found:
        return
    values = np.array([each.value for each in found.values()])
    spread = np.nan_to_num(np.abs(np.array([[each.low, each.high] for each in found.values()]).T - values))
    axes.errorbar(list(found), values, yerr=spread, marker="o", capsize=2, linewidth=1.5, label=label)


def _draw_gap(axes: Axes, example: GapExample) -> None:
    for name, curve in example.curves.items():
        shown = np.asarray(curve[: round(_SECONDS * MOTION_FPS)])
        axes.plot(frame_centres(len(shown)), 100 * shown, linewidth=1.6, color=_COLOURS.get(name), label=name)
    axes.axhline(100 * CLOSED, color="0.6", linewidth=0.8, linestyle=":")
    end = min(_SECONDS, max(len(curve) for curve in example.curves.values()) / MOTION_FPS)
    top = axes.get_ylim()[1]
    axes.axvspan(-1, -1, color="gold", alpha=0.45, linewidth=0, label="p, b, m")
    shown_phones = [phone for phone in example.phones if phone.symbol not in UNSPOKEN and 0 <= phone.start < end]
    for index, phone in enumerate(shown_phones):
        if phone.symbol in BILABIAL:
            axes.axvspan(phone.start, phone.end, color="gold", alpha=0.45, linewidth=0)
        # Neighbours' names in two lines, or they would overlap.
        place = ((phone.start + phone.end) / 2, top)
        axes.annotate(
            phone.symbol, place, (0, 2 + 8 * (index % 2)), textcoords="offset points", ha="center", fontsize=7
        )
    axes.set_xlim(0, end)
    axes.set_ylim(top=top)
    axes.set_ylabel("gap, % IOD")
    axes.set_title(example.name, loc="left", fontsize="medium", pad=20)
    _tidy(axes)


def _tidy(axes: Axes) -> None:
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def _save(figure: Figure, path: Path) -> None:
    with replacing(path) as part:
        figure.savefig(part, format="png", dpi=110)
