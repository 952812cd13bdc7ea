"""What a command says: progress and notes on stderr, one JSON object last on stdout."""

import json
import sys
import time
from typing import TYPE_CHECKING, Any, TypeVar

from tqdm import tqdm

from dimitra_studio.cli.streams import unheard, write_line
from dimitra_studio.core.events import Job, Progress

if TYPE_CHECKING:
    from dimitra_studio.engine.eta import Eta, TimeLeft

_T = TypeVar("_T")
_BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}{postfix}]"


class Console:
    """Runs jobs and shows how they go; `as_json` keeps stdout for the one object."""

    def __init__(self, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.notes: list[str] = []
        self._quiet = quiet
        self._hushed = False
        self._bar: "tqdm[Any] | None" = None  # noqa: UP037 - tqdm is generic for the type checker alone
        self._stage = ""

    def say(self, line: str) -> None:
        """A line of the result for people; not printed when the result goes out as JSON."""
        if not self.as_json and not self._hushed:
            self._close_bar()
            write_line(sys.stdout, line)

    def hush(self) -> None:
        """From here on only errors are told: another process says the same."""
        self.as_json, self._quiet, self._hushed = False, True, True

    def note(self, text: str) -> None:
        """Something that the user should know: printed once, and part of the JSON object."""
        if text and text not in self.notes:
            self.notes.append(text)
            self._write(f"note: {text}")

    def run(self, job: Job[_T], eta: "Eta | None" = None) -> _T:
        """Runs a job to its end with a progress bar a stage. On an error or an interrupt the job is closed, so that it
        cleans up after itself."""
        try:
            while True:
                try:
                    progress = next(job)
                except StopIteration as stop:
                    result: _T = stop.value
                    return result
                self.note(progress.note)
                if progress.total:
                    self._show(progress, eta.update(progress, time.monotonic()) if eta else None)
        finally:
            job.close()
            self._close_bar()

    def finish(self, result: dict[str, Any]) -> None:
        """Prints the JSON object when it was asked for."""
        self._close_bar()
        if self.as_json:
            notes = {"notes": self.notes} if self.notes else {}
            write_line(sys.stdout, json.dumps({**result, **notes}))

    def fail(self, sentence: str, error: str) -> None:
        """One line on stderr; with `as_json` also the object that says so."""
        self._close_bar()
        write_line(sys.stderr, f"dimitra: {' '.join(sentence.split())}")
        if self.as_json:
            write_line(sys.stdout, json.dumps({"error": error, "message": sentence}))

    def _show(self, progress: Progress, left: "TimeLeft | None") -> None:
        if not self._quiet:
            with unheard(sys.stderr):
                self._draw(progress, left)

    def _draw(self, progress: Progress, left: "TimeLeft | None") -> None:
        if self._bar is None or progress.stage != self._stage:
            self._close_bar()
            self._stage = progress.stage
            self._bar = tqdm(
                desc=progress.stage,
                total=progress.total,
                file=sys.stderr,
                dynamic_ncols=True,
                leave=False,
                bar_format=_BAR,
            )
        self._bar.total = progress.total
        if left is not None:
            self._bar.set_postfix_str(_in_words(left), refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def _write(self, line: str) -> None:
        if not self._quiet:
            with unheard(sys.stderr):
                tqdm.write(line, file=sys.stderr)

    def _close_bar(self) -> None:
        if self._bar is not None:
            with unheard(sys.stderr):
                self._bar.close()
            self._bar = None


def _in_words(left: "TimeLeft") -> str:
    if left.job is not None:
        return f"about {tqdm.format_interval(left.job)} left"
    if left.stage is not None:
        return f"about {tqdm.format_interval(left.stage)} left in this stage"
    return ""
