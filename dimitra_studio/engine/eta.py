"""How long a job still takes: this stage by its own pace, the next ones as they took on this machine before."""

import json
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Progress
from dimitra_studio.core.files import replacing

_WINDOW = 10.0  # seconds of recent progress that the pace is taken from
_OLD_WEIGHT = 0.5  # of an earlier measurement against a new one
_FIXED = ("face",)  # stages that take the same time however long the voice is


@dataclass(frozen=True)
class TimeLeft:
    """Seconds left, each None while nothing honest can be said: in this stage, and in the whole job."""

    stage: float | None
    job: float | None


class Eta:
    """Feeds on a job's progress.

    `seconds` is the length of the voice or motion; `remembered` maps the stages of such a job, in their order, to
    seconds of work a second of it, or in all for stages that do not depend on it.
    """

    def __init__(self, seconds: float, remembered: dict[str, float] | None = None) -> None:
        self._seconds = max(seconds, 1e-3)
        self._remembered = dict(remembered or {})
        self._taken: dict[str, float] = {}
        self._stage = ""
        self._began = 0.0
        self._looks: deque[tuple[float, int]] = deque()

    def update(self, progress: Progress, now: float) -> TimeLeft:
        """What is left after `progress` at the time `now` (seconds of any steady clock)."""
        if progress.stage != self._stage:
            self._close_stage(now)
            self._stage, self._began = progress.stage, now
            self._looks.clear()
        # The first unit pays for the warm-up: the pace counts from its end.
        if progress.done > (self._looks[-1][1] if self._looks else 0):
            self._looks.append((now, progress.done))
        while len(self._looks) > 2 and self._looks[0][0] < now - _WINDOW:
            self._looks.popleft()
        here, later = self._left_here(progress, now), self._left_later()
        return TimeLeft(here, None if here is None or later is None else here + later)

    def finish(self, now: float) -> dict[str, float]:
        """Ends the last stage; returns the stages' work, as `remembered` has it and mixed with that."""
        self._close_stage(now)
        mixed = {}
        for stage, taken in self._taken.items():
            new = taken / self._units(stage)
            mixed[stage] = _OLD_WEIGHT * self._remembered.get(stage, new) + (1 - _OLD_WEIGHT) * new
        return mixed

    def _left_here(self, progress: Progress, now: float) -> float | None:
        if len(self._looks) > 1:
            (first, before), (last, done) = self._looks[0], self._looks[-1]
            return (last - first) / (done - before) * (progress.total - done)
        if self._stage in self._remembered:
            return max(0.0, self._remembered[self._stage] * self._units(self._stage) - (now - self._began))
        return None

    def _left_later(self) -> float | None:
        stages = list(self._remembered)
        if self._stage not in stages:
            return None
        later = stages[stages.index(self._stage) + 1 :]
        return sum(self._remembered[stage] * self._units(stage) for stage in later)

    def _units(self, stage: str) -> float:
        return 1.0 if stage in _FIXED else self._seconds

    def _close_stage(self, now: float) -> None:
        if self._stage:
            self._taken[self._stage] = self._taken.get(self._stage, 0.0) + now - self._began
            self._stage = ""


class StageTimes:
    """The stages' times of earlier jobs in a small file; `kind` tells jobs apart that cost differently."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, kind: str) -> dict[str, float]:
        """The stages in order as `Eta` takes them; empty where nothing is known."""
        times = self._read().get(kind, {})
        return {stage: float(seconds) for stage, seconds in times.items() if isinstance(seconds, int | float)}

    def keep(self, kind: str, times: dict[str, float]) -> None:
        """Remembers the times. A folder that cannot be written costs a worse estimate next time, nothing else."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path) as part:
                part.write_text(json.dumps({**self._read(), kind: times}, indent=1), encoding="utf-8")
        except (OSError, StudioError):
            return

    def _read(self) -> dict[str, dict[str, float]]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {kind: times for kind, times in known.items() if isinstance(times, dict)}
