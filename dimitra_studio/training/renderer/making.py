"""A corpus to pairs, clip by clip."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeAlias

from dimitra_studio.core.events import Job, Progress
from dimitra_studio.engine.crew import Broken
from dimitra_studio.render.neural.config import RepairConfig
from dimitra_studio.training.corpus import CorpusRow
from dimitra_studio.training.renderer.pair_files import PairIndex, missing, save_index, save_pairs
from dimitra_studio.training.renderer.pairs import PartPairs

# Makes the pairs of rows in whatever order they are done.
Work: TypeAlias = Callable[
    [Sequence[CorpusRow]], Generator[tuple[CorpusRow, dict[str, PartPairs] | Broken], None, None]
]


def make_all(
    rows: tuple[CorpusRow, ...], folder: Path, configs: tuple[RepairConfig, ...], work: Work
) -> Job[tuple[int, dict[str, str]]]:
    """Makes the pairs that `folder` lacks; returns how many clips have them, and why others have none."""
    left_out: dict[str, str] = {}
    lacking = set(missing(folder, [row.facts.name for row in rows], configs))
    waiting = [row for row in rows if row.facts.name in lacking]
    with closing(work(waiting)) as results:
        for done, (row, result) in enumerate(results, len(rows) - len(waiting) + 1):
            name = row.facts.name
            if isinstance(result, Broken):
                left_out[name] = result.message
            else:
                save_pairs(folder, name, result)
            yield Progress(
                "pairs", done, len(rows), f"{name} is left out: {left_out[name]}" if name in left_out else ""
            )
    kept = tuple(row.facts for row in rows if row.facts.name not in left_out)
    save_index(folder, PairIndex(configs, kept))
    return len(kept), left_out
