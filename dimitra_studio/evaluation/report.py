"""What `dimitra evaluate motion` writes: tables in Markdown, the same as JSON, and plots beside."""

from collections.abc import Sequence
from pathlib import Path

from dimitra_studio.evaluation.motion import MotionReport
from dimitra_studio.evaluation.plots import draw_gaps, draw_quality
from dimitra_studio.evaluation.tables import definitions, long_table, motion_tables, time_table

_READING = """## How to read it

Validation clips: nobody in them was trained on. Each take starts from the clip's own first frame. Values are pooled
over clips by their frames (phones, blinks and beats are a vote each); brackets hold the 95 % interval of a bootstrap
over clips (1000 draws, percentiles). Blank: not defined for that row, as nobody's correlation is with a mouth that does
not move. Rows other than ours and the truth write lips only, or only the lips' gap; shuffled truth is another
clip's whole motion, of the same source: what chance gives.
"""


def report_text(report: MotionReport, plots: Sequence[Path] = ()) -> str:
    """The tables, pictures of `plots` (beside the file), and what it all means."""
    parts = [motion_tables(report.scores.parts, report.metrics)]
    if report.long is not None:
        parts.append(long_table(report.long))
    parts.append(time_table(report.scores.seconds))
    parts += [f"![{path.stem}]({path.name})\n" for path in plots]
    return "\n".join((*parts, _READING, definitions(report.metrics)))


def draw_report(report: MotionReport, beside: Path) -> tuple[Path, ...]:
    """Writes the plots that there is something to draw for, named after the file `beside`; their paths."""
    drawn = []
    if report.examples:
        drawn.append(beside.with_name(f"{beside.stem}_gaps.png"))
        draw_gaps(report.examples, drawn[-1])
    if len(report.steps) > 1:
        drawn.append(beside.with_name(f"{beside.stem}_steps.png"))
        draw_quality(report.scores.parts, report.steps, report.scores.seconds, drawn[-1])
    return tuple(drawn)
