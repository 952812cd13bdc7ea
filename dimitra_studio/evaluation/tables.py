"""Scores as a Markdown table."""

import math

_COLUMNS = {
    "gap_correlation": "gap r",
    "width_correlation": "width r",
    "closure": "p b m closed",
    "false_closure": "vowels closed",
    "silence_spread": "spread in silence",
    "silence_gap": "gap in silence",
    "jitter": "jitter",
    "range": "range",
}


def lip_table(rows: dict[str, dict[str, float]]) -> str:
    """One line a row; empty where no clip could tell."""
    lines = [f"| | {' | '.join(_COLUMNS.values())} |", "|---" * (len(_COLUMNS) + 1) + "|"]
    for name, scores in rows.items():
        cells = ("" if math.isnan(scores[key]) else f"{scores[key]:.3f}" for key in _COLUMNS)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
