"""The report's pictures: what was left out, what the measures and the channels look like."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import make_folder, replacing
from dimitra_studio.face.video import VideoFile

_COLUMNS = 6
_MOST_BINS = 60
_DPI = 110
_FACE = 160  # px of a face on the contact sheet
_FILL, _LIMIT = "tab:blue", "tab:red"


def draw_histograms(
    values: Mapping[str, ArrayLike], path: Path, title: str, limits: Mapping[str, float] | None = None
) -> None:
    """Writes small multiples: a histogram for each name, counts logarithmic, with a line at its limit where there is
    one. The outermost thousandth on either side is not shown."""
    columns = min(_COLUMNS, len(values))
    rows = math.ceil(len(values) / columns)
    figure = Figure(figsize=(2.1 * columns, 0.6 + 1.5 * rows), layout="constrained")
    figure.suptitle(title)
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (name, told) in zip(panels, values.items(), strict=False):
        _draw_histogram(axes, name, np.asarray(told, dtype=np.float64), (limits or {}).get(name))
    for axes in panels[len(values) :]:
        axes.set_visible(False)
    _save(figure, path)


def draw_contact_sheet(videos: Sequence[tuple[Path, str]], path: Path) -> None:
    """Writes the middle frame of each video with its caption; grey where the video cannot be read."""
    columns = min(_COLUMNS, len(videos))
    rows = math.ceil(len(videos) / columns)
    figure = Figure(figsize=(2.0 * columns, 2.3 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in panels:
        axes.axis("off")
    for axes, (video, caption) in zip(panels, videos, strict=False):
        axes.imshow(_middle_frame(video))
        axes.set_title(caption, fontsize=6, loc="left")
    _save(figure, path)


def _draw_histogram(axes: Axes, name: str, values: NDArray[np.float64], limit: float | None) -> None:
    values = values[np.isfinite(values)]
    axes.set_title(name, fontsize="small", loc="left")
    axes.tick_params(labelsize="x-small")
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    if not len(values):
        return
    low, high = np.quantile(values, 0.001, method="lower"), np.quantile(values, 0.999, method="higher")
    bins = int(np.clip(2 * math.sqrt(len(values)), 10, _MOST_BINS))
    counts, edges = np.histogram(values, bins, (low, high if high > low else low + 1))
    axes.stairs(np.log1p(counts), edges, fill=True, color=_FILL)
    axes.locator_params(axis="x", nbins=4)
    if limit is not None:
        axes.axvline(limit, color=_LIMIT, linewidth=1)


def _middle_frame(video: Path) -> NDArray[np.uint8]:
    try:
        with VideoFile(video) as file:
            middle = file.info.count() // 2
            for index, picture in enumerate(file.read()):
                if index == middle:
                    return _reduced(picture)
    except InputError:
        pass  # why it is left out stands in its caption
    return np.full((_FACE, _FACE, 3), 128, np.uint8)


def _reduced(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    scale = _FACE / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _save(figure: Figure, path: Path) -> None:
    make_folder(path.parent)
    with replacing(path) as part:
        figure.savefig(part, format="png", dpi=_DPI)
