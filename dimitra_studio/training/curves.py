"""The course of a training run: a log of its scores, and their curves as a picture."""

import json
from contextlib import suppress
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dimitra_studio.core.files import make_folder, replacing

_PANELS = {
    "Training loss": {"loss": "loss"},
    "Validation error at diffusion step t": {f"validation_{step}": f"t = {step}" for step in (40, 140, 260, 499)},
    "Lips sampled for validation clips": {
        "gap_correlation": "gap: r",
        "gap_range": "gap: range",
        "closures": "closures met",
        "false_closures": "false closures",
    },
    "Learning rate": {"rate": "rate"},
}


class TrainingLog:
    """`log.jsonl`: one object a line with the `step` and what was measured at it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> list[dict[str, float]]:
        """All lines but such as a crash broke off."""
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        found = []
        for line in lines:
            with suppress(ValueError):
                found.append(json.loads(line))
        return found

    def keep(self, step: int) -> None:
        """Forgets what was measured after `step`, from where a run goes on."""
        kept = [entry for entry in self.entries() if entry["step"] <= step]
        make_folder(self._path.parent)
        with replacing(self._path) as part:
            part.write_text("".join(f"{json.dumps(entry)}\n" for entry in kept), encoding="utf-8")

    def add(self, entry: dict[str, float]) -> None:
        """One line more."""
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(f"{json.dumps(entry)}\n")


def draw_curves(entries: list[dict[str, float]], path: Path, title: str, chosen: int | None = None) -> None:
    """Writes the curves to `path` (PNG), a panel for each kind of score that there is; `chosen` marks a step."""
    there = {name for entry in entries for name in entry}
    panels = {name: curves for name, curves in _PANELS.items() if there & set(curves)}
    figure = Figure(figsize=(7.0, 0.8 + 2.3 * len(panels)), layout="constrained")
    figure.suptitle(title)
    rows = figure.subplots(len(panels), sharex=True, squeeze=False)[:, 0]
    for axes, (name, curves) in zip(rows, panels.items(), strict=True):
        _draw(axes, {label: _points(entries, key) for key, label in curves.items() if key in there})
        axes.set_title(name, loc="left", fontsize="medium")
        if chosen is not None:
            axes.axvline(chosen, color="0.4", linewidth=1, linestyle=":", label="chosen")
        if len(curves) > 1:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize="small")
    rows[-1].set_xlabel("step")
    with replacing(path) as part:
        figure.savefig(part, format="png", dpi=110)


def _points(entries: list[dict[str, float]], key: str) -> list[tuple[float, float]]:
    return [(entry["step"], entry[key]) for entry in entries if key in entry]


def _draw(axes: Axes, curves: dict[str, list[tuple[float, float]]]) -> None:
    for label, points in curves.items():
        # A single point is no line.
        axes.plot(*zip(*points, strict=True), linewidth=1.5, marker="." if len(points) < 10 else "", label=label)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
