import pytest
from PIL import Image

from dimitra_studio.training.curves import TrainingLog, draw_curves

ENTRIES = [{"step": step, "loss": 5.0 / step, "rate": 1e-3} for step in (10, 20, 30)]
SCORED = [
    {**entry, "validation_40": 0.2, "validation_499": 0.8, "gap_correlation": entry["step"] / 50} for entry in ENTRIES
]


def test_the_log_gives_back_what_was_added_and_forgets_what_came_later(tmp_path) -> None:
    log = TrainingLog(tmp_path / "new" / "log.jsonl")
    assert log.entries() == []
    log.keep(0)
    for entry in ENTRIES:
        log.add(entry)
    assert log.entries() == ENTRIES
    log.keep(20)
    assert TrainingLog(tmp_path / "new" / "log.jsonl").entries() == ENTRIES[:2]
    with (tmp_path / "new" / "log.jsonl").open("a") as stream:
        stream.write('{"step": 30, "lo')
    assert log.entries() == ENTRIES[:2]


def _colours(path) -> int:
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return len({colour for _, colour in picture.convert("HSV").getcolors(1 << 24) if colour[1] > 150})


def test_there_is_a_panel_for_each_kind_of_score(tmp_path) -> None:
    heights = []
    for name, entries in (("plain", ENTRIES), ("scored", SCORED)):
        draw_curves(entries, tmp_path / f"{name}.png", "cMDT for lips")
        with Image.open(tmp_path / f"{name}.png") as picture:
            heights.append(picture.height)
    assert heights[1] == pytest.approx(heights[0] * (0.8 + 4 * 2.3) / (0.8 + 2 * 2.3), rel=0.02)
    assert _colours(tmp_path / "scored.png") > _colours(tmp_path / "plain.png") > 0


def test_scores_that_came_late_and_a_chosen_step_are_drawn(tmp_path) -> None:
    draw_curves([ENTRIES[0], *SCORED[1:]], tmp_path / "late.png", "cMDT for lips", chosen=20)
    draw_curves(SCORED[:1], tmp_path / "one.png", "cMDT for lips", chosen=10)
    assert _colours(tmp_path / "late.png") > 0
    assert _colours(tmp_path / "one.png") > 0
