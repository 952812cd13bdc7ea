"""How long a job still takes: this stage by its own pace, the next ones as they took on this machine before."""

import json
from collections import deque
from pathlib import Path

from dimitra_studio.core.errors import StudioError
from dimitra_studio.core.events import Progress
from dimitra_studio.export.files import replacing

_WINDOW = 10.0  # seconds of recent progress that the pace is taken from
_KEEP = 0.5  # how much an older measurement weighs against a new one


class Eta:
    """Feeds on a job's progress. `seconds` is the length of the voice: stages are remembered as work a second of it.

    `remembered` maps stage names, in their order, to seconds of work a second of voice.
    """

    def __init__(self, seconds: float, remembered: dict[str, float] | None = None) -> None:
        self._seconds = max(seconds, 1e-3)
        self._remembered = dict(remembered or {})
        self._stage = ""
        self._began = 0.0
        self._looks: deque[tuple[float, int]] = deque()
        self.taken: dict[str, float] = {}

    def update(self, progress: Progress, now: float) -> float | None:
        """Seconds left after `progress` at the time `now`; None while that is not known."""
        if progress.stage != self._stage:
            self._finish_stage(now)
            self._stage, self._began = progress.stage, now
            self._looks.clear()
        self._looks.append((now, progress.done))
        while len(self._looks) > 2 and self._looks[0][0] < now - _WINDOW:
            self._looks.popleft()
        here = self._left_here(progress, now)
        later = self._left_later()
        return None if here is None or later is None else here + later

    def finish(self, now: float) -> dict[str, float]:
        """Ends the last stage; returns the stages' work a second of voice, mixed with what was remembered."""
        self._finish_stage(now)
        mixed = {}
        for stage, seconds in self.taken.items():
            new, old = seconds / self._seconds, self._remembered.get(stage)
            mixed[stage] = new if old is None else _KEEP * old + (1 - _KEEP) * new
        return mixed

    def _left_here(self, progress: Progress, now: float) -> float | None:
        (first, before), (last, done) = self._looks[0], self._looks[-1]
        if done > before and last > first:
            return (last - first) / (done - before) * (progress.total - done)
        if progress.stage in self._remembered:
            return max(0.0, self._remembered[progress.stage] * self._seconds - (now - self._began))
        return None

    def _left_later(self) -> float | None:
        stages = list(self._remembered)
        if self._stage not in stages:
            return None
        return sum(self._remembered[stage] for stage in stages[stages.index(self._stage) + 1 :]) * self._seconds

    def _finish_stage(self, now: float) -> None:
        if self._stage:
            self.taken[self._stage] = self.taken.get(self._stage, 0.0) + now - self._began


class StageTimes:
    """The stages' times of earlier jobs, kept in a small file; `kind` tells jobs apart that cost differently."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, kind: str) -> dict[str, float]:
        """Stage names in order with seconds of work a second of voice; empty where nothing is known."""
        times = self._read().get(kind, {})
        return {str(stage): float(seconds) for stage, seconds in times.items() if isinstance(seconds, int | float)}

    def keep(self, kind: str, times: dict[str, float]) -> None:
        """Remembers the times; a folder that cannot be written costs a worse estimate next time, nothing else."""
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
