"""The whole of `evaluate motion` on small clips and small networks."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from dimitra_studio.core.channels import Group
from dimitra_studio.core.errors import InputError, ModelError
from dimitra_studio.core.events import finish
from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.evaluation import long_takes
from dimitra_studio.evaluation.command import without_nan
from dimitra_studio.evaluation.motion import MotionPlan, evaluate_motion
from dimitra_studio.evaluation.report import draw_report, report_text
from dimitra_studio.evaluation.scores import score_models
from dimitra_studio.motion.ear_to_mouth import fit_ear_to_mouth
from dimitra_studio.motion.generate import MotionSettings

from .conftest import PLAIN_LIPS, small_model, talking_clip

TRAIN = tuple(talking_clip(f"t{n}", 10 + n) for n in range(4))
CLIPS = (*(talking_clip(f"c{n}", n) for n in range(4)), talking_clip("g", 5, "GRID_s1"))
MODELS = {group: small_model(group) for group in Group}
RIVALS = ["still", "mean", "loudness", "shuffled truth", "ridge", "openfacefx"]


@pytest.fixture(scope="module")
def report(gauge):
    return finish(evaluate_motion(TRAIN, CLIPS, MODELS, gauge, MotionPlan(steps=1)))


def test_every_row_is_measured_and_grid_apart(report) -> None:
    natural, grid = report.scores.parts["natural"], report.scores.parts["grid"]
    assert list(natural.rows) == ["truth", "ours", *RIVALS]
    assert (natural.clips, grid.clips) == (4, 1)
    assert natural.rows["truth"]["gap_r"].value == pytest.approx(1)
    assert natural.rows["truth"]["m_lmd"].value == pytest.approx(0)
    assert natural.rows["loudness"]["gap_r"].value > 0.9
    assert natural.rows["ours"]["expression_speed"].value > 0


def test_what_a_row_does_not_write_is_not_measured(report) -> None:
    rows = report.scores.parts["natural"].rows
    assert "gap_r" not in rows["still"]
    assert "width_r" not in rows["ridge"]
    assert "f_lmd" not in rows["loudness"]
    assert "blink_rate" not in rows["openfacefx"]
    assert {"f_lmd", "beat_alignment"} <= set(rows["shuffled truth"])


def test_the_report_is_tables_json_and_pictures(report, tmp_path) -> None:
    plots = draw_report(report, tmp_path / "out.md")
    assert [path.name for path in plots] == ["out_gaps.png"]
    with Image.open(plots[0]) as picture:
        assert picture.width > 800
        assert len(np.unique(np.asarray(picture.convert("L")))) > 20
    text = report_text(report, plots)
    assert "## Natural speech (4 clips, 0.2 min)" in text
    assert "## GRID sentences (1 clips" in text
    (line,) = [row for row in text.splitlines() if row.startswith("| still ")][:1]
    assert line.startswith("| still |  |  |")  # no correlation
    assert "![out_gaps](out_gaps.png)" in text
    assert "Umeyama" not in text.split("## What the columns mean")[0]
    told = json.loads(json.dumps(without_nan(report.as_dict()), allow_nan=False))
    assert told["parts"]["natural"]["rows"]["truth"]["gap_r"]["value"] == pytest.approx(1)
    assert told["facts"]["clips"] == [clip.facts.name for clip in CLIPS]


def test_full_adds_steps_guidance_samples_ablations_and_long_takes(gauge, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(long_takes, "LONG_SECONDS", 8.0)
    monkeypatch.setattr("dimitra_studio.evaluation.rows.STEPS", (1, 2))
    monkeypatch.setattr("dimitra_studio.evaluation.rows.GUIDANCES", (1.5,))
    monkeypatch.setattr("dimitra_studio.evaluation.rows.SAMPLES", 2)
    report = finish(evaluate_motion(TRAIN, CLIPS[:2], MODELS, gauge, MotionPlan(steps=1, full=True)))
    rows = report.scores.parts["natural"].rows
    assert [name for name in rows if name.startswith("ours")] == [
        "ours", "ours, 2 steps", "ours, guidance 1.5", "ours, not settled", "ours, each of 2 samples",
        "ours, mean of 2 samples", "ours, no phonemes", "ours, no text", "ours, no features",
    ]  # fmt: skip
    assert (
        rows["ours, mean of 2 samples"]["gap_amplitude"].value < rows["ours, each of 2 samples"]["gap_amplitude"].value
    )
    assert report.steps == {"ours": 1, "ours, 2 steps": 2}
    assert [path.name for path in draw_report(report, tmp_path / "o.md")] == ["o_gaps.png", "o_steps.png"]
    assert "## Long takes and seeds" in report_text(report)


def test_rows_and_clips_can_be_chosen(gauge) -> None:
    report = finish(evaluate_motion(TRAIN, CLIPS, MODELS, gauge, MotionPlan(clips=2, words=("ridge",))))
    assert report.facts["clips"] == ["c0", "g"]
    assert list(report.scores.parts["natural"].rows) == ["truth", "ridge"]


@pytest.mark.parametrize(
    ("plan", "words"), [({"clips": 0}, "0 clips"), ({"words": ("nobody",)}, "No row holds nobody")]
)
def test_impossible_plans_are_refused(gauge, plan, words) -> None:
    with pytest.raises(InputError, match=words):
        finish(evaluate_motion(TRAIN, CLIPS, MODELS, gauge, MotionPlan(**plan)))


def test_models_of_other_channels_or_clips_are_refused(gauge) -> None:
    swapped = {Group.LIPS: MODELS[Group.POSE]}
    with pytest.raises(ModelError, match="given for lips writes pose"):
        finish(evaluate_motion(TRAIN, CLIPS, swapped, gauge, MotionPlan()))
    deaf = replace(CLIPS[0], speech=replace(CLIPS[0].speech, feature_kind="g"))
    with pytest.raises(ModelError, match="c0: The voice was analysed with g"):
        finish(evaluate_motion(TRAIN, (deaf,), MODELS, gauge, MotionPlan()))
    other = replace(CLIPS[0], motion=MotionSequence(CLIPS[0].motion.values, face_model="a mask"))
    with pytest.raises(ModelError, match="c0: The face was fitted with a mask"):
        finish(evaluate_motion(TRAIN, (other,), MODELS, gauge, MotionPlan()))


def test_what_is_fitted_is_fitted_on_voices_as_recorded(gauge) -> None:
    """A variant is no other clip: with one among them the rivals stay what they were."""
    wrong = replace(TRAIN[0], facts=replace(TRAIN[0].facts, variant="slow"), motion=MotionSequence(np.ones((80, 70))))
    plan = MotionPlan(words=("mean",))
    one, other = (finish(evaluate_motion(train, CLIPS, MODELS, gauge, plan)) for train in (TRAIN, (*TRAIN, wrong)))
    assert one.scores.parts == other.scores.parts


def test_clips_without_a_face_are_no_clips(gauge) -> None:
    blind = replace(CLIPS[0], motion=MotionSequence(np.full((80, 70), np.nan)))
    with pytest.raises(InputError, match="No validation clip"):
        finish(evaluate_motion(TRAIN, (blind,), MODELS, gauge, MotionPlan()))
    with pytest.raises(InputError, match="No training clip"):
        finish(evaluate_motion((blind,), CLIPS, MODELS, gauge, MotionPlan()))


def test_a_checkpoint_is_scored_in_one_call() -> None:
    ear = fit_ear_to_mouth(TRAIN, PLAIN_LIPS)
    lips = {Group.LIPS: MODELS[Group.LIPS]}
    scores = score_models(CLIPS, lips, ear, MotionSettings(steps=1), seeds=(0, 1))
    assert set(scores) == {"natural", "grid"}
    assert {"gap_r", "closure_auc", "truth closure_auc"} <= set(scores["natural"])
    assert "blink_rate" not in scores["natural"]
    one = score_models(CLIPS, lips, ear, MotionSettings(steps=1))
    assert one["natural"]["gap_jitter"] != scores["natural"]["gap_jitter"]
    assert one == score_models(CLIPS, lips, ear, MotionSettings(steps=1))
