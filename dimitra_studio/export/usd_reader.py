"""Face motion out of USD (.usda, .usdc, .usd, .usdz): blend shapes that bear ARKit's names or the head model's own, and
the joint called head.

Pixar's library reads it, which is no part of the program: usd-core, where it is installed. It works in a process of its
own (`usd_probe`), since damaged files can end it.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dimitra_studio.core.arrays import FloatArray
from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import check_input
from dimitra_studio.export.arkit import components_named, naming_notes
from dimitra_studio.export.exchange import (
    MOST_FRAMES,
    Imported,
    assemble,
    checked_rate,
    checked_values,
    on_clock,
    rate_of,
    unreadable,
)
from dimitra_studio.export.turns import poses

_PROBE = Path(__file__).with_name("usd_probe.py")
_PATIENCE = 300.0  # seconds
_MEND = "Export it as USD with blend shapes (UsdSkel), or as glTF binary (.glb)."


def read_usd(path: Path, fps: float | None = None) -> Imported:
    """Reads such a file; `fps` stands in for the rate that its times show. Raises InputError for anything else, and
    where usd-core is not installed."""
    check_input(path, "USD file")
    if find_spec("pxr") is None:
        told = f"{path.name} cannot be read: USD needs Pixar's library usd-core, which is not installed."
        raise InputError(told, "Install it: pip install 'dimitra-studio[usd]'; or export the take as glTF (.glb).")
    found = _probed(path)
    times = np.asarray(found["times"], np.float64)
    weights = checked_values(path, _table(path, found["weights"], len(times), len(found["names"])), "its weights")
    if len(times) > MOST_FRAMES or not np.isfinite(times).all():
        raise unreadable(path, "its animation has no usable times", _MEND)
    rate = checked_rate(path, fps or (rate_of(path, times) if len(times) > 1 else found["rate"]))
    pose = _pose(path, found, len(times))
    rows, filled = on_clock(path, times, np.concatenate([weights, pose], axis=1), rate)
    components, unknown, missing = components_named(found["names"], rows[:, : weights.shape[1]])
    notes = naming_notes(unknown, missing)
    if filled:
        notes = (f"{filled} frames lie between keys; straight lines were drawn.", *notes)
    if "turns" not in found:
        notes = (*notes, "It has no joint called head; the head stays still.")
    return Imported(assemble(components, rows[:, weights.shape[1] :], rate), notes)


def _probed(path: Path) -> dict[str, Any]:
    """What `usd_probe` finds."""
    command = [sys.executable, "-P", str(_PROBE), str(path.resolve())]
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows would open a console
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, creationflags=hidden, check=True)
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise unreadable(path, f"it was not read within {_PATIENCE:g} s") from error
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        raise unreadable(path, "it is damaged or no USD file", _MEND) from error
    if "fault" in found:
        raise unreadable(path, found["fault"], _MEND)
    checked: dict[str, Any] = found
    return checked


def _table(path: Path, rows: list[list[float]], count: int, width: int) -> NDArray[np.float64]:
    if any(len(row) != width for row in rows):
        raise unreadable(path, f"its animation does not hold {width} weights in every frame", _MEND)
    return np.asarray(rows, np.float64).reshape(count, width)


def _pose(path: Path, found: dict[str, Any], count: int) -> FloatArray:
    """Poses [T, 6]; those of a stage whose z points up are turned upright."""
    if "turns" not in found:
        return np.zeros((count, 6), np.float32)
    turns, places = (np.asarray(found[name], np.float64).reshape(count, -1) for name in ("turns", "places"))
    if found["up"] == "Z":
        turns, places = turns[:, [0, 2, 1, 3]] * (1, 1, -1, 1), places[:, [0, 2, 1]] * (1, 1, -1)
    if not (np.isfinite(turns).all() and np.abs(turns).max(axis=1).min(initial=1) > 0):
        raise unreadable(path, "the movement of its head is not finite", _MEND)
    return checked_values(path, poses(turns, places), "the movement of its head")
