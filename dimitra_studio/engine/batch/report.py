"""How a batch went, row by row: as a table, as JSON and as CSV."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dimitra_studio.core.files import replacing
from dimitra_studio.engine.batch.row import Outcome, State

REPORT = "report.json"
REPORT_TABLE = "report.csv"
_LONGEST = 40  # letters of a name in the table


@dataclass(frozen=True)
class Report:
    """The outcomes of all rows, in their order."""

    outcomes: tuple[Outcome, ...]

    def count(self, state: State) -> int:
        """How many rows ended so."""
        return sum(outcome.state is state for outcome in self.outcomes)

    @property
    def memory(self) -> int | None:
        """The most bytes that one worker of this run held; None where it is not known."""
        return max((each.made.memory or 0 for each in self.outcomes if _is_new(each) and each.made), default=0) or None

    def as_json(self) -> dict[str, Any]:
        """Counts of each state, and the rows."""
        counts = {str(state): self.count(state) for state in State}
        return {**counts, "worker_memory": self.memory, "rows": [_told(outcome) for outcome in self.outcomes]}

    def table(self) -> Iterator[str]:
        """Lines for people: a row each, then the sum."""
        width = min(_LONGEST, max((len(each.row.name) for each in self.outcomes), default=0))
        yield f"{'row':>4}  {'video':<{width}}  {'state':<7}  {'frames':>6}  {'work':>8}"
        for each in self.outcomes:
            name = each.row.name if len(each.row.name) <= _LONGEST else f"{each.row.name[: _LONGEST - 1]}…"
            made = f"{each.made.frames:>6}  {each.made.seconds:>6.1f} s" if each.made else " " * 16
            yield f"{each.row.number:>4}  {name:<{width}}  {each.state:<7}  {made}  {each.fault or ''}".rstrip()
        parts = [f"{self.count(state)} {state}" for state in State if self.count(state)]
        memory = f" The largest worker held {self.memory / 1e9:.1f} GB." if self.memory else ""
        yield f"{len(self.outcomes)} rows: {', '.join(parts) or 'none'}.{memory}"

    def write(self, folder: Path) -> None:
        """Writes `report.json` and `report.csv`. Raises InputError when the system refuses."""
        with replacing(folder / REPORT) as part:
            part.write_text(json.dumps(self.as_json(), indent=1, ensure_ascii=False), encoding="utf-8")
        with replacing(folder / REPORT_TABLE) as part, part.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, tuple(_COLUMNS))
            writer.writeheader()
            writer.writerows(_told(outcome) | {"notes": " ".join(_notes(outcome))} for outcome in self.outcomes)


_COLUMNS = (
    "row", "output", "portrait", "voice", "state", "frames", "fps", "seconds", "error", "notes", "recipe",
)  # fmt: skip


def _told(outcome: Outcome) -> dict[str, Any]:
    """A row under `_COLUMNS`; `seconds` are those of the work."""
    row, made = outcome.row, outcome.made
    return {
        "row": row.number,
        "output": row.name,
        "portrait": row.portrait,
        "voice": row.voice,
        "state": str(outcome.state),
        "frames": made.frames if made else None,
        "fps": made.fps if made else None,
        "seconds": round(made.seconds, 1) if made else None,
        "error": str(outcome.fault) if outcome.fault else None,
        "notes": _notes(outcome),
        "recipe": outcome.recipe or None,
    }


def _notes(outcome: Outcome) -> list[str]:
    return list(outcome.made.notes) if outcome.made else []


def _is_new(outcome: Outcome) -> bool:
    return outcome.state is State.MADE
